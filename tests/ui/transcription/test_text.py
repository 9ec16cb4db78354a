"""Hours of transcript on the screen and in memory, what is left to do in words, and how much of it a question takes."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QTextCursor

from fanlight.core.transcription.estimate import Estimate
from fanlight.core.transcription.quote import MOST_TOKENS, quotation
from fanlight.core.transcription.transcription import Transcription, TranscriptionRun
from fanlight.domain.speech import Segment, TranscriptionOptions, Word
from fanlight.domain.transcription import TranscriptionPart, TranscriptionStarted, clock
from fanlight.ui.transcription.text import TranscriptText

pytestmark = pytest.mark.gui
SENTENCE = tuple("It was the best of times, it was the worst of times, and nobody knew.".split())  # noqa: SIM905
HOUR = 3600


def begun(seconds: float | None = 10 * HOUR, upto: float = 0.0) -> tuple[Transcription, TranscriptionRun]:
    one = Transcription(Path("talk.wav"))
    run = one.begin(TranscriptionOptions())
    one.hear(run, TranscriptionStarted(seconds, upto, whole=False, key="key", model="told"))
    return one, run


def part(number: int, text: tuple[str, ...] = SENTENCE) -> TranscriptionPart:
    """Ten seconds."""
    start, each = 10.0 * number, 9.0 / max(1, len(text))
    words = tuple(Word(f" {word}", start + i * each, start + (i + 1) * each) for i, word in enumerate(text))
    return TranscriptionPart(start + 10, words, "en")


def test_words_of_a_sentence_that_goes_on_are_shown_and_then_settle(qtbot: Any) -> None:
    one, run = begun()
    view = TranscriptText()
    qtbot.addWidget(view)
    view.show_transcription(one)
    one.hear(run, TranscriptionPart(9.0, (Word(" One", 8.1, 8.5), Word(" two", 8.6, 9.0)), "en"))
    view.catch_up()
    assert view.toPlainText() == "One two"
    one.hear(run, TranscriptionPart(10.5, (Word(" three.", 9.1, 9.5), Word(" Four", 9.6, 9.9)), "en"))
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
        one.hear(run, part(number))
    view.catch_up()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(3)
    one.hear(run, part(40))
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
        one.hear(run, part(number))
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


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (0, ""), (100, "less than a minute left"), (600, "about 1 minute left"), (7200, "about 12 minutes left"),
        (10 * HOUR, "about 1 h left"), (15 * HOUR, "about 1 h 30 min left"),
    ],
)  # fmt: skip
def test_the_time_left_is_said_in_words_that_are_no_surer_than_it_is(left: float, words: str) -> None:
    estimate = Estimate()
    assert estimate.remaining_text(left) == ""
    for _ in range(5):
        estimate.add(10, 1)
    assert estimate.remaining_text(left) == words


def test_the_time_left_follows_the_computer(qtbot: Any) -> None:
    estimate = Estimate()
    for _ in range(50):
        estimate.add(10, 1)
    for _ in range(30):
        estimate.add(10, 4)
    assert estimate.remaining_text(3000) in ("about 18 minutes left", "about 19 minutes left", "about 20 minutes left")


def test_what_came_from_the_journal_says_nothing_about_speed(qtbot: Any) -> None:
    one, run = begun(upto=600)
    one.hear(run, TranscriptionPart(600, (), "en"))
    one.stepped(run, 0.0, 0.001, None)
    assert one.status() == "10:00 of 10:00:00"
    one.hear(run, part(60))
    one.stepped(run, 600.0, 1.0, None)
    assert one.status() == "10:10 of 10:00:00, about 59 minutes left"


def test_a_file_that_does_not_say_how_long_it_is_says_how_far_it_is(qtbot: Any) -> None:
    one, run = begun(None)
    one.hear(run, part(0))
    assert (one.status(), one.share) == ("0:10", None)


def segments(count: int, text: str = "Words that somebody said.") -> list[Segment]:
    return [Segment((Word(f" {text}", 10.0 * n, 10.0 * n + 9.5),), "en") for n in range(count)]


def test_a_transcript_that_fits_is_quoted_whole_by_paragraph() -> None:
    made = [*segments(2), Segment((Word(" Later.", 60, 61),), "en")]
    quoted = quotation("a.wav", made, 8192)
    assert quoted.problem is None
    assert quoted.text == ("From a.wav:\n\n> Words that somebody said. Words that somebody said.\n>\n> Later.")


def test_of_one_that_does_not_fit_the_beginning_is_quoted_and_that_is_said() -> None:
    quoted = quotation("a.wav", segments(1000), 2048)
    assert quoted.text.startswith("From a.wav, 0:00 to 22:")
    assert len(quoted.text.encode()) / 3 < 0.6 * 2048 * 1.2
    assert quoted.problem is not None
    assert "has about 9,000 tokens, and this model has room for about 1,228" in quoted.problem.message
    assert "Select a part" in quoted.problem.hint


def test_no_question_is_longer_than_anybody_reads() -> None:
    quoted = quotation("a.wav", segments(20_000), 1_000_000)
    assert quoted.problem is not None
    assert len(quoted.text) < 4 * MOST_TOKENS


def test_one_sentence_longer_than_the_room_is_quoted_all_the_same() -> None:
    assert quotation("a.wav", segments(2, "word " * 2000), 512).text.count("word") == 2000
