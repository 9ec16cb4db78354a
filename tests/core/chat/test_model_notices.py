"""What a person should know of how a model was loaded."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.domain.errors import ModelReduced
from fanlight.domain.models import ModelInfo
from fanlight.domain.ports import Engine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from support.windows import SPEC


def test_a_model_that_is_loaded_with_less_is_ready_and_says_so(qtbot: Any, tmp_path: Path) -> None:
    engine = ScriptedEngine(["x"])
    engine._info = replace(engine.info, notices=("Eight of 32 layers.", "A smaller context."))
    host = ModelHost(lambda *_: engine, SettingsStore(Settings(), tmp_path / "settings.json"))
    said: list[ModelReduced] = []
    host.reduced.connect(said.append)
    host.open(SPEC)
    qtbot.waitUntil(lambda: bool(said))
    assert host.condition == "ready"
    assert said[0].message == "Eight of 32 layers. A smaller context."
    host.worker.close()
    assert host.worker.join(20)


def test_a_model_that_is_loaded_otherwise_for_a_question_is_shown_as_it_is_now(qtbot: Any, tmp_path: Path) -> None:
    engine = ScriptedEngine(["x"])
    host = ModelHost(lambda *_: engine, SettingsStore(Settings(), tmp_path / "settings.json"))
    host.open(SPEC)
    qtbot.waitUntil(lambda: host.condition == "ready")
    smaller = replace(engine.info, context_tokens=2048, device="processor")

    def work(_engine: Engine, _control: JobControl) -> Generator[object, None, None]:
        engine._info = smaller  # its process has died, and was started again
        yield "a word"

    shown: list[ModelInfo | None] = []
    host.changed.connect(lambda: shown.append(host.info))
    host.submit(Job[Engine](work, Priority.WINDOW))
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [smaller]
    host.worker.close()
    assert host.worker.join(20)
