"""Dictation into a field of one line: positions are Qt's, in UTF-16 units."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit

from fanlight.domain.speech import LiveTranscript, Word
from fanlight.ui.dictation.text import LineTarget
from fanlight.ui.theme import LIGHT


def test_words_go_to_the_cursor_behind_a_character_of_two_units(qtbot: Any) -> None:
    field = QLineEdit("\U0001f600abc")
    qtbot.addWidget(field)
    field.setCursorPosition(3)
    target = LineTarget(field, lambda: LIGHT, lambda: None).begin_utterance()
    target.show_hypothesis(LiveTranscript(committed=(), hypothesis=(Word(" new", 0.0, 1.0, 0.9),)))
    assert field.text() == "\U0001f600a new bc"
    assert field.cursorPosition() == len("xxa new ")
