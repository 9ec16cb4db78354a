"""Formulas of answers are drawn, in the window and beside a capture; code is wrapped by choice, in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from fanlight.core.remote_commands import CaptureRequest
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.settings_file import load_settings
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.transcript import Transcript
from support.panels import Enter
from support.window_hands import Open, answered, ask, open_saved

pytestmark = pytest.mark.gui

CODE = "```\n" + "value = 1; " * 60 + "\n```"


def body_of(transcript: Transcript, index: int) -> MessageBody:
    view = transcript.view(index)
    assert view is not None
    return next(one for one in view.controls() if isinstance(one, MessageBody))


def switch_of(transcript: Transcript, index: int) -> QToolButton:
    return next(one for one in body_of(transcript, index).buttons() if one.objectName() == "code_wrap")


def test_a_formula_of_an_answer_is_drawn(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["So ", "\\(x", "^2", "\\) it is."]))
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    qtbot.waitUntil(lambda: "\ufffc" in body_of(window.transcript, 1).toPlainText())
    window.close()
    again = open_window()
    open_saved(qtbot, again)
    qtbot.waitUntil(lambda: "\ufffc" in body_of(again.transcript, 1).toPlainText())


def test_wrapping_is_remembered(qtbot: Any, open_window: Open, home: Path) -> None:
    window = open_window(ScriptedEngine([CODE]))
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    qtbot.mouseClick(switch_of(window.transcript, 1), Qt.MouseButton.LeftButton)
    assert window.settings_store.now.wrap_code
    assert switch_of(window.transcript, 1).isChecked()
    window.close()
    assert load_settings(home / "settings.json").wrap_code


def test_the_panel_wraps_as_the_window_does(qtbot: Any, enter_panels: Enter) -> None:
    room = enter_panels(ScriptedEngine([CODE]))
    panel = room.panel(action="explain")
    qtbot.waitUntil(lambda: panel.conversation.condition == "idle" and bool(panel.conversation.last_answer))
    last = len(panel.transcript.entries()) - 1
    qtbot.mouseClick(switch_of(panel.transcript, last), Qt.MouseButton.LeftButton)
    assert room.settings_store.now.wrap_code
    assert switch_of(panel.transcript, last).isChecked()
    room.settings_store.choose(wrap_code=False)
    assert not switch_of(panel.transcript, last).isChecked()


def test_a_formula_is_drawn_in_the_panel(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["So \\(x^2\\)."]), settings=Settings(read_text_in_captures=False))
    window.remote.capture_requested.emit(CaptureRequest(region=(10, 20, 120, 90), action="explain"))
    panel = window.features.captures.view.panels[-1]
    qtbot.waitUntil(lambda: panel.conversation.condition == "idle" and bool(panel.conversation.last_answer))
    last = len(panel.transcript.entries()) - 1
    qtbot.waitUntil(lambda: "\ufffc" in body_of(panel.transcript, last).toPlainText())
    panel.session.forget()
