"""A model that has ended its process is started otherwise the next time, and a person is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from fanlight.domain.errors import ModelError
from fanlight.domain.events import TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.domain.placement import Placement, on_cards
from fanlight.engine import deaths, hosting, loading
from fanlight.engine.deaths import safe_start
from fanlight.engine.driver_key import driver_key
from fanlight.engine.hosting import open_engine
from fanlight.engine.run_marker import RunMarker, take_deaths

SPEC = ModelSpec.of_files("big", Path("/models/big.gguf"))
CARD = on_cards(4096, -1, ("Vulkan0",))
PROCESSOR = Placement(4096)

_DIES = """
import os, sys
from pathlib import Path
from fanlight.domain.placement import Placement, on_cards
from fanlight.engine.driver_key import driver_key
from fanlight.engine.run_marker import RunMarker
folder, model, act, separate = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4] == "separate"
marker = RunMarker(folder, model, driver_key(), separate=separate)
marker.loading(on_cards(4096, -1, ("Vulkan0",)) if "card" in act else Placement(4096))
if "idle" in act or "computing" in act:
    marker.idle()
if "computing" in act:
    marker.computing()
if "orderly" in act:
    sys.exit()
os.kill(os.getpid(), 9)
"""

Die = Callable[..., None]


@pytest.fixture
def die(tmp_path: Path) -> Die:
    """A process ends while it does something with a model."""

    def run(act: str, spec: ModelSpec = SPEC, separate: str = "in-process") -> None:
        subprocess.run([sys.executable, "-c", _DIES, tmp_path, deaths.identity(spec), act, separate], check=False)

    return run


@pytest.mark.parametrize("act", ["loading card", "computing card"])
def test_after_a_death_it_gets_a_process_of_its_own_and_keeps_it(tmp_path: Path, die: Die, act: str) -> None:
    assert safe_start(tmp_path, SPEC, "automatic") == deaths.SafeStart()
    die(act)
    start = safe_start(tmp_path, SPEC, "automatic")
    assert start.separate
    assert "big" in start.notice
    later = safe_start(tmp_path, SPEC, "automatic")
    assert later.separate
    assert not later.notice  # it is said once


@pytest.mark.parametrize("act", ["loading", "computing"])
def test_one_death_on_the_processor_is_remembered_for_one_start(tmp_path: Path, die: Die, act: str) -> None:
    die(act)
    start = safe_start(tmp_path, SPEC, "automatic")
    assert start.separate
    assert start.notice.endswith("Now it runs in a process of its own.")
    assert not safe_start(tmp_path, SPEC, "automatic").separate


def test_a_model_that_ends_the_processor_twice_is_never_loaded_here_again(tmp_path: Path, die: Die) -> None:
    for _again in range(2):
        die("loading")
        start = safe_start(tmp_path, SPEC, "automatic")
    assert start.notice.endswith("From now on it runs in a process of its own.")
    assert safe_start(tmp_path, SPEC, "automatic").separate
    assert safe_start(tmp_path, SPEC, "in-process").separate


def test_the_death_of_one_model_is_told_when_that_one_is_loaded(tmp_path: Path, die: Die) -> None:
    die("computing")
    assert safe_start(tmp_path, ModelSpec.of_files("other", Path("/o.gguf")), "automatic") == deaths.SafeStart()
    assert "big" in safe_start(tmp_path, SPEC, "automatic").notice


@pytest.mark.parametrize("act", ["idle card", "orderly card", "orderly computing card"])
def test_an_end_in_between_is_no_death(tmp_path: Path, die: Die, act: str) -> None:
    die(act)
    assert safe_start(tmp_path, SPEC, "automatic") == deaths.SafeStart()
    assert not list(tmp_path.glob("running-*"))


def test_other_drivers_are_started_as_usual(tmp_path: Path, die: Die, monkeypatch: pytest.MonkeyPatch) -> None:
    die("loading card")
    monkeypatch.setattr(deaths, "driver_key", lambda: "a new driver")
    assert not safe_start(tmp_path, SPEC, "automatic").separate


def test_a_card_that_has_ended_one_model_is_not_used_here_by_another(tmp_path: Path, die: Die) -> None:
    other = ModelSpec.of_files("other", Path("/o.gguf"))
    die("computing card")
    assert safe_start(tmp_path, other, "in-process") == deaths.SafeStart()  # as chosen
    assert safe_start(tmp_path, other, "automatic", uses_cards=False) == deaths.SafeStart()
    start = safe_start(tmp_path, other, "automatic")
    assert start.separate
    assert start.notice.startswith("Fanlight ended while big was computing (Vulkan0).")
    assert not start.died_with
    assert safe_start(tmp_path, other, "automatic") == deaths.SafeStart(separate=True)
    assert safe_start(tmp_path, SPEC, "automatic").separate


def test_what_ended_a_process_of_its_own_is_not_tried_again(tmp_path: Path, die: Die) -> None:
    die("loading card", separate="separate")
    die("computing card", separate="separate")  # memory may be free again: the same is tried
    assert safe_start(tmp_path, SPEC, "separate").died_with == (CARD,)


def test_without_a_process_of_its_own_the_card_is_avoided(tmp_path: Path, die: Die) -> None:
    die("computing card")
    start = safe_start(tmp_path, SPEC, "in-process")
    assert not start.separate
    assert start.died_with == (CARD,)
    die("loading")  # and where the processor alone ends it, a process of its own is the only safe start
    assert safe_start(tmp_path, SPEC, "in-process").separate


def test_a_process_that_lives_has_not_died(tmp_path: Path) -> None:
    marker = RunMarker(tmp_path, "m", driver_key(), separate=False)
    marker.loading(CARD)
    marker.computing()
    assert not list(take_deaths(tmp_path))
    assert list(tmp_path.glob("running-*"))
    marker.forget()
    assert not list(tmp_path.glob("running-*"))


def test_a_computer_that_was_restarted_explains_the_end_unless_a_card_was_used(
    tmp_path: Path, die: Die, monkeypatch: pytest.MonkeyPatch
) -> None:
    booted = psutil.boot_time()
    die("loading")
    die("loading card")
    monkeypatch.setattr(psutil, "boot_time", lambda: booted + 3600)
    assert [death.placement for death in take_deaths(tmp_path)] == [CARD]


@pytest.mark.parametrize("left", [b"", b"L", b"L{", b"L[]", b'L{"pid": 1}', b"\xff\xff"])
def test_damaged_markers_are_removed(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "running-1-1.json").write_bytes(left)
    (tmp_path / "deaths.json").write_bytes(left)
    assert safe_start(tmp_path, SPEC, "automatic") == deaths.SafeStart()
    assert not list(tmp_path.glob("running-*"))


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way", "utf-8")
    marker = RunMarker(place, "m", "k", separate=False)
    marker.loading(CARD)
    marker.idle()
    marker.forget()
    assert safe_start(place, SPEC, "automatic") == deaths.SafeStart()


@pytest.mark.model
def test_a_model_marks_what_it_does(tmp_path: Path, spec: ModelSpec) -> None:
    def state() -> bytes:
        (path,) = tmp_path.glob("running-*")
        return path.read_bytes()[:1]

    states: list[bytes] = []
    options = LoadOptions(512, gpu_layers=0, folder=tmp_path)
    engine = open_engine(spec, options, progress=lambda _done: states.append(state()))
    with closing(engine):
        assert set(states) == {b"L"}
        assert state() == b"I"
        for event in engine.generate([Message.of("user", "Hello")], Sampling(temperature=0, max_tokens=3)):
            if isinstance(event, TextDelta):
                assert state() == b"C"
        assert state() == b"I"
    assert not list(tmp_path.glob("running-*"))


@pytest.mark.model
def test_a_load_that_fails_leaves_no_marker(tmp_path: Path, spec: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "open_weights", lambda *_: (_ for _ in ()).throw(ModelError("no")))
    with pytest.raises(ModelError, match="no"):
        open_engine(spec, LoadOptions(512, folder=tmp_path))
    assert not list(tmp_path.glob("running-*"))


def test_the_placement_survives_the_disk(tmp_path: Path, die: Die) -> None:
    die("loading card", separate="separate")
    first = safe_start(tmp_path, SPEC, "separate")
    again = safe_start(tmp_path, SPEC, "separate")
    assert first.died_with == again.died_with == (CARD,)
    assert replace(CARD, layers=5) not in again.died_with
    assert hosting
