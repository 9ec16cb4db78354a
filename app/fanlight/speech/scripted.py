"""A transcriber that says what it was told: for tests, demonstrations and screenshots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fanlight.domain.errors import SpeechError
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, Samples, SpeechInfo, TranscriptionOptions, Word
from fanlight.speech.audio import Audio, as_audio

Says = Callable[[Audio, Effort], Decoded | str | SpeechError]


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """The arguments of one decode."""

    seconds: float
    options: TranscriptionOptions
    effort: Effort
    context: str


class ScriptedTranscriber:
    """`says` gives the decode, its text, or the error to raise, for each call; `calls` are those that were made."""

    def __init__(self, says: Says | str = "hello") -> None:
        self._says: Says = says if callable(says) else lambda *_: says
        self.calls: list[ScriptedCall] = []
        self.closed = False
        self.info = SpeechInfo("scripted", "cpu", ("en", "de"))

    def decode(
        self, samples: Samples, options: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        audio = as_audio(samples)
        seconds = len(audio) / SAMPLE_RATE
        self.calls.append(ScriptedCall(seconds, options, effort, context))
        said = self._says(audio, effort)
        if isinstance(said, SpeechError):
            raise said
        if isinstance(said, Decoded):
            return said
        pieces = said.split()
        share = seconds / max(1, len(pieces))
        words = tuple(Word(f" {piece}", i * share, (i + 1) * share) for i, piece in enumerate(pieces))
        return Decoded(words, options.language or "en")

    def close(self) -> None:
        self.closed = True
