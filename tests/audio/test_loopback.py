"""What the computer plays, heard from a real sound server: the current output, never a microphone."""

from __future__ import annotations

import subprocess
import sys
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fanlight.audio import loopback
from fanlight.audio.levels import measure_level
from fanlight.audio.loopback import pulse
from fanlight.audio.loopback.backend import LoopbackEnded, OutputHeard, OutputMissing
from fanlight.audio.loopback.listening_process import ListeningProcess
from support.holding import until
from support.recordings import FOLDER
from support.sound_server import SoundServer

MONITOR = "fanlight.audio.loopback.pulse_monitor"
LOUD = -50.0


class Ear:
    """What a backend reports; `blocks` are those since the last event."""

    def __init__(self, open_source: Callable[[Any], Any]) -> None:
        self.events: list[Any] = []
        self.blocks: list[bytes] = []
        self.source = open_source(self._on)

    def _on(self, item: Any) -> None:
        if isinstance(item, bytes):
            self.blocks.append(item)
        else:
            self.events.append(item)

    def reported(self) -> bool:
        return bool(self.events)

    def names(self) -> list[str]:
        return [event.name for event in self.events if isinstance(event, OutputHeard)]

    def loudest(self) -> float:
        return max((measure_level(block).peak for block in self.blocks), default=-120.0)

    def silent_from_now(self, blocks: int = 10) -> float:
        self.blocks.clear()
        until(lambda: len(self.blocks) >= blocks)
        return self.loudest()


@pytest.fixture
def ear(server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    for name, value in server.needs.items():
        if name.startswith("PULSE"):
            monkeypatch.setenv(name, value)
    picked = loopback.pick()
    assert picked is not None
    made = Ear(picked.open)
    until(lambda: made.blocks)
    yield made
    made.source.close()


def add_sink(server: SoundServer, name: str, shown: str) -> str:
    made = ("load-module", "module-null-sink", f"sink_name={name}", f"sink_properties=device.description={shown}")
    return server.run("pactl", *made).strip()


def test_it_hears_what_is_played_and_not_what_is_said(server: SoundServer, ear: Ear) -> None:
    assert ear.silent_from_now() < LOUD
    said = server.say(FOLDER / "austen880.wav")  # into the microphone
    until(lambda: said.poll() is not None)
    assert ear.loudest() < LOUD
    server.start("paplay", "--device=loudspeaker", str(FOLDER / "austen880.wav"))
    until(lambda: ear.loudest() > -20)
    assert all(len(block) % 4 == 0 for block in ear.blocks)
    samples = sum(len(array("f", block)) for block in ear.blocks)
    assert samples / len(ear.blocks) >= 1_280


def test_it_follows_the_systems_output_and_survives_its_end(server: SoundServer, ear: Ear) -> None:
    number = add_sink(server, "head", "Headphones")
    server.run("pactl", "set-default-sink", "head")
    until(lambda: ear.names()[-1:] == ["Headphones"])
    until(lambda: ear.silent_from_now(1) < 0)
    server.run("pactl", "unload-module", number)
    until(lambda: ear.names()[-1] != "Headphones")
    assert ear.silent_from_now(25) < LOUD
    lines = server.run("pactl", "list", "short", "source-outputs").splitlines()
    sources = dict(line.split("\t")[:2] for line in server.run("pactl", "list", "short", "sources").splitlines())
    ours = [sources[line.split("\t")[1]] for line in lines if "16000Hz" in line]
    assert ours == [server.run("pactl", "get-default-sink").strip() + ".monitor"]


SLOW = """\
from fanlight.audio.loopback import pulse_monitor
pulse_monitor.PulseMonitor._on_change = lambda *_: None
pulse_monitor.main()
"""


def test_an_output_that_goes_is_never_followed_by_the_microphone(
    server: SoundServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server itself would go on with that, until somebody notices: here nobody hears of the change."""
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, server.needs[name])
    (tmp_path / "slow.py").write_text(SLOW)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    number = add_sink(server, "head", "Headphones")
    server.run("pactl", "set-default-sink", "head")
    ear = Ear(lambda on: ListeningProcess("slow", on))
    until(lambda: ear.blocks)
    server.run("pactl", "unload-module", number)
    until(lambda: len(ear.names()) == 2)  # the stream has failed, and the next output is heard
    sources = dict(line.split("\t")[:2] for line in server.run("pactl", "list", "short", "sources").splitlines())
    lines = server.run("pactl", "list", "short", "source-outputs").splitlines()
    assert [sources[line.split("\t")[1]] for line in lines if "16000Hz" in line] != ["virtmic"]
    ear.source.close()


def test_without_any_output_it_says_so_and_waits_for_one(server: SoundServer, ear: Ear) -> None:
    for line in server.run("pactl", "list", "short", "modules").splitlines():
        if "sink" in line or "remap" in line:
            subprocess.run(["pactl", "unload-module", line.split()[0]], env=server.env, check=False, timeout=30)
    until(lambda: isinstance(ear.events[-1], OutputMissing))
    add_sink(server, "again", "Speakers")
    until(lambda: isinstance(ear.events[-1], OutputHeard))
    assert ear.names()[-1] == "Speakers"
    assert ear.silent_from_now() < LOUD


def test_a_server_that_is_killed_ends_it_and_one_that_is_not_there_too(server: SoundServer, ear: Ear) -> None:
    server.kill()
    until(lambda: isinstance(ear.events[-1], LoopbackEnded))
    late = Ear(lambda on: ListeningProcess(MONITOR, on))
    until(lambda: late.events)
    assert isinstance(late.events[0], LoopbackEnded)
    assert late.events[0].reason
    server.begin()
    anew = Ear(lambda on: ListeningProcess(MONITOR, on))
    until(lambda: anew.blocks)
    anew.source.close()


def test_closing_ends_its_process_at_once_and_nothing_more_is_said(ear: Ear) -> None:
    process = ear.source._process
    ear.source.close()
    assert process.wait(10) is not None
    until(lambda: process.stdout.closed)
    assert not any(isinstance(event, LoopbackEnded) for event in ear.events)


def test_a_process_that_dies_or_talks_nonsense_ends_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "talks_nonsense.py").write_text("import sys; sys.stdout.buffer.write(b'B' + b'\\xff' * 40)")
    (tmp_path / "dies.py").write_text("import os; os._exit(7)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for module, reason in (("talks_nonsense", ""), ("dies", "exit 7"), ("no_such_module", "exit 1")):
        ear = Ear(partial(ListeningProcess, module))
        until(ear.reported)
        assert isinstance(ear.events[0], LoopbackEnded)
        assert reason in ear.events[0].reason
        assert not ear.blocks


def test_it_is_there_where_a_library_and_a_server_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = pulse.Pulse()
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(pulse, "_has_library", lambda: True)
    monkeypatch.setattr(pulse, "_SYSTEM_FOLDERS", ())
    assert not backend.is_available()
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "native").touch()
    assert backend.is_available() is sys.platform.startswith("linux")
    monkeypatch.setattr(pulse, "_has_library", lambda: False)
    assert not backend.is_available()


def test_what_is_missing_is_said_for_this_system() -> None:
    assert [loopback.wanted(system).name for system in ("linux", "win32", "darwin")] == [
        "pulse",
        "wasapi",
        "coreaudio",
    ]
    assert all(backend.needs.endswith(".") for backend in loopback.BACKENDS)
    assert loopback.pick(()) is None
