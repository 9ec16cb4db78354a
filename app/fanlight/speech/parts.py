"""A part of a recording, short enough for one decode, long pauses inside it left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fanlight.domain.speech import SAMPLE_RATE, Word
from fanlight.speech.audio import Audio
from fanlight.speech.segmentation import SpeechSpan
from fanlight.speech.vad import WINDOW
from fanlight.speech.word_times import Stretch, placed_in_speech

WINDOW_SECONDS = WINDOW / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Part:
    """`audio` is the recording's in the spans of `kept`, one behind the other; in those of `speech` somebody speaks.
    Their windows count from `start` seconds on. The recording is done up to `upto` seconds."""

    start: float
    upto: float
    audio: Audio
    kept: tuple[SpeechSpan, ...]
    speech: tuple[SpeechSpan, ...]

    def placed(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """Words with times in `audio`, at their times in the recording."""
        stretches = [Stretch(*self.seconds(span)) for span in self.speech]
        return tuple(self._in_recording(word) for word in placed_in_speech(words, stretches))

    def divided(self, ends: Sequence[int]) -> list[Part]:
        """The parts up to each of these windows, which lie in pauses, and the rest."""
        parts: list[Part] = []
        begin = 0
        for end in (*ends, self.kept[-1].end):
            speech = tuple(span for span in self.speech if begin <= span.start < end)
            kept = tuple(
                SpeechSpan(max(span.start, begin), min(span.end, end))
                for span in self.kept
                if span.start < end and span.end > begin
            )
            audio = np.concatenate([self._window_audio(span) for span in kept])
            parts.append(Part(self.start, self.start + end * WINDOW_SECONDS, audio, kept, speech))
            begin = end
        parts[-1] = replace(parts[-1], upto=self.upto)
        return parts

    def seconds(self, span: SpeechSpan) -> tuple[float, float]:
        """From and to so many seconds of `audio`."""
        return self._in_audio(span.start), self._in_audio(span.end)

    def _in_audio(self, window: int) -> float:
        """Seconds of `audio` at that window."""
        before = 0
        for span in self.kept:
            if window <= span.end:
                return (before + max(0, window - span.start)) * WINDOW_SECONDS
            before += span.end - span.start
        return before * WINDOW_SECONDS

    def _in_recording(self, word: Word) -> Word:
        middle, before = (word.start + word.end) / 2, 0.0
        for i, span in enumerate(self.kept):
            length = (span.end - span.start) * WINDOW_SECONDS
            if middle <= before + length or i == len(self.kept) - 1:
                offset = self.start + span.start * WINDOW_SECONDS - before
                return replace(word, start=word.start + offset, end=word.end + offset)
            before += length
        return word

    def _window_audio(self, span: SpeechSpan) -> Audio:
        begin = round(self._in_audio(span.start) * SAMPLE_RATE)
        return self.audio[begin : begin + (span.end - span.start) * WINDOW]
