"""A transcription without a window: its states in words, the time left, and how much of it a question takes."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.core.transcription.estimate import Estimate
from fanlight.core.transcription.quote import MOST_TOKENS, quotation
from fanlight.core.transcription.run import TranscriptionDone
from fanlight.domain.speech import Segment, TranscriptionOptions, Word
from fanlight.domain.transcription import TranscriptionPart
from support.transcripts import HOUR, begun, part


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
    one.on_event(run, TranscriptionPart(600, (), "en"))
    one.on_step_ended(run, 0.0, 0.001, None)
    assert one.status() == "10:00 of 10:00:00"
    one.on_event(run, part(60))
    one.on_step_ended(run, 600.0, 1.0, None)
    assert one.status() == "10:10 of 10:00:00, about 59 minutes left"


def test_a_file_that_does_not_say_how_long_it_is_says_how_far_it_is(qtbot: Any) -> None:
    one, run = begun(None)
    one.on_event(run, part(0))
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


def test_a_run_that_was_given_up_reports_to_nobody(qtbot: Any) -> None:
    one, run = begun()
    one.abandon()
    one.on_event(run, part(0))
    assert (one.state, one.segments) == ("stopped", [])


def test_a_stopped_one_resumes_with_the_run_it_had_and_a_restarted_one_with_a_new_run(qtbot: Any) -> None:
    one, run = begun()
    one.on_event(run, part(0))
    one.stop()
    assert one.status() == "Stopped at 0:10. You can resume it any time."
    one.resume()
    assert one.next_run(TranscriptionOptions()) is run
    one.restart()
    assert (one.state, one.segments) == ("waiting", [])
    assert one.next_run(TranscriptionOptions()) is not run


def test_its_end_commits_the_open_sentence(qtbot: Any) -> None:
    one, run = begun()
    one.on_event(run, TranscriptionPart(9.0, (Word(" One", 8.1, 8.5), Word(" two", 8.6, 9.0)), "en"))
    assert (one.segments, len(one.open)) == ([], 2)
    one.on_event(run, TranscriptionDone())
    assert ([segment.text for segment in one.segments], one.open, one.state) == (["One two"], (), "done")
    assert one.status() == "Done: 0:09, 2 words, English"
