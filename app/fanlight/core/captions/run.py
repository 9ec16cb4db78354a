"""The work of live captions, step by step, on the speech thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from fanlight.audio.loopback.backend import FORMAT
from fanlight.core.captions.feed import CaptionFeed, TimedBlock
from fanlight.domain.ports import CaptionStream, SpeechRecognizer
from fanlight.domain.speech import CaptionWords, TranscriptionOptions, Word

GAP_SECONDS = 1.5
"""Between two blocks, beyond their length: what was played meanwhile is not known, and a new stretch begins."""
MOST_OPEN_SECONDS = 30.0
"""Not decoded yet; more waits in the feed, which has an end."""

Emit = Callable[[CaptionWords], None]


class CaptionRun:
    """Times of words are seconds since `began`, of the feed's clock: also behind a gap."""

    def __init__(self, feed: CaptionFeed, options: TranscriptionOptions, spare: Event, began: float) -> None:
        self._feed, self._options, self._spare, self._began = feed, options, spare, began
        self._recognizer: SpeechRecognizer | None = None
        self._stream: CaptionStream | None = None
        self._offset = 0.0
        self._last_at: float | None = None

    def step(self, recognizer: SpeechRecognizer, emit: Emit) -> None:
        """What has arrived, and at most one decode; one more where a stretch ends. With another recognizer than before
        a new stretch begins. Raises SpeechError."""
        if recognizer is not self._recognizer:
            self._recognizer, self._stream = recognizer, None
            emit(CaptionWords())
        open_seconds = 0.0 if self._stream is None else self._stream.open_seconds
        for block in self._feed.take(MOST_OPEN_SECONDS - open_seconds):
            if self._is_behind_gap(block):
                self._end_stretch(emit)
            self._last_at = block.at
            self._stretch(recognizer, block).feed(block.data)
        if self._stream is not None and (words := self._stream.step()) is not None:
            emit(self._placed(words))

    def finish(self, recognizer: SpeechRecognizer, emit: Emit) -> None:
        """Decode the rest: nothing follows. Raises SpeechError."""
        self.step(recognizer, emit)
        self._end_stretch(emit)

    def _is_behind_gap(self, block: TimedBlock) -> bool:
        return self._last_at is not None and block.at - self._last_at > GAP_SECONDS + block.seconds

    def _stretch(self, recognizer: SpeechRecognizer, block: TimedBlock) -> CaptionStream:
        if self._stream is None:
            self._stream = recognizer.caption(FORMAT, self._options, self._spare)
            self._offset = max(self._offset, block.at - block.seconds - self._began)
        return self._stream

    def _end_stretch(self, emit: Emit) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            emit(self._placed(stream.finish()))

    def _placed(self, words: CaptionWords) -> CaptionWords:
        return replace(words, settled=self._shifted(words.settled), hypothesis=self._shifted(words.hypothesis))

    def _shifted(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        offset = self._offset
        return tuple(replace(word, start=word.start + offset, end=word.end + offset) for word in words)
