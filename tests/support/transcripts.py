"""A transcription that is told what its run reports."""

from __future__ import annotations

from pathlib import Path

from fanlight.core.transcription.run import TranscriptionRun
from fanlight.core.transcription.transcription import Transcription
from fanlight.domain.speech import TranscriptionOptions, Word
from fanlight.domain.transcription import TranscriptionPart, TranscriptionStarted

SENTENCE = tuple("It was the best of times, it was the worst of times, and nobody knew.".split())  # noqa: SIM905
HOUR = 3600


def begun(seconds: float | None = 10 * HOUR, upto: float = 0.0) -> tuple[Transcription, TranscriptionRun]:
    one = Transcription(Path("talk.wav"))
    run = one.next_run(TranscriptionOptions())
    one.on_event(run, TranscriptionStarted(seconds, upto, whole=False, key="key", model="told"))
    return one, run


def part(number: int, text: tuple[str, ...] = SENTENCE) -> TranscriptionPart:
    """Ten seconds."""
    start, each = 10.0 * number, 9.0 / max(1, len(text))
    words = tuple(Word(f" {word}", start + i * each, start + (i + 1) * each) for i, word in enumerate(text))
    return TranscriptionPart(start + 10, words, "en")
