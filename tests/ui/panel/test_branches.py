"""Another answer in a quick panel stands beside the first one."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.panel.panel import QuickPanel
from support.panels import Enter

pytestmark = pytest.mark.gui


def idle(panel: QuickPanel) -> bool:
    return panel.conversation.condition == "idle" and bool(panel.conversation.turns)


def texts_of(panel: QuickPanel) -> list[str]:
    return [entry.text for entry in panel.transcript.entries()]


def test_another_answer_stands_beside_the_first_one(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["First."])
    panel = enter_panels(engine).panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel) and texts_of(panel)[-1] == "First.")
    engine.pieces = ("Second.",)
    panel.transcript.ask_again.emit()
    qtbot.waitUntil(lambda: idle(panel) and texts_of(panel)[-1] == "Second.")
    last = len(texts_of(panel)) - 1
    assert panel.transcript.entries()[-1].versions == 2
    panel.transcript.version_wanted.emit(last, -1)
    assert texts_of(panel)[-1] == "First."
    panel.line.input.setText("And then?")
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(panel) and len(engine.asked) == 3)
    assert [message.text for message in engine.asked[-1]][-2:] == ["First.", "And then?"]
