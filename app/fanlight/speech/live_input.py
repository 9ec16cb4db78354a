"""A recording's queue of blocks and marks, transcribed as it fills.

The microphone's thread puts blocks into the queue as they arrive, RELEASED when the key goes up, and ENDED after the
last block (0.3 s later); DISCARDED ends it without a final transcript. For a device that fails ENDED comes early: what
was recorded until then is transcribed.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator

from fanlight.domain.audio import RecordingMark
from fanlight.domain.speech import LiveTranscript
from fanlight.speech.audio import Audio, Resampler
from fanlight.speech.live_transcription import LiveTranscription

Incoming = queue.SimpleQueue[bytes | Audio | RecordingMark]
"""Blocks in the device's format, interleaved float32, raw or of shape (samples, channels); and marks."""


def transcribe_stream(live: LiveTranscription, resampler: Resampler, incoming: Incoming) -> Iterator[LiveTranscript]:
    """The transcript whenever it changes, the last one final, unless DISCARDED came. Waits for the queue without a
    deadline: its writer must end it. Raises SpeechError."""
    while True:
        items = [incoming.get()]
        while not incoming.empty():
            items.append(incoming.get())
        if any(item is RecordingMark.DISCARDED for item in items):
            return
        released = False
        for item in items:
            if item is RecordingMark.RELEASED:
                released = True
            elif item is RecordingMark.ENDED:
                live.feed(resampler.flush())
                yield live.finish()
                return
            elif not isinstance(item, RecordingMark):
                live.feed(resampler.resample(item))
        transcript = live.decode_rest() if released else live.step()
        if transcript is not None:
            yield transcript
