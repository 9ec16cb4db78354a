"""The mark while a server of the user's own answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.models import ModelAddress, ModelSpec
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.models.server_line import ServerLine

pytestmark = pytest.mark.gui

HERE = ModelSpec.of_files("here", Path("here.gguf"))
SERVED = ModelSpec("served", ModelAddress("http://10.0.0.5:8080", "qwen3-vl", supports_images=True))


def test_it_is_there_as_long_as_questions_or_captures_go_to_a_server(qtbot: Any, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    settings_store = SettingsStore(Settings(), home / "settings.json")
    host = ModelHost(lambda *_given: ScriptedEngine(["x"]), settings_store, None, lambda _name: SERVED)
    line = ServerLine(host)
    qtbot.addWidget(line)
    assert line.isHidden()
    settings_store.choose(capture_model="served")
    host.open(HERE)
    assert not line.isHidden()
    assert line.text.text().startswith("Captures: ")
    host.open(SERVED)
    assert "10.0.0.5:8080" in line.text.text()
    assert "Captures" not in line.text.text()
    settings_store.choose(capture_model="")
    host.open(HERE)
    assert line.isHidden()
    assert shutdown([host.worker], 30)
