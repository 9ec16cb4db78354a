"""A screen reader finds messages, and what they consist of, from top to bottom, whichever came into view first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.ui.transcript.message import MessageView
from fanlight.ui.transcript.transcript import Transcript
from support.chat_samples import conversation

pytestmark = pytest.mark.gui


def show(qtbot: QtBot, *entries: TranscriptEntry) -> Transcript:
    transcript = Transcript()
    qtbot.addWidget(transcript)
    transcript.resize(800, 600)
    transcript.show_entries(entries)
    with qtbot.waitExposed(transcript):
        transcript.show()
    return transcript


def read(parent: QWidget) -> list[QWidget]:
    """The children that can be seen, as a screen reader finds them."""
    interface = QAccessible.queryAccessibleInterface(parent)
    children = [interface.child(i).object() for i in range(interface.childCount())]
    return [child for child in children if isinstance(child, QWidget) and child.isVisible()]


def messages_read(transcript: Transcript) -> list[int]:
    views = {transcript.view(i): i for i in range(60)}
    return [views[child] for child in read(transcript.viewport()) if isinstance(child, MessageView)]


def test_messages_that_come_into_view_later_are_read_where_they_stand(qtbot: QtBot) -> None:
    transcript = show(qtbot, *conversation(60))
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_PageDown, Qt.Key.Key_End):
        qtbot.keyClick(transcript, key)
        found = messages_read(transcript)
        assert found
        assert found == sorted(found), key


def test_a_question_above_an_answer_that_was_seen_first_is_read_before_it(qtbot: QtBot) -> None:
    entries = [TranscriptEntry("user", "How many shapes?"), TranscriptEntry("assistant", "There are 2 shapes.")]
    transcript = show(qtbot)
    transcript.setFixedHeight(60)
    transcript.show_entries(entries)
    assert messages_read(transcript) == [1]
    transcript.setFixedHeight(400)
    qtbot.waitUntil(lambda: messages_read(transcript) == [0, 1])


def test_reasoning_that_is_opened_is_read_before_the_answer(qtbot: QtBot) -> None:
    answer = TranscriptEntry("assistant", "Two.", thinking="I count them.", error="Stopped.", state="failed")
    transcript = show(qtbot, TranscriptEntry("user", "How many?"), answer)
    view = transcript.view(1)
    assert view is not None
    view._toggle_thinking()
    transcript._place()
    parts = read(view)
    assert parts == sorted(parts, key=lambda part: (part.y(), part.x()))
    assert len(parts) >= 6
