"""Words while somebody speaks: settled ones behind each pause, an open tail, and at release only the rest to decode.

The open segment is decoded again and again as it grows (drafts, for show). A pause settles it: it is decoded once
more, better, and its audio dropped. So no segment grows past ten seconds, and neither delay nor memory depends on how
long the key is held. A pause also decodes ahead: whoever lets go after one waits for nothing.

Nothing here knows a device, a thread or a clock of its own: audio is fed, steps are taken, times are asked for.
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
from fanlight.speech.segmentation import SHORTEST, SpeechSpan, best_cut, speech_spans, window_count
from fanlight.speech.vad import WINDOW, VoiceActivityDetector
from fanlight.speech.word_alignment import as_open_fragment, capitalized_after, shifted, stable_prefix_length

SURE_OF_LANGUAGE = 0.6


@dataclass(frozen=True, slots=True)
class StreamingLimits:
    """When what happens, in seconds."""

    first: float = 0.5
    """Of speech before the first draft."""
    step: float = 0.6
    """Of new audio between drafts, at least; and 1.5 times what the last one cost."""
    ahead: float = 0.2
    """Of silence: decode what might be the end."""
    pause: float = 0.45
    """Of silence: settle, when the segment is at least `enough` long."""
    enough: float = 5.0
    rest: float = 1.5
    """Of silence: settle, however short the segment."""
    longest: float = 10.0
    """The longest segment; it is cut at its longest pause after `cut_after`."""
    cut_after: float = 4.0
    lead: float = 0.6
    """Kept before the first speech: a soft first word is heard by Whisper, and not by the gate. In 460 words 8
    mistakes, at 0.3 s 11 (with a beam of 2)."""
    trail: float = 0.3
    """Of silence decoded after the last speech."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A decode of the open segment's first `upto` windows."""

    upto: int
    words: tuple[Word, ...]
    effort: Effort


_NEAR = window_count(0.1)
"""Speech that ends this much after what was decoded is the same speech: the gate is no surer than that."""


class LiveTranscription:
    """One hold of the key. Feed it, take steps in between (each at most one decode), `hurry` when the key is up, feed
    what is still recorded, then `finish`. Raises SpeechError from every step."""

    def __init__(
        self,
        transcriber: Transcriber,
        gate: VoiceActivityDetector,
        asked: TranscriptionOptions | None = None,
        pace: StreamingLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transcriber, self._vad = transcriber, gate
        self._asked, self._pace, self._clock = asked or TranscriptionOptions(), pace or StreamingLimits(), clock
        self._audio = np.zeros(0, np.float32)  # of the open segment, and what has no verdict yet
        self._probabilities: list[float] = []
        self._offset = 0  # windows before the open segment
        self._committed: list[Word] = []
        self._hypothesis: tuple[Word, ...] = ()
        self._stable_count = 0
        self._language = self._asked.language or ""
        self._known: _Known | None = None
        self._looked = 0  # windows of the open segment at the last draft
        self._cost = 0.0
        self._finished = False

    @property
    def transcript(self) -> LiveTranscript:
        return LiveTranscript(
            tuple(self._committed), self._hypothesis, self._stable_count, self._language, self._finished
        )

    @property
    def open_seconds(self) -> float:
        """How much audio is held: never more than about `StreamingLimits.longest` and what was fed since the
        last step."""
        return len(self._audio) / SAMPLE_RATE

    def feed(self, audio: Audio) -> None:
        """Cheap: the speech gate alone looks at it. 16 kHz mono, shape (n,)."""
        if self._finished:
            raise ValueError("fed after the end")
        self._probabilities += self._vad.probabilities(audio)
        self._audio = np.concatenate([self._audio, audio])

    def step(self) -> LiveTranscript | None:
        """What is known now, or None when nothing changed."""
        spans = speech_spans(self._probabilities)
        if not spans:
            self._drop(len(self._probabilities) - window_count(self._pace.lead) - 2 * SHORTEST)
            return None
        if self._trim(spans[0].start):
            spans = speech_spans(self._probabilities)
        if (pause := self._missed_pause(spans)) is not None:
            self._commit_first(pause)
            return self.transcript
        end, have = spans[-1].end, len(self._probabilities)
        silent = have - end
        if silent >= window_count(self._pace.ahead) and not self._covers(end):
            self._decode(min(have, end + window_count(self._pace.trail)), "final")
            return self.transcript
        if self._covers(end) and self._ends_segment(end - spans[0].start, silent):
            self._commit(end + min(silent, window_count(self._pace.trail)))
            return self.transcript
        if have > window_count(self._pace.longest):
            self._cut()
            return self.transcript
        return self._draft(spans[0].start, end)

    def hurry(self) -> LiveTranscript:
        """The key is up: decode what is not known yet, while the last syllable is still being recorded."""
        spans = self._last_look()
        if spans and not self._covers(spans[-1].end):
            self._decode(len(self._probabilities), "final")
        return self.transcript

    def finish(self) -> LiveTranscript:
        """All that was said. Decodes only speech that came after the last look, or nothing."""
        if self._finished:
            return self.transcript
        self.feed(silence(WINDOW / SAMPLE_RATE))  # the last verdict
        spans = self._last_look()
        if spans:
            if not self._covers(spans[-1].end):
                self._decode(len(self._probabilities), "final")
            self._commit(len(self._probabilities))
        self._hypothesis, self._stable_count, self._finished = (), 0, True
        self._audio, self._probabilities = np.zeros(0, np.float32), []
        return self.transcript

    def _last_look(self) -> list[SpeechSpan]:
        """Speech in the open segment, which is short enough for one decode when it was fed without steps."""
        while len(self._probabilities) > window_count(self._pace.longest) and speech_spans(self._probabilities):
            if self._trim(speech_spans(self._probabilities)[0].start):
                continue
            self._cut()
        spans = speech_spans(self._probabilities)
        if spans and self._trim(spans[0].start):
            spans = speech_spans(self._probabilities)
        return spans

    def _draft(self, start: int, end: int) -> LiveTranscript | None:
        """For show alone: the tail, where speech went on since the last look."""
        have = len(self._probabilities)
        due = max(self._pace.step, 1.5 * self._cost) if self._looked else 0.0
        if have - self._looked < window_count(due) or end - start < window_count(self._pace.first):
            return None
        if self._covers(end) or end <= self._looked:
            return None
        self._decode(have, "draft")
        return self.transcript

    def _covers(self, end: int) -> bool:
        """Whether speech that ends there was decoded well already."""
        return self._known is not None and self._known.effort == "final" and self._known.upto >= end - _NEAR

    def _decode(self, upto: int, effort: Effort) -> None:
        """The open segment's first `upto` windows; what it says becomes the tail."""
        decoded = self._decode_segment(upto, effort)
        if effort == "draft" and (decoded.doubtful or not decoded.words):
            return
        words = capitalized_after(self._committed, shifted(decoded.words, self._offset * WINDOW / SAMPLE_RATE))
        self._stable_count = len(words) if effort == "final" else stable_prefix_length(self._hypothesis, words)
        self._hypothesis = words
        self._known = _Known(upto, words, effort)

    def _decode_segment(self, upto: int, effort: Effort) -> Decoded:
        begun = self._clock()
        asked = replace(self._asked, language=self._language or None)
        context = as_open_fragment(joined(self._committed[-60:]))
        decoded = self._transcriber.decode(self._audio[: upto * WINDOW], asked, effort, context)
        self._cost = self._clock() - begun
        self._looked = max(self._looked, upto)
        if effort == "final" and decoded.words and decoded.certainty >= SURE_OF_LANGUAGE:
            self._language = decoded.language  # a hold has one language
        return decoded

    def _commit(self, upto: int) -> None:
        """What is known stays; the audio up to there is not needed any more."""
        if self._known is not None:
            self._committed += self._known.words
        self._hypothesis, self._stable_count = (), 0
        self._drop(upto)

    def _cut(self) -> None:
        """Too long without a pause: settle its first part, up to where a cut hurts least."""
        have = min(len(self._probabilities), window_count(self._pace.longest))
        self._commit_first(best_cut(self._probabilities, window_count(self._pace.cut_after), have))

    def _missed_pause(self, spans: list[SpeechSpan]) -> int | None:
        """Where to settle a pause that came and went while a decode was running."""
        for before, after in pairwise(spans):
            silent = after.start - before.end
            if self._ends_segment(before.end - spans[0].start, silent):
                return before.end + min(silent, window_count(self._pace.trail))
        return None

    def _ends_segment(self, spoken: int, silent: int) -> bool:
        """Whether so many windows of silence settle a segment that is so many windows long."""
        long_enough = spoken >= window_count(self._pace.enough)
        return silent >= window_count(self._pace.pause if long_enough else self._pace.rest)

    def _commit_first(self, at: int) -> None:
        """The open segment's first `at` windows; what was shown of the rest stays on view."""
        shown = self._hypothesis
        known = self._known
        if known is None or known.effort != "final" or not at - window_count(self._pace.trail) <= known.upto <= at:
            self._decode(at, "final")
        count = len(self._hypothesis)
        self._commit(at)
        end = self._committed[-1].end if self._committed else 0.0
        self._hypothesis = tuple(word for word in shown[count:] if word.end >= end)

    def _trim(self, start: int) -> bool:
        """Silence before the first speech goes, most of it; True when it did."""
        lead = start - window_count(self._pace.lead)
        if lead <= 0:
            return False
        if self._known is None:
            self._drop(lead)
            return True
        return False

    def _drop(self, count: int) -> None:
        """The open segment begins `count` windows later."""
        if count <= 0:
            return
        self._audio = self._audio[count * WINDOW :].copy()
        del self._probabilities[:count]
        self._offset += count
        self._looked = 0
        self._known = None
