"""A line of base64 or of minified JSON is pasted: Qt is not left to look for the ends of its words, which takes minutes
with a million characters; and nothing of it is cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextOption
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.ui.composer.question_input import QuestionInput
from fanlight.ui.panel.parts import PanelLine
from fanlight.ui.text_units import wrap_mode
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.long_text_edit import LongTextEdit

pytestmark = pytest.mark.gui
WORDS, ANYWHERE = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere, QTextOption.WrapMode.WrapAnywhere
LONG = "iVBORw0KGgo" * 1000


@pytest.mark.parametrize(
    ("text", "mode"),
    [("", WORDS), ("some words " * 5000, WORDS), ("x" * 300 + " and words", WORDS), (f"this: {LONG}", ANYWHERE)],
)
def test_lines_end_between_words_unless_one_is_endless(text: str, mode: QTextOption.WrapMode) -> None:
    assert wrap_mode(text) == mode


def test_the_question_may_be_an_endless_word_until_it_is_gone(qtbot: QtBot) -> None:
    field = QuestionInput()
    qtbot.addWidget(field)
    field.insert_text("What is ")
    assert field.wordWrapMode() == WORDS
    field.insert_text(LONG[:3000])
    field.insert_text(LONG)
    assert field.wordWrapMode() == ANYWHERE
    assert field.toPlainText() == "What is " + LONG[:3000] + LONG
    field.selectAll()
    field.textCursor().removeSelectedText()
    assert field.wordWrapMode() == WORDS
    field.setPlainText(LONG)
    assert field.wordWrapMode() == ANYWHERE


def test_what_is_pasted_into_any_other_field_may_be_one_too(qtbot: QtBot) -> None:
    field = LongTextEdit()
    qtbot.addWidget(field)
    mime = QMimeData()
    mime.setText(LONG)
    field.insertFromMimeData(mime)
    assert (field.wordWrapMode(), field.toPlainText()) == (ANYWHERE, LONG)
    field.clear()
    assert field.wordWrapMode() == WORDS


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_a_message_may_be_an_endless_word(qtbot: QtBot, role: str) -> None:
    transcript = Transcript()
    qtbot.addWidget(transcript)
    transcript.resize(700, 500)
    transcript.show_entries([TranscriptEntry(role, LONG)])  # type: ignore[arg-type]
    with qtbot.waitExposed(transcript):
        transcript.show()
    (body,) = transcript.findChildren(MessageBody)
    assert body.document().defaultTextOption().wrapMode() == ANYWHERE
    assert body.toPlainText() == LONG


def test_a_long_text_is_whole_in_the_panels_line(qtbot: QtBot) -> None:
    line = PanelLine()
    qtbot.addWidget(line)
    asked: list[str] = []
    line.entered.connect(asked.append)
    line.input.insert("words " * 20_000)
    line._enter()
    assert asked == [("words " * 20_000).strip()]
