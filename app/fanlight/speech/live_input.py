"""A recording's queue of blocks and marks, transcribed as it fills.

The microphone's thread puts blocks into the queue as they arrive, RELEASED when the key goes up, and ENDED after the
last block. After RELEASED the transcript is final as soon as the last word is heard to its end, and ENDED is not waited
for; after TURN_OVER it is. DISCARDED ends it without a final transcript. For a device that fails ENDED comes early:
what was recorded until then is transcribed.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator

from fanlight.domain.audio import RecordingMark
from fanlight.domain.speech import SAMPLE_RATE, LiveTranscript
from fanlight.speech.audio import Audio, Resampler
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.streaming_limits import ReleaseLimits
from fanlight.speech.tail_levels import TailLevels

Incoming = queue.SimpleQueue[bytes | Audio | RecordingMark]
"""Blocks in the device's format, interleaved float32, raw or of shape (samples, channels); and marks."""


def transcribe_stream(
    live: LiveTranscription, resampler: Resampler, incoming: Incoming, limits: ReleaseLimits | None = None
) -> Iterator[LiveTranscript]:
    """The transcript whenever it changes, the last one final, unless DISCARDED came. Waits for the queue without a
    deadline: its writer must end it. Raises SpeechError."""
    stream = _LiveStream(live, resampler, limits or ReleaseLimits())
    while True:
        items = [incoming.get()]
        while not incoming.empty():
            items.append(incoming.get())
        if any(item is RecordingMark.DISCARDED for item in items):
            return
        for item in items:
            stream.take(item)
        if stream.is_over:
            yield stream.finish()
            return
        if (transcript := stream.step()) is not None:
            yield transcript


class _LiveStream:
    """What has come of it."""

    def __init__(self, live: LiveTranscription, resampler: Resampler, limits: ReleaseLimits) -> None:
        self._live, self._resampler, self._limits = live, resampler, limits
        self._released = self._turn_over = self._ended = False
        self._since_release = 0.0
        self._tail = TailLevels(limits)

    def take(self, item: bytes | Audio | RecordingMark) -> None:
        if not isinstance(item, RecordingMark):
            if not self._ended:
                audio = self._resampler.resample(item)
                self._since_release += len(audio) / SAMPLE_RATE
                self._live.feed(audio)
                self._tail.feed(audio, spoken=self._live.quiet_seconds == 0)
        elif item is RecordingMark.RELEASED:
            self._released, self._since_release = True, 0.0
        elif item is RecordingMark.TURN_OVER:
            self._turn_over = True
        elif item is RecordingMark.RESUMED:
            self._released = self._turn_over = False
        elif item is RecordingMark.ENDED:
            self._ended = True

    @property
    def is_over(self) -> bool:
        """Nothing more is waited for."""
        if self._ended or not self._released:
            return self._ended
        if not self._live.has_speech:
            nothing = self._limits.nothing
            return self._live.quiet_seconds >= nothing and self._since_release >= nothing
        if self._live.quiet_seconds < self._limits.quiet or self._since_release < self._limits.least:
            return False
        return self._tail.is_soft

    def step(self) -> LiveTranscript | None:
        """At most one decode. Once the key is up only the last one counts: none is under way when the word ends."""
        if self._turn_over:
            self._turn_over = False
            return self._live.decode_rest()
        if not self._released:
            return self._live.step()
        if self._live.quiet_seconds < self._limits.quiet or not self._tail.is_soft:
            return None
        before, after = self._live.transcript, self._live.decode_rest()
        return None if after == before else after

    def finish(self) -> LiveTranscript:
        self._live.feed(self._resampler.flush())
        return self._live.finish()
