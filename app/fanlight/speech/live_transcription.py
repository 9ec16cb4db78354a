"""Live transcription: committed words up to the last pause, a hypothesis behind it, and at release only the rest to
decode.

The open segment is decoded again as it grows (drafts, shown as the hypothesis). At a pause it is decoded once more with
a beam and committed, and its audio is dropped: no segment exceeds ten seconds, and neither latency nor memory depends
on the utterance's length. A short pause is decoded ahead, so that a release after it needs no decode.

It uses no device, thread or clock of its own: audio is fed, `step` is called, the clock is an argument.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, LiveTranscript, TranscriptionOptions, Word, joined
from fanlight.speech.audio import Audio, silence
from fanlight.speech.segmentation import (
    PASSAGE_PAUSE,
    SHORTEST,
    SpeechSpan,
    best_cut,
    passages,
    quiet_windows,
    speech_spans,
    window_count,
)
from fanlight.speech.streaming_limits import StreamingLimits
from fanlight.speech.vad import WINDOW, VoiceActivityDetector
from fanlight.speech.word_alignment import as_open_fragment, capitalized_after, shifted, stable_prefix_length
from fanlight.speech.word_times import Stretch, placed_in_speech

_SURE_OF_LANGUAGE = 0.6
_CONTEXT_WORDS = 60


@dataclass(frozen=True, slots=True)
class _SegmentDecode:
    """A decode of the open segment's first `upto` windows."""

    upto: int
    words: tuple[Word, ...]
    effort: Effort
    language: str


_NEAR = window_count(0.1)
"""Windows. Speech that ends at most so far behind a decode counts as decoded: the VAD is no more precise."""


class LiveTranscription:
    """One utterance. Call `feed` with audio and `step` in between (at most one decode each), `decode_rest` when it is
    probably over, `feed` with what follows all the same, then `finish`. Every step may raise SpeechError."""

    def __init__(
        self,
        transcriber: Transcriber,
        vad: VoiceActivityDetector,
        options: TranscriptionOptions | None = None,
        limits: StreamingLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transcriber, self._vad, self._clock = transcriber, vad, clock
        self._options, self._limits = options or TranscriptionOptions(), limits or StreamingLimits()
        self._audio = np.zeros(0, np.float32)  # of the open segment, and what has no probability yet
        self._probabilities: list[float] = []
        self._offset = 0  # windows before the open segment
        self._committed: list[Word] = []
        self._hypothesis: tuple[Word, ...] = ()
        self._stable_count = 0
        self._language = self._options.language or ""
        self._likely_language = self._options.likely_language
        self._context_language, self._context_start = "", 0
        self._taken = 0  # committed words that `take_committed` has given
        self._last_decode: _SegmentDecode | None = None
        self._drafted_upto = 0  # windows of the open segment
        self._decode_seconds = 0.0
        self._finished = False

    @property
    def transcript(self) -> LiveTranscript:
        return LiveTranscript(
            tuple(self._committed), self._hypothesis, self._stable_count, self._language, self._finished
        )

    @property
    def open_seconds(self) -> float:
        """Audio in memory: at most about `StreamingLimits.longest` and what was fed since the last step."""
        return len(self._audio) / SAMPLE_RATE

    @property
    def quiet_seconds(self) -> float:
        """How long nothing is heard that may be speech, up to now; a word that only begins counts."""
        return quiet_windows(self._probabilities) * WINDOW / SAMPLE_RATE

    @property
    def has_speech(self) -> bool:
        return bool(self._committed or speech_spans(self._probabilities))

    def feed(self, audio: Audio) -> None:
        """Adds audio, 16 kHz mono, shape (n,); runs only the VAD."""
        if self._finished:
            raise ValueError("fed after the end")
        self._probabilities += self._vad.probabilities(audio)
        self._audio = np.concatenate([self._audio, audio])

    def step(self) -> LiveTranscript | None:
        """At most one decode; the transcript, or None when it did not change."""
        spans = speech_spans(self._probabilities)
        if not spans:
            self._drop(len(self._probabilities) - window_count(self._limits.lead) - 2 * SHORTEST)
            return None
        if self._trim(spans[0].start):
            spans = speech_spans(self._probabilities)
        if (pause := self._missed_pause(spans)) is not None:
            self._commit_first(pause)
            return self.transcript
        end, have = spans[-1].end, len(self._probabilities)
        silent = have - end
        if silent >= window_count(self._limits.ahead) and not self._covers(end):
            if (changed := self._changed_language(spans)) is not None:
                self._commit_first(changed)
                return self.transcript
            self._decode(min(have, end + window_count(self._limits.trail)), "final")
            return self.transcript
        if self._covers(end) and self._ends_segment(end - spans[0].start, silent):
            self._commit(end + min(silent, window_count(self._limits.trail)))
            return self.transcript
        if have > window_count(self._limits.longest):
            self._cut()
            return self.transcript
        return self._draft(spans[0].start, end)

    def take_committed(self) -> tuple[Word, ...]:
        """The words committed since the last call. Of all before them only those stay in memory that later decodes need
        as their context: a stream may go on for hours."""
        new = tuple(self._committed[self._taken :])
        surplus = max(0, len(self._committed) - _CONTEXT_WORDS)
        del self._committed[:surplus]
        self._context_start = max(0, self._context_start - surplus)
        self._taken = len(self._committed)
        return new

    def decode_rest(self) -> LiveTranscript:
        """Decodes what is not decoded yet, while more is still being recorded."""
        spans = self._bounded_spans()
        if spans and not self._covers(spans[-1].end):
            self._decode(len(self._probabilities), "final")
        return self.transcript

    def finish(self) -> LiveTranscript:
        """The final transcript. Decodes only speech that came after `decode_rest`."""
        if self._finished:
            return self.transcript
        self.feed(silence(WINDOW / SAMPLE_RATE))  # completes the last window
        spans = self._bounded_spans()
        if spans:
            if not self._covers(spans[-1].end):
                self._decode(len(self._probabilities), "final")
            self._commit(len(self._probabilities))
        self._hypothesis, self._stable_count, self._finished = (), 0, True
        self._audio, self._probabilities = np.zeros(0, np.float32), []
        return self.transcript

    def _bounded_spans(self) -> list[SpeechSpan]:
        """Speech spans of the open segment, after cuts that make it short enough for one decode: it may have been fed
        without steps."""
        while len(self._probabilities) > window_count(self._limits.longest) and speech_spans(self._probabilities):
            if self._trim(speech_spans(self._probabilities)[0].start):
                continue
            self._cut()
        spans = speech_spans(self._probabilities)
        if spans and self._trim(spans[0].start):
            spans = speech_spans(self._probabilities)
        while spans and not self._covers(spans[-1].end) and (at := self._changed_language(spans)) is not None:
            self._commit_first(at)
            spans = speech_spans(self._probabilities)
        return spans

    def _draft(self, start: int, end: int) -> LiveTranscript | None:
        """Renews the hypothesis when enough speech came since the last draft."""
        have = len(self._probabilities)
        due = max(self._limits.step, 1.5 * self._decode_seconds) if self._drafted_upto else 0.0
        if have - self._drafted_upto < window_count(due) or end - start < window_count(self._limits.first):
            return None
        if self._covers(end) or end <= self._drafted_upto:
            return None
        self._decode(have, "draft")
        return self.transcript

    def _covers(self, end: int) -> bool:
        """Whether speech up to `end` has a final decode."""
        last = self._last_decode
        return last is not None and last.effort == "final" and last.upto >= end - _NEAR

    def _decode(self, upto: int, effort: Effort) -> None:
        """The open segment's first `upto` windows become the hypothesis; a doubtful draft is not shown."""
        decoded = self._decode_audio(upto, effort)
        if effort == "draft" and (decoded.doubtful or not decoded.words):
            return
        speech = [Stretch(*span.seconds) for span in speech_spans(self._probabilities[:upto])]
        placed = placed_in_speech(decoded.words, speech)
        words = capitalized_after(self._committed, shifted(placed, self._offset * WINDOW / SAMPLE_RATE))
        self._stable_count = len(words) if effort == "final" else stable_prefix_length(self._hypothesis, words)
        self._hypothesis = words
        self._last_decode = _SegmentDecode(upto, words, effort, decoded.language)

    def _decode_audio(self, upto: int, effort: Effort) -> Decoded:
        begun = self._clock()
        options = replace(self._options, likely_language=self._likely_language)
        context = ""
        if self._likely_language in (None, self._context_language):  # the text would go on in its own language
            before = self._committed[self._context_start :]
            context = as_open_fragment(joined(before[-_CONTEXT_WORDS:]))
        decoded = self._transcriber.decode(self._audio[: upto * WINDOW], options, effort, context)
        self._decode_seconds = self._clock() - begun
        self._drafted_upto = max(self._drafted_upto, upto)
        if effort == "final" and decoded.words:
            self._language = decoded.language
            if decoded.certainty >= _SURE_OF_LANGUAGE:
                self._likely_language = decoded.language
        return decoded

    def _commit(self, upto: int) -> None:
        """Commits the last decode's words and drops the audio of the first `upto` windows."""
        if self._last_decode is not None:
            if self._last_decode.language != self._context_language:
                self._context_language, self._context_start = self._last_decode.language, len(self._committed)
            self._committed += self._last_decode.words
        self._hypothesis, self._stable_count = (), 0
        self._drop(upto)

    def _cut(self) -> None:
        """Commits the first part of a segment that is too long, up to its best cut."""
        have = min(len(self._probabilities), window_count(self._limits.longest))
        self._commit_first(best_cut(self._probabilities, window_count(self._limits.cut_after), have))

    def _missed_pause(self, spans: list[SpeechSpan]) -> int | None:
        """Where to commit at a pause that began and ended during a decode."""
        for before, after in pairwise(spans):
            silent = after.start - before.end
            if self._ends_segment(before.end - spans[0].start, silent):
                return before.end + min(silent, window_count(self._limits.trail))
        return None

    def _changed_language(self, spans: list[SpeechSpan]) -> int | None:
        """Where to commit since another language begins behind a short pause: no decode writes two."""
        spoken = passages(spans, PASSAGE_PAUSE)
        if self._options.language or len(spoken) == 1:
            return None
        options = replace(self._options, likely_language=self._likely_language)
        languages = self._transcriber.languages(self._audio, [span.seconds for span in spoken], options)
        for (before, after), (one, other) in zip(pairwise(spoken), pairwise(languages), strict=True):
            if one != other:
                return (before.end + after.start) // 2
        return None

    def _ends_segment(self, spoken: int, silent: int) -> bool:
        """Whether `silent` windows commit a segment that has `spoken` windows."""
        long_enough = spoken >= window_count(self._limits.enough)
        return silent >= window_count(self._limits.pause if long_enough else self._limits.rest)

    def _commit_first(self, at: int) -> None:
        """Commits the open segment's first `at` windows; the hypothesis of the rest stays."""
        shown, last = self._hypothesis, self._last_decode
        if last is None or last.effort != "final" or not at - window_count(self._limits.trail) <= last.upto <= at:
            self._decode(at, "final")
        count = len(self._hypothesis)
        self._commit(at)
        end = self._committed[-1].end if self._committed else 0.0
        self._hypothesis = tuple(word for word in shown[count:] if word.end >= end)

    def _trim(self, start: int) -> bool:
        """Drops the silence before the first speech but for the lead; True when it did."""
        surplus = start - window_count(self._limits.lead)
        if surplus <= 0 or self._last_decode is not None:
            return False
        self._drop(surplus)
        return True

    def _drop(self, count: int) -> None:
        """The open segment begins `count` windows later."""
        if count <= 0:
            return
        self._audio = self._audio[count * WINDOW :].copy()
        del self._probabilities[:count]
        self._offset += count
        self._drafted_upto = 0
        self._last_decode = None
