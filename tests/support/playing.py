"""What the computer plays, without sound: a backend of loopback that a test feeds."""

from __future__ import annotations

from array import array

from fanlight.audio.loopback.backend import BLOCK_SAMPLES, FORMAT, LoopbackEvent, OnLoopback, OutputHeard
from fanlight.domain.audio import SoundFormat

SOUND = array("f", [0.1] * BLOCK_SAMPLES).tobytes()
SILENCE = bytes(len(SOUND))


class FakeLoopback:
    """A `LoopbackBackend`, and the `Loopback` that it opens. `here`: whether it is available."""

    name, needs = "told", "Tell it to be there."
    format: SoundFormat = FORMAT

    def __init__(self) -> None:
        self.here = True
        self.opened = self.closed = 0
        self._on_loopback: OnLoopback | None = None

    def is_available(self) -> bool:
        return self.here

    def pick(self) -> FakeLoopback | None:
        return self if self.here else None

    def open(self, on_loopback: OnLoopback) -> FakeLoopback:
        self.opened += 1
        self._on_loopback = on_loopback
        on_loopback(OutputHeard("Loudspeaker"))
        return self

    def close(self) -> None:
        self.closed += 1

    @property
    def is_open(self) -> bool:
        return self.opened > self.closed

    def play(self, *blocks: bytes) -> None:
        """Also after it was closed, as another thread may."""
        assert self._on_loopback is not None
        for block in blocks:
            self._on_loopback(block)

    def tell(self, event: LoopbackEvent) -> None:
        assert self._on_loopback is not None
        self._on_loopback(event)
