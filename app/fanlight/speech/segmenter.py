"""Cuts a stream of audio into parts at its pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fanlight.domain.speech import SAMPLE_RATE, Effort
from fanlight.speech.audio import Audio, silence
from fanlight.speech.parts import WINDOW_SECONDS, Part
from fanlight.speech.segmentation import SpeechSpan, best_cut, speech_spans, window_count
from fanlight.speech.vad import WINDOW, VoiceActivityDetector

_LEAD = window_count(0.5)
"""Windows kept before and behind speech. A pause that is longer than `_WHOLE_PAUSE` is shortened to twice as many."""
_WHOLE_PAUSE = window_count(2.0)
"""Windows of a pause that is left as it is: it may hold soft words that the VAD does not notice."""
_MAYBE, _FURTHEST = 0.15, window_count(0.6)
"""Speech may begin earlier and end later than the VAD says, by so many windows at most, while it gives at least so high
a probability."""
_SILENT = window_count(10.0)
"""Windows without speech that end a part of any length: no more than a part and they are in memory."""


@dataclass(frozen=True, slots=True)
class PartLimits:
    """A part has at most `longest` seconds. From `soon` seconds on it ends at the next pause of at least `sure`
    seconds, else at the longest of at least `pause` seconds."""

    longest: float
    soon: float
    sure: float
    pause: float
    effort: Effort


LONG_PARTS = PartLimits(28.0, 15.0, 1.0, 0.3, "best")
"""Whisper's own way: with the pauses around it a part fills the 30 s it is trained on."""
SHORT_PARTS = PartLimits(10.0, 3.5, 0.35, 0.2, "final")
"""Beside live speech, which may begin at any moment: a part takes a quarter of the time and the whole three quarters,
with 9 wrong words in 553 instead of 5. With pauses inside (parts from 7 s on) sentences were left out: 27 wrong words.
The text before a part, as context, made more mistakes, too."""


class Segmenter:
    """Cuts a stream of 16 kHz audio that begins `start` seconds into the recording. `limits` is called before each
    part."""

    def __init__(self, vad: VoiceActivityDetector, start: float, limits: Callable[[], PartLimits]) -> None:
        self._vad, self._start, self._limits = vad, start, limits
        self._audio = np.zeros(0, np.float32)
        self._probabilities: list[float] = []

    def feed(self, block: Audio) -> Iterator[Part]:
        self._probabilities += self._vad.probabilities(block)
        self._audio = np.concatenate([self._audio, block])
        while (at := _cut_place(self._probabilities, self._limits())) is not None:
            yield self._cut(at)

    def flush(self) -> Iterator[Part]:
        """What is left at the end of the recording, filled up to a whole window."""
        yield from self.feed(silence(-len(self._audio) % WINDOW / SAMPLE_RATE))
        self._probabilities += [0.0] * (len(self._audio) // WINDOW - len(self._probabilities))
        if self._probabilities:
            yield self._cut(len(self._probabilities))

    def _cut(self, at: int) -> Part:
        speech = speech_spans(self._probabilities[:at])
        kept = _kept(speech, self._probabilities[:at])
        pieces = [self._audio[span.start * WINDOW : span.end * WINDOW] for span in kept]
        audio = np.concatenate([np.zeros(0, np.float32), *pieces])
        upto = self._start + at * WINDOW_SECONDS
        part = Part(self._start, upto, audio, tuple(kept), tuple(speech))
        self._audio, self._probabilities = self._audio[at * WINDOW :].copy(), self._probabilities[at:]
        self._start = upto
        return part


def _kept(speech: Sequence[SpeechSpan], probabilities: Sequence[float]) -> list[SpeechSpan]:
    """Speech with the windows beside it that are decoded, too."""
    kept: list[SpeechSpan] = []
    for span in speech:
        begin, end = span.start, span.end
        while begin > max(0, span.start - _FURTHEST) and probabilities[begin - 1] >= _MAYBE:
            begin -= 1
        while end < min(len(probabilities), span.end + _FURTHEST) and probabilities[end] >= _MAYBE:
            end += 1
        begin, end = max(0, begin - _LEAD), min(len(probabilities), end + _LEAD)
        if kept and begin <= kept[-1].end + _WHOLE_PAUSE - 2 * _LEAD:
            kept[-1] = SpeechSpan(kept[-1].start, end)
        else:
            kept.append(SpeechSpan(begin, end))
    return kept


def _kept_before(kept: Sequence[SpeechSpan], window: int) -> int:
    """How many windows are kept before that one."""
    return sum(max(0, min(window, span.end) - span.start) for span in kept)


def _cut_place(probabilities: list[float], limits: PartLimits) -> int | None:
    """The window to cut before; None while a better place may come."""
    have, longest = len(probabilities), window_count(limits.longest)
    sure, pause = window_count(limits.sure), window_count(limits.pause)
    speech = speech_spans(probabilities)
    if not speech:
        return have - pause if have > longest else None
    kept, best = _kept(speech, probabilities), SpeechSpan(0, 0)
    for before, after in pairwise([*speech, SpeechSpan(have, have)]):
        silent, length = SpeechSpan(before.end, after.start), _kept_before(kept, before.end)
        if length > longest:
            break
        long_enough = length >= window_count(limits.soon)
        ended = after.start < have
        enough = (sure if ended else max(sure, 2 * _LEAD)) if long_enough else _SILENT
        if silent.length >= enough:
            return _inside(silent)
        if long_enough and ended and silent.length >= max(pause, best.length):
            best = silent  # a longer one may come
    if _kept_before(kept, have) <= longest:
        return None
    if best.length:
        return _inside(best)
    places = [i for i in range(have + 1) if longest // 3 <= _kept_before(kept, i) <= longest]
    return best_cut(probabilities, places[0], places[-1])


def _inside(silent: SpeechSpan) -> int:
    """The window of a pause to cut before."""
    return silent.start + min(silent.length // 2, _LEAD)
