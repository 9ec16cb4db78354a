"""A hold of the key on the speech thread: blocks and marks come out of a queue, what is heard goes out.

The microphone's thread puts raw blocks into the queue as they arrive, RELEASED when the key goes up, and ENDED when the
last block (0.3 s later) is in; FORGOTTEN ends it without a word. A device that dies is an early ENDED: what was said
until then is kept.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator

from fanlight.domain.audio import RecordingMark
from fanlight.domain.speech import LiveTranscript
from fanlight.speech.audio import Audio, Resampler
from fanlight.speech.live_transcription import LiveTranscription

Incoming = queue.SimpleQueue[bytes | Audio | RecordingMark]
"""Blocks as the device gives them: interleaved float32, raw or of shape (samples, channels); and marks."""


def transcribe_stream(live: LiveTranscription, intake: Resampler, incoming: Incoming) -> Iterator[LiveTranscript]:
    """What is known, whenever it changes; the last one is final, unless all is to be forgotten. Waits for the queue
    without a deadline: whoever fills it ends it. Raises SpeechError."""
    while True:
        items = [incoming.get()]
        while not incoming.empty():
            items.append(incoming.get())
        if any(item is RecordingMark.FORGOTTEN for item in items):
            return
        released = False
        for item in items:
            if item is RecordingMark.RELEASED:
                released = True
            elif item is RecordingMark.ENDED:
                live.feed(intake.flush())
                yield live.finish()
                return
            elif not isinstance(item, RecordingMark):
                live.feed(intake.take(item))
        heard = live.hurry() if released else live.step()
        if heard is not None:
            yield heard
