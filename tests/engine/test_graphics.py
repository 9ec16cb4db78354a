"""Which graphics devices are used: each is tried in a child process, once for each state of the drivers."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fanlight.cli.graphics_notes import graphics_notes
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.engine import device_probe, device_trials, devices, driver_key, graphics
from fanlight.engine.device_trials import TriedDevice
from fanlight.engine.devices import ComputeDevice
from fanlight.engine.graphics import GraphicsFound, find_graphics
from fanlight.engine.placing import plan_placing
from fanlight.gguf.check import check

GOOD = ComputeDevice("Vulkan0", "A card", "gpu", 2**31, 2**32, "0000:01:00.0")
BAD = ComputeDevice("Vulkan1", "An old card", "gpu", 2**31, 2**31, "0000:02:00.0")
OWN = ComputeDevice("Vulkan2", "Graphics of the processor", "igpu", 2**33, 2**33)


class Attempts:
    """Tries that answer by name, and are counted."""

    def __init__(self, **reasons: str | None) -> None:
        self.reasons, self.asked = reasons, list[str]()

    def __call__(self, names: Sequence[str], visible: str = "") -> str | None:
        name = f"number{visible}" if visible else names[0] if names else "listing"
        self.asked.append(name)
        return self.reasons.get(name, "")


@pytest.fixture(autouse=True)
def two_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "loadable_libraries", lambda: [Path("libggml-vulkan.so")])
    monkeypatch.setattr(devices, "graphics", lambda: [GOOD, BAD])
    monkeypatch.setattr(device_trials, "listed_in_child", lambda visible="": [])


def test_a_device_that_ends_its_process_is_left_out(tmp_path: Path) -> None:
    found = find_graphics(tmp_path, Attempts(Vulkan1="exit -6: no 16-bit storage"))
    assert found.usable == [GOOD]
    assert found.tried[1] == TriedDevice(BAD, "exit -6: no 16-bit storage")


def test_it_is_tried_once_until_a_driver_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts(Vulkan1="exit -6")
    for _again in range(2):
        assert find_graphics(tmp_path, attempts).usable == [GOOD]
    assert attempts.asked == ["listing", "Vulkan0", "Vulkan1"]
    monkeypatch.setattr(graphics, "driver_key", lambda: "another driver")
    assert find_graphics(tmp_path, Attempts()).usable == [GOOD, BAD]


def test_a_further_device_is_tried_when_it_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find_graphics(tmp_path, Attempts())
    monkeypatch.setattr(devices, "graphics", lambda: [GOOD, BAD, OWN])
    later = Attempts()
    find_graphics(tmp_path, later)
    assert later.asked == ["Vulkan2"]


def test_a_device_whose_memory_is_taken_is_not_condemned(tmp_path: Path) -> None:
    assert find_graphics(tmp_path, Attempts(Vulkan1=None)).usable == [GOOD, BAD]
    later = Attempts(Vulkan1="exit -6")
    assert find_graphics(tmp_path, later).usable == [GOOD]
    assert later.asked == ["Vulkan1"]


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"key": 1}', '{"key": "KEY", "devices": []}', "[" * 100_000])
def test_what_is_kept_may_be_damaged(tmp_path: Path, kept: str) -> None:
    (tmp_path / "devices.json").write_text(kept.replace("KEY", driver_key.driver_key()), "utf-8")
    assert find_graphics(tmp_path, Attempts()).usable == [GOOD, BAD]
    assert set(json.loads((tmp_path / "devices.json").read_text("utf-8"))["devices"].values()) == {""}


@pytest.fixture
def vulkan(monkeypatch: pytest.MonkeyPatch) -> list[ComputeDevice]:
    """Vulkan's devices by their numbers, of which llama.cpp sees those that the environment names."""
    there = [
        replace(BAD, name="Vulkan0"),
        replace(OWN, description="Not chosen by llama.cpp"),
        GOOD,
        replace(BAD, bus_id="9"),
    ]

    def listed(visible: str = "") -> list[ComputeDevice]:
        wanted = visible or os.environ.get("GGML_VK_VISIBLE_DEVICES") or "0,2,3"
        seen = [there[int(number)] for number in wanted.split(",") if int(number) < len(there)]
        return [replace(device, name=f"Vulkan{place}") for place, device in enumerate(seen)]

    for name in ("GGML_VK_VISIBLE_DEVICES", "FANLIGHT_VULKAN_CHOICE_BEFORE"):
        monkeypatch.setenv(name, "")  # put back at the end, whatever is set meanwhile
        monkeypatch.delenv(name)
    monkeypatch.setattr(device_trials, "listed_in_child", listed)
    monkeypatch.setattr(devices, "graphics", listed)
    return there


def test_a_bad_first_device_is_hidden_since_it_would_spoil_the_good_ones(
    tmp_path: Path, vulkan: list[ComputeDevice]
) -> None:
    attempts = Attempts(number0="exit -6")
    found = find_graphics(tmp_path, attempts)
    assert attempts.asked == ["listing", "number0", "number2", "number3", "Vulkan0", "Vulkan1"]
    assert [device.description for device in found.usable] == [GOOD.description, BAD.description]
    assert [one.reason for one in found.tried] == ["", "", "exit -6"]
    assert os.environ["GGML_VK_VISIBLE_DEVICES"] == "2,3"


@pytest.mark.parametrize("given", ["", "3,2,0"])
def test_what_is_hidden_is_known_at_the_next_start_and_in_a_child(
    tmp_path: Path, vulkan: list[ComputeDevice], monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("GGML_VK_VISIBLE_DEVICES", given)
    first = find_graphics(tmp_path, Attempts(number0="exit -6"))
    in_child = Attempts()
    assert find_graphics(tmp_path, in_child) == first
    monkeypatch.setenv("GGML_VK_VISIBLE_DEVICES", given)
    monkeypatch.delenv("FANLIGHT_VULKAN_CHOICE_BEFORE")
    again = Attempts()
    assert find_graphics(tmp_path, again) == first
    assert os.environ["GGML_VK_VISIBLE_DEVICES"] == ("3,2" if given else "2,3")
    assert in_child.asked == again.asked == []


@pytest.mark.parametrize("reasons", [{}, {"number0": "exit -6", "number2": "exit -6", "number3": "exit -6"}])
def test_nothing_is_hidden_where_all_devices_work_or_none(
    tmp_path: Path, vulkan: list[ComputeDevice], reasons: dict[str, str | None]
) -> None:
    find_graphics(tmp_path, Attempts(**reasons))
    assert "GGML_VK_VISIBLE_DEVICES" not in os.environ


def test_drivers_that_cannot_even_be_listed_are_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in graphics._HIDES_ALL:
        monkeypatch.setenv(name, "as it was")
    monkeypatch.setattr(devices, "graphics", lambda: pytest.fail("asked the driver"))
    found = find_graphics(tmp_path, Attempts(listing="exit -11"))
    assert not found.usable
    assert found.listing_failed == "exit -11"
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "-1"


def test_a_driver_that_dies_when_listed_is_hidden_also_where_the_processor_alone_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: ModelSpec
) -> None:
    for name in graphics._HIDES_ALL:
        monkeypatch.setenv(name, "as it was")
    monkeypatch.setattr(graphics, "try_in_child", Attempts(listing="exit -11"))
    plan_placing(check(spec), LoadOptions(512, gpu_layers=0, folder=tmp_path))
    assert os.environ["GGML_DISABLE_VULKAN"] == "1"


def test_nothing_is_tried_where_llama_cpp_was_built_for_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphics, "loadable_libraries", list)
    attempts = Attempts()
    assert find_graphics(tmp_path, attempts) == GraphicsFound()
    assert not attempts.asked


def test_a_child_that_dies_hangs_or_fails_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(code: str) -> str | None:
        program = device_probe.__file__
        monkeypatch.setattr(device_trials, "PROBE", ("-c", f"{code}  # {program}"))
        return device_trials.try_in_child(("x",), seconds=20)

    assert run("print('fine')") == ""
    assert str(run("import os; os.abort()")).startswith("exit status -6")
    assert run(f"import sys; sys.exit({device_trials.NO_ROOM})") is None
    assert run("import sys; sys.exit('the driver is too old')") == "exit status 1: the driver is too old"
    monkeypatch.setattr(device_trials, "PROBE", ("-c", "import time; time.sleep(60)"))
    assert device_trials.try_in_child(("x",), seconds=0.5) == "no answer within 0 s"


@pytest.mark.parametrize(
    ("worked", "reason"),
    [
        ([0.1, 0.2], ""),  # it gets a fifth of a processor
        ([0.1, 0.1], "no answer within 0 s"),
        ([0.6], "no answer within 0 s"),  # it has had what it takes, and goes in circles
        ([0.0], "no answer within 0 s"),
    ],
)
def test_a_child_that_is_at_work_on_a_busy_computer_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, worked: list[float], reason: str
) -> None:
    """It ends once it was asked twice how far it is."""
    asked, done = iter(worked), tmp_path / "done"
    times = 0

    def processor_seconds(_pid: int) -> float:
        nonlocal times
        times += 1
        if times == 2:
            done.touch()
        return next(asked)

    wait = f"import pathlib, time\nwhile not pathlib.Path({str(done)!r}).exists(): time.sleep(0.01)"
    monkeypatch.setattr(device_trials, "PROBE", ("-c", wait))
    monkeypatch.setattr(device_trials, "_processor_seconds", processor_seconds)
    assert device_trials.try_in_child(("x",), seconds=0.5) == reason


@pytest.mark.model
def test_the_probe_lists_devices_and_fails_for_one_that_is_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "disable", list)  # for all tests of this process
    assert device_probe.main([]) == 0
    assert "Vulkan0" in capsys.readouterr().out
    assert device_probe.main(["Nowhere0"]) == 1


def test_the_same_card_counts_once_and_the_processors_graphics_only_alone() -> None:
    twice = ComputeDevice("CUDA0", "A card", "gpu", 2**31, 2**32, GOOD.bus_id)
    assert devices.distinct([twice, GOOD, BAD, OWN]) == [twice, BAD]
    assert devices.distinct([OWN]) == [OWN]
    assert devices.distinct([]) == []


def test_an_update_of_a_driver_changes_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "libvulkan_x.so"
    library.write_bytes(b"one")
    description = tmp_path / "x.json"
    description.write_text(json.dumps({"ICD": {"library_path": str(library)}}), "utf-8")
    monkeypatch.setenv("VK_DRIVER_FILES", str(description))
    keys = [driver_key.driver_key(), driver_key.driver_key()]
    library.write_bytes(b"three")
    keys.append(driver_key.driver_key())
    monkeypatch.setenv("GGML_VK_VISIBLE_DEVICES", "1")
    keys.append(driver_key.driver_key())
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    layer = tmp_path / "vulkan" / "implicit_layer.d" / "counter.json"
    layer.parent.mkdir(parents=True)
    layer.write_text(json.dumps({"layer": {"library_path": "libcounter.so"}}), "utf-8")
    keys.append(driver_key.driver_key())
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


VULKAN = [Path("libggml-vulkan.so")]
CARD = ComputeDevice("Vulkan0", "NVIDIA GeForce RTX 3060", "gpu", 2**33, 2**33)


def test_doctor_names_what_is_not_used_and_why() -> None:
    tried = (TriedDevice(GOOD, ""), TriedDevice(BAD, "exit -6: no 16-bit storage"))
    (note,) = graphics_notes(GraphicsFound(tried), VULKAN)
    assert note.startswith("An old card is not used")
    assert "no 16-bit storage" in note
    (note,) = graphics_notes(GraphicsFound((), "exit -11"), VULKAN)
    assert "exit -11" in note
    (note,) = graphics_notes(GraphicsFound(), VULKAN)
    assert "finds none" in note
    (note,) = graphics_notes(GraphicsFound(), [])
    assert "built for the CPU alone" in note


def test_doctor_says_where_a_build_of_ones_own_would_pay() -> None:
    found = GraphicsFound((TriedDevice(CARD, ""), TriedDevice(GOOD, "")))
    (note,) = graphics_notes(found, VULKAN)
    assert note.startswith("NVIDIA GeForce RTX 3060 is used through Vulkan.")
    assert graphics_notes(found, [Path("libggml-cuda.so"), *VULKAN]) == []
    assert graphics_notes(GraphicsFound((TriedDevice(GOOD, ""),)), VULKAN) == []


def test_a_package_without_a_card_says_that_the_processor_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanlight.cli.graphics_notes.package_name", lambda: "fanlight")
    (note,) = graphics_notes(GraphicsFound(), VULKAN)
    assert note.startswith("The processor computes")
    assert "mesa-vulkan-drivers" in note


def test_a_backend_whose_loader_is_missing_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """ggml cannot load it, so no process is started to list its devices."""
    there = True

    def load(name: str) -> None:
        assert name == "libvulkan.so.1"
        if not there:
            raise OSError(name)

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", load)
    monkeypatch.setattr(driver_key, "graphics_libraries", lambda: VULKAN)
    assert driver_key.loadable_libraries() == VULKAN
    there = False
    assert driver_key.loadable_libraries() == []
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("sys.platform", "darwin")
        assert driver_key.loadable_libraries() == VULKAN
    cuda = Path("libggml-cuda.so")
    monkeypatch.setattr(driver_key, "graphics_libraries", lambda: [cuda, *VULKAN])
    assert driver_key.loadable_libraries() == [cuda]
