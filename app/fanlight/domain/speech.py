"""Values of speech recognition. Audio is float32, mono, 16,000 samples a second, between -1 and 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from fanlight.domain.replacements import Replacement

SAMPLE_RATE = 16_000

Effort = Literal["draft", "final", "best"]
"""Cost and accuracy of a decode: "draft" for a hypothesis that is decoded again; "final", fast, and accurate on speech
that was cut at a pause; "best", the model's own 30 s windows, at several times the cost."""


class Samples(Protocol):
    """Audio in a buffer of float32: a numpy array, an array.array, a memoryview."""

    def __len__(self) -> int: ...

    def tobytes(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Word:
    """`text` with the space before it, where its language writes one, and the punctuation after it, so that the text is
    the words joined. `start` and `end` are seconds; `probability` is the model's own, 0 to 1."""

    text: str
    start: float
    end: float
    probability: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end or not 0 <= self.probability <= 1:
            raise ValueError(f"no word has {self.start} to {self.end} s at probability {self.probability}")


def joined(words: Iterable[Word]) -> str:
    """The text of these words, without the space before the first."""
    return "".join(word.text for word in words).strip()


@dataclass(frozen=True, slots=True)
class TranscriptionOptions:
    """`language` is Whisper's code ("en"), None for detection: then `likely_language`, that of what was said before, is
    kept unless another one is heard clearly. `translate` gives English; `names` are words to expect: names, terms,
    spellings; `nearby`: words that are on the screen there, of which the rare ones may be said; `replacements`: what is
    written in place of spoken words."""

    language: str | None = None
    translate: bool = False
    names: tuple[str, ...] = ()
    likely_language: str | None = None
    replacements: tuple[Replacement, ...] = ()
    nearby: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decode. `logprob` is the mean log probability of a token, `no_speech` the probability of the no-speech token,
    `language` is as given or detected, with probability `certainty`; `cut`: the text reached the token limit; `loop`:
    it repeats a phrase more often than it can be said."""

    words: tuple[Word, ...]
    language: str
    certainty: float = 1.0
    logprob: float = 0.0
    no_speech: float = 0.0
    cut: bool = False
    loop: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether it repeats itself, is improbable, or was cut. Improbable: `logprob` below -1.0, a limit that rises
        with `no_speech` above 0.3, since a sheep makes "No!" of (0.41, -1.0) by some processors' rounding."""
        return self.cut or self.loop or self.logprob < -1.0 + max(0.0, self.no_speech - 0.3)

    @property
    def invented(self) -> bool:
        """Whether it is text where there was no speech: `logprob` below a limit that rises with `no_speech`, from -1.0
        at one half to -0.5 from 0.8 on. Not enough alone: run a VAD first. Measured with Whisper base: sounds that
        passed the VAD (a bell, a string, a horn, a sheep) made words of (no_speech, logprob) (0.55, -1.3), (0.72, -0.9)
        and up to (0.95, -0.6); single words in four languages, clean, had no_speech up to 0.4."""
        return self.no_speech > 0.5 and self.logprob < -0.5 - max(0.0, 0.8 - self.no_speech) / 0.6

    @property
    def text(self) -> str:
        return joined(self.words)


@dataclass(frozen=True, slots=True)
class Segment:
    """Words between two pauses, or a line of subtitles; never empty."""

    words: tuple[Word, ...]
    language: str

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("a segment has words")

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return self.words[-1].end

    @property
    def text(self) -> str:
        return joined(self.words)


@dataclass(frozen=True, slots=True)
class LiveTranscript:
    """A transcript while its utterance goes on. `committed` words stay; `hypothesis` words may change with the next
    decode, less likely the first `stable_count` of them (its stable prefix). `final`: nothing follows, and no
    hypothesis is left."""

    committed: tuple[Word, ...] = ()
    hypothesis: tuple[Word, ...] = ()
    stable_count: int = 0
    language: str = ""
    final: bool = False

    def __post_init__(self) -> None:
        if self.final and self.hypothesis:
            raise ValueError("a final transcript has no hypothesis")

    @property
    def text(self) -> str:
        return joined((*self.committed, *self.hypothesis))


@dataclass(frozen=True, slots=True)
class CaptionWords:
    """What is new in a stream: `settled` words follow those before and stay; `hypothesis` replaces the last one, and
    its first `stable_count` words are less likely to change."""

    settled: tuple[Word, ...] = ()
    hypothesis: tuple[Word, ...] = ()
    stable_count: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class SpeechInfo:
    """A loaded speech model. `languages` are Whisper's codes."""

    name: str
    device: str
    languages: tuple[str, ...]
