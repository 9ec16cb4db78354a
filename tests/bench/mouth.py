"""A microphone into which recordings are spoken at the clock's pace, without a sound server."""

from __future__ import annotations

from collections.abc import Iterator

from fanlight.audio.portaudio import BLOCK_SECONDS
from fanlight.speech.audio import Audio
from support.microphones import RATE, FakeSound


class Mouth(FakeSound):
    """Says `audio`, 16 kHz, from the beginning of each recording on, and then nothing; `done` is whether all of it was
    said."""

    def __init__(self, audio: Audio) -> None:
        super().__init__()
        self.done = False
        count = round(RATE * BLOCK_SECONDS)
        self._blocks = [audio[i : i + count].tobytes() for i in range(0, len(audio) - count + 1, count)]
        self.source = self._say

    def _say(self) -> Iterator[bytes]:
        self.done = False
        yield from self._blocks
        self.done = True
        silent = bytes(len(self._blocks[0]))
        while True:
            yield silent
