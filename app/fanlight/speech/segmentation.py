"""Speech spans and cuts from VAD probabilities, one for each window of 32 ms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.vad import WINDOW

ON, OFF = 0.5, 0.35
"""A span begins at a probability of ON and ends below OFF: Silero's own hysteresis."""


def window_count(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE / WINDOW)


SHORTEST = window_count(0.2)
"""Windows; a shorter span is a click or a breath."""
_BRIDGED = window_count(0.1)
"""Windows; a shorter gap is inside a word, the closure of a stop consonant."""


@dataclass(frozen=True, slots=True)
class SpeechSpan:
    """Windows `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def seconds(self) -> tuple[float, float]:
        return self.start * WINDOW / SAMPLE_RATE, self.end * WINDOW / SAMPLE_RATE


def speech_spans(probabilities: Sequence[float]) -> list[SpeechSpan]:
    """The spans in order, each at least SHORTEST windows long, gaps of up to 0.1 s bridged."""
    spans: list[SpeechSpan] = []
    start: int | None = None
    for i, probability in enumerate(probabilities):
        if start is None and probability >= ON:
            start = i
        elif start is not None and probability < OFF:
            spans.append(SpeechSpan(start, i))
            start = None
    if start is not None:
        spans.append(SpeechSpan(start, len(probabilities)))
    return [span for span in _bridged(spans) if span.end - span.start >= SHORTEST]


def quiet_windows(probabilities: Sequence[float]) -> int:
    """How many at the end have no speech in them, also none that is too short for a span."""
    spoken = (i for i, probability in enumerate(reversed(probabilities)) if probability >= OFF)
    return next(spoken, len(probabilities))


def passages(spans: Sequence[SpeechSpan], pause: float) -> list[SpeechSpan]:
    """What is spoken between pauses of at least so many seconds."""
    found: list[SpeechSpan] = []
    for span in spans:
        if found and span.start - found[-1].end < window_count(pause):
            found[-1] = SpeechSpan(found[-1].start, span.end)
        else:
            found.append(span)
    return found


PASSAGE_PAUSE = 0.4
"""Seconds. After a pause of this length another language may begin. In 223 English passages between pauses of 0.3 s, in
noise, by telephone and in a hall, no other one was found."""


def best_cut(probabilities: Sequence[float], earliest: int, latest: int) -> int:
    """The window to cut before, `earliest` to `latest`: the middle of the longest pause, else where the probability is
    least."""
    if not 0 <= earliest < latest <= len(probabilities):
        raise ValueError(f"no cut from {earliest} to {latest} in {len(probabilities)} windows")
    longest, begun = SpeechSpan(earliest, earliest), None
    for i in range(earliest, latest + 1):
        quiet = i < latest and probabilities[i] < OFF
        if quiet and begun is None:
            begun = i
        elif not quiet and begun is not None:
            if i - begun > longest.end - longest.start:
                longest = SpeechSpan(begun, i)
            begun = None
    if longest.end > longest.start:
        return (longest.start + longest.end) // 2
    around = [fmean(probabilities[max(0, i - 1) : i + 2]) for i in range(earliest, latest)]
    return latest - 1 - around[::-1].index(min(around))


def _bridged(spans: Sequence[SpeechSpan]) -> list[SpeechSpan]:
    joined: list[SpeechSpan] = []
    for span in spans:
        if joined and span.start - joined[-1].end <= _BRIDGED:
            joined[-1] = SpeechSpan(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
