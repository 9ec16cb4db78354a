"""Hours of transcript on the screen and in memory."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest
from PySide6.QtGui import QTextCursor

from fanlight.domain.speech import Word
from fanlight.domain.transcription import TranscriptionPart, clock
from fanlight.ui.transcription.text import TranscriptText
from support.transcripts import begun, part

pytestmark = pytest.mark.gui


def test_words_of_a_sentence_that_goes_on_are_shown_and_then_settle(qtbot: Any) -> None:
    one, run = begun()
    view = TranscriptText()
    qtbot.addWidget(view)
    view.show_transcription(one)
    one.on_event(run, TranscriptionPart(9.0, (Word(" One", 8.1, 8.5), Word(" two", 8.6, 9.0)), "en"))
    view.catch_up()
    assert view.toPlainText() == "One two"
    one.on_event(run, TranscriptionPart(10.5, (Word(" three.", 9.1, 9.5), Word(" Four", 9.6, 9.9)), "en"))
    view.catch_up()
    assert view.toPlainText() == "One two three.\nFour"
    assert (view.start_of(0), view.start_of(1)) == (8.1, 9.6)
    view.catch_up()
    assert view.toPlainText() == "One two three.\nFour"


def test_who_reads_above_is_not_moved_and_who_reads_the_end_follows(qtbot: Any) -> None:
    one, run = begun()
    view = TranscriptText()
    qtbot.addWidget(view)
    view.resize(500, 200)
    view.show()
    view.show_transcription(one)
    bar = view.verticalScrollBar()
    for number in range(40):
        one.on_event(run, part(number))
    view.catch_up()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(3)
    one.on_event(run, part(40))
    view.catch_up()
    assert bar.value() == 3
    assert view.toPlainText().endswith("knew.")


def test_ten_hours_cost_as_much_at_the_end_as_at_the_beginning_and_little_memory(qtbot: Any) -> None:
    tracemalloc.start()
    one, run = begun()
    view = TranscriptText()
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    view.show_transcription(one)
    took = []
    for number in range(3600):
        started = time.process_time()
        one.on_event(run, part(number))
        view.catch_up()
        took.append(time.process_time() - started)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    early, late = (sorted(piece)[len(piece) // 2] for piece in (took[100:500], took[-400:]))
    assert late < 3 * early + 0.002
    assert len(one.segments) >= 3600
    assert most < 60_000_000
    view.moveCursor(QTextCursor.MoveOperation.End)
    assert clock(view.start_of(view.document().blockCount() - 1) or 0).startswith("9:59")
