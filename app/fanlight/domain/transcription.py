"""What a transcription of a sound or video file tells while it goes on, in this order: Looking, Begun, then Parts, with
Looking among them while it finds the place where it goes on, and Between before each thing that takes its time. A
closed union."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain.speech import Word


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """The file is read through, so much of it is done (0 to 1): first to know whether it was begun before, then, where
    it was, to find the place."""

    share: float


@dataclass(frozen=True, slots=True)
class TranscriptionStarted:
    """`seconds` is how long the file says it is (None: it does not say), `upto` is where it goes on (0: at its
    beginning). `whole`: all of it was done before, and nothing is decoded. `key` names its journal, `model` who
    hears."""

    seconds: float | None
    upto: float
    whole: bool
    key: str
    model: str


@dataclass(frozen=True, slots=True)
class TranscriptionPart:
    """What was said up to `upto` seconds, since the part before."""

    upto: float
    words: tuple[Word, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Yielded:
    """Nothing new: whoever listens may see to something else now, or leave."""


TranscriptionEvent = ScanProgress | TranscriptionStarted | TranscriptionPart | Yielded


def clock(seconds: float) -> str:
    """As players show it: 4:05, 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
