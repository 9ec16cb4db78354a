"""A loop of the decoder's is cut; what a person repeats is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fanlight.domain.speech import TranscriptionOptions, Word, joined
from fanlight.domain.transcription import TranscriptionPart
from fanlight.speech.file_transcription import decode_parts
from fanlight.speech.repetition import is_loop, longest_run, without_loops
from fanlight.speech.segmenter import LONG_PARTS
from fanlight.speech.vad import VoiceActivityDetector
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import recording, write_wav


def at_pace(text: str, words_a_second: float, probability: float = 0.8) -> tuple[Word, ...]:
    return tuple(
        Word(f" {word}", i / words_a_second, (i + 1) / words_a_second, probability)
        for i, word in enumerate(text.split())
    )


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Il n'y a " + "plus d'être " * 13, "Il n'y a plus d'être…"),
        ("I'm sorry, " * 9 + "I'm", "I'm sorry…"),
        ("So " + "no " * 20 + "never again.", "So no… never again."),
        ("And so on. " + "I am a man. " * 6, "And so on. I am a man…"),
        ("N" + "a" * 40, "Na…"),
        ("Oh, " + "ha" * 20 + ", yes.", "Oh, ha…, yes."),
    ],
)
def test_a_phrase_faster_than_anyone_speaks_is_a_loop_and_is_left_once(text: str, cut: str) -> None:
    assert is_loop(at_pace(text, 12))
    assert joined(without_loops(at_pace(text, 12))) == cut


def test_a_phrase_that_is_improbable_is_a_loop_at_any_pace() -> None:
    assert is_loop(at_pace("you know " * 8, 3, probability=0.65))


@pytest.mark.parametrize(
    "text",
    ["And so my fellow Americans. " * 8, "six, " * 6, "no no no no no no", "la " * 12, "hahahahaha", "1" + "0" * 12],
)
def test_what_is_said_over_and_over_is_none(text: str) -> None:
    words = at_pace(text, 3.5)
    assert not is_loop(words)
    assert without_loops(words) == words


@pytest.mark.parametrize(
    "text",
    [
        "it was the best of times it was the worst of times it was the age of wisdom",
        "no, no, no",
        "one two three four five six seven",
        "",
    ],
)
def test_what_is_like_what_came_before_is_no_repetition(text: str) -> None:
    assert longest_run(at_pace(text, 20)) is None


def test_a_loop_is_found_behind_and_before_other_words_and_by_its_spelling_alone() -> None:
    run = longest_run(at_pace("we had it. Again and again, again and AGAIN again and again. then not", 9))
    assert run is not None
    assert (run.start, run.end, run.period) == (3, 12, 3)


@pytest.mark.model
def test_the_wrong_language_makes_no_loop(
    whisper: WhisperTranscriber, make_vad: Callable[[], VoiceActivityDetector], tmp_path: Path
) -> None:
    path = write_wav(tmp_path / "recording.wav", recording("austen890"))
    events = decode_parts(path, whisper, make_vad(), TranscriptionOptions("fr"), limits=lambda: LONG_PARTS)
    parts = [event for event in events if isinstance(event, TranscriptionPart)]
    words = [word.text for part in parts for word in part.words]
    assert 0 < len(words) <= 30
    assert max(map(words.count, words)) <= 6
