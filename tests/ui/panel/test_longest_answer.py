"""In the quick panel, too, an answer that reached its longest length goes on with Enter."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.engine.scripted import ScriptedEngine
from support.panels import Enter

pytestmark = pytest.mark.gui


def test_enter_in_the_empty_line_gets_the_rest(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels(ScriptedEngine(["x"] * 50), max_tokens=5).panel(action="explain")
    conversation = panel.conversation
    assert panel.line.input.placeholderText() == "Ask about this"
    qtbot.waitUntil(lambda: conversation.condition == "idle" and conversation.has_rest)
    assert panel.line.input.placeholderText() == "Enter continues the answer"
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: conversation.condition == "idle" and conversation.last_answer == "x" * 10)
    assert "cut off" in conversation.turns[-1].notice


def test_enter_in_the_empty_line_does_nothing_after_a_whole_answer(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["Yes."])
    panel = enter_panels(engine).panel(action="explain")
    qtbot.waitUntil(lambda: panel.conversation.condition == "idle" and bool(panel.conversation.turns))
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Return)
    assert panel.conversation.condition == "idle"
    assert len(engine.asked) == 1
