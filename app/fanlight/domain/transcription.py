"""Events of a file's transcription, a closed union. In order: ScanProgress, TranscriptionStarted, TranscriptionParts;
among the parts ScanProgress on the way to the place where it resumes, and Yielded before each decode."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain.speech import Word


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """The share, 0 to 1, of a pass through the file: to compute its fingerprint, or to reach the place where the
    transcription resumes."""

    share: float


@dataclass(frozen=True, slots=True)
class TranscriptionStarted:
    """`seconds` is the duration in the file's header, None where there is none; `upto` is where it resumes, 0 for the
    beginning. `whole`: all parts were done before, and nothing is decoded. `key` names the journal, `model` the speech
    model."""

    seconds: float | None
    upto: float
    whole: bool
    key: str
    model: str
    tracks: int = 1
    """How many audio tracks the file has; `track`, counted from 1, is heard."""
    track: int = 1


@dataclass(frozen=True, slots=True)
class TranscriptionPart:
    """The words up to `upto` seconds, since the part before."""

    upto: float
    words: tuple[Word, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Yielded:
    """A decode follows: the caller may use the model for something else first, or leave."""


TranscriptionEvent = ScanProgress | TranscriptionStarted | TranscriptionPart | Yielded


def clock(seconds: float) -> str:
    """A position as media players show it: 4:05, 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
