"""The application without a window: it ends within one deadline, whatever hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from fanlight.core.app import Application
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import Sampling
from fanlight.engine.scripted import ScriptedEngine
from fanlight.pictures import files
from fanlight.store.memory_store import MemoryStore
from support import parser_tasks
from support.reading import FakeReader
from support.windows import SPEC, parts

pytestmark = pytest.mark.gui


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


def test_a_model_a_text_reader_and_a_disk_that_hang_cost_one_deadline_together(
    qtbot: Any, home: Path, gate: threading.Event
) -> None:
    class Hanging(ScriptedEngine):
        def generate(self, *arguments: Any) -> Any:
            hangs.append("model")
            gate.wait(60)
            yield from super().generate(*arguments)

    class HangingReader(FakeReader):
        def read(self, *_: Any) -> Any:
            hangs.append("text")
            gate.wait(60)
            return ()

    def hanging_disk() -> None:
        hangs.append("disk")
        gate.wait(60)

    hangs: list[str] = []
    deps = parts(home, Hanging(["x"]), load_reader=HangingReader)
    core = Application(replace(deps, open_store=lambda keep: lambda *_: MemoryStore()))
    core.host.open(SPEC)
    core.host.submit(AnswerJob([Message.of("user", "What is this?")], Sampling()))
    core.texts.read(Image.of(1, 1, bytes(3)), lambda _: None)
    for _ in range(2):
        core.file_worker.call(hanging_disk, lambda _: None)
    qtbot.waitUntil(lambda: sorted(hangs) == ["disk", "disk", "model", "text"])
    began = monotonic()
    core.close(0.5)
    assert monotonic() - began < 1.0
    gate.set()
    assert all(worker.join(30) for worker in (core.host.worker, core.texts, core.file_worker))


def test_a_picture_that_is_being_decoded_does_not_delay_the_end(
    qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(parser_tasks.__file__).parents[1]))
    monkeypatch.setattr(files, "decode_picture", parser_tasks.sleep_in_c)
    files.parser().end_all()
    core = Application(replace(parts(home, ScriptedEngine(["x"])), open_store=lambda keep: lambda *_: MemoryStore()))
    core.file_worker.call(lambda: files.read_bytes(b"x"), lambda _: None)
    qtbot.waitUntil(lambda: files.parser().busy, timeout=30_000)
    began = monotonic()
    core.close(30.0)
    assert monotonic() - began < 10
    assert core.file_worker.join(0)
    assert files.parser().pids == []
