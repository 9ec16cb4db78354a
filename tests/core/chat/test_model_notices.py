"""What a person should know of how a model was loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import ModelReduced
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
