"""An answer that reached its longest length: it is said, and Enter gets the rest."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.engine.scripted import ScriptedEngine
from fanlight.model_settings import sampling_of
from fanlight.settings import Settings
from support.whole_window import WholeWindow
from support.window_hands import SLOW, Open, answered, ask, idle, ready, texts

pytestmark = pytest.mark.gui


def cut(qtbot: Any, open_window: Open, most: int = 5) -> WholeWindow:
    """A window with an answer of `most` tokens, of many more."""
    window = open_window(ScriptedEngine(["x"] * 500), settings=Settings(max_tokens=most))
    ready(qtbot, window)
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    return window


def test_an_answer_has_a_longest_length_by_default() -> None:
    assert sampling_of(Settings()).max_tokens == 4096
    assert sampling_of(Settings(max_tokens=0)).max_tokens == 0


def test_enter_in_the_empty_field_gets_the_rest(qtbot: Any, open_window: Open) -> None:
    window = cut(qtbot, open_window)
    assert texts(window)[-1] == "xxxxx"
    assert "cut off at its maximum length" in window.transcript.entries()[-1].notice
    assert "Press Enter to continue" in window.composer.input.placeholderText()
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1] == "x" * 10)
    assert len(texts(window)) == 2


def test_enter_with_a_text_asks_it(qtbot: Any, open_window: Open) -> None:
    window = cut(qtbot, open_window)
    ask(qtbot, window, "Next")
    answered(qtbot, window, 4)
    assert texts(window)[2:] == ["Next", "xxxxx"]


def test_after_a_whole_answer_enter_does_nothing(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["Yes."]))
    ready(qtbot, window)
    ask(qtbot, window, "Q")
    answered(qtbot, window)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)
    assert idle(window)
    assert texts(window) == ["Q", "Yes."]
    assert "continue" not in window.composer.input.placeholderText()


def test_while_it_answers_enter_in_the_empty_field_does_nothing(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(SLOW, 0.005))
    ready(qtbot, window)
    ask(qtbot, window, "Q")
    qtbot.waitUntil(lambda: bool(texts(window)[-1]))
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)
    assert not window.session_manager.current.queued
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Escape)
    answered(qtbot, window)
