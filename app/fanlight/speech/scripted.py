"""A transcriber with a script: for tests, demonstrations and screenshots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fanlight.domain.errors import SpeechError
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, Samples, SpeechInfo, TranscriptionOptions, Word
from fanlight.speech.audio import Audio, as_audio

Script = Callable[[Audio, Effort], Decoded | str | SpeechError]


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """The arguments of one decode."""

    seconds: float
    options: TranscriptionOptions
    effort: Effort
    context: str


class ScriptedTranscriber:
    """Implements `Transcriber`. `script` returns the decode, its text, or the error to raise for each call, or is the
    text of every call; `calls` records them. `heard_languages` are those of the passages, in order, the last one for
    all that follow."""

    def __init__(self, script: Script | str = "hello", heard_languages: Sequence[str] = ("en",)) -> None:
        self._script: Script = script if callable(script) else lambda *_: script
        self.calls: list[ScriptedCall] = []
        self._heard_languages = list(heard_languages)
        self.closed = False
        self.info = SpeechInfo("scripted", "cpu", ("en", "de"))

    def decode(
        self, samples: Samples, options: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        audio = as_audio(samples)
        seconds = len(audio) / SAMPLE_RATE
        self.calls.append(ScriptedCall(seconds, options, effort, context))
        result = self._script(audio, effort)
        if isinstance(result, SpeechError):
            raise result
        if isinstance(result, Decoded):
            return result
        pieces = result.split()
        share = seconds / max(1, len(pieces))
        words = tuple(Word(f" {piece}", i * share, (i + 1) * share) for i, piece in enumerate(pieces))
        return Decoded(words, options.language or "en")

    def languages(
        self, samples: Samples, passages: Sequence[tuple[float, float]], options: TranscriptionOptions
    ) -> Sequence[str]:
        del samples
        if options.language:
            return [options.language] * len(passages)
        heard = self._heard_languages
        return [heard.pop(0) if len(heard) > 1 else heard[0] for _passage in passages]

    def close(self) -> None:
        self.closed = True
