"""A sound library without sound: devices that come and go, streams that send blocks from a thread of their own."""

from __future__ import annotations

import math
import threading
import time
from array import array
from collections.abc import Callable, Iterator

from fanlight.audio.portaudio import BLOCK_SECONDS, Block
from fanlight.domain.audio import AudioDevice, SoundFormat
from fanlight.domain.errors import MicrophoneMissing, SpeechError

RATE = 16_000
TONE = AudioDevice("tone", "tone", 1, RATE, default=True)


def block(amplitude: float = 0.1, seconds: float = BLOCK_SECONDS) -> bytes:
    count = round(RATE * seconds)
    return array("f", (amplitude * math.sin(2 * math.pi * 440 * i / RATE) for i in range(count))).tobytes()


class FakeDevice:
    """An `OpenDevice` that works on a thread of its own until `_over` is set; `calls` are what was asked of it."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.calls: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self.calls.append("start")
        self._thread.start()

    def stop(self) -> None:
        self.calls.append("stop")
        self._end()

    def abort(self) -> None:
        self.calls.append("abort")
        self._end()

    def close(self) -> None:
        self.calls.append("close")
        self._end()

    def die(self) -> None:
        """Unplugged."""
        self._over.set()

    def _end(self) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        raise NotImplementedError


class FakeStream(FakeDevice):
    """Sends `source`'s blocks, or a tone, one every `pace` seconds; the knobs say what goes wrong."""

    def __init__(self, sound: FakeSound, device: str, block: Block, ended: Callable[[], object]) -> None:
        super().__init__(device)
        self.format = SoundFormat(RATE, 1)
        self._sound, self._block, self._ended = sound, block, ended
        self.blocks_sent = 0

    def start(self) -> None:
        self.calls.append("start")
        time.sleep(self._sound.start_seconds)
        if self._sound.start_error:
            raise self._sound.start_error
        self._thread.start()

    def stop(self) -> None:
        super().stop()
        if self._sound.stop_hangs:
            self._sound.hanging.wait(30)

    def abort(self) -> None:
        super().abort()
        if self._sound.abort_hangs:
            self._sound.freed.wait(30)
        self._sound.hanging.set()

    def close(self) -> None:
        super().close()
        self._sound.open_streams.remove(self)

    def _run(self) -> None:
        self._over.wait(self._sound.first_seconds)
        blocks = self._sound.source()
        while not self._over.is_set() and not self._sound.stalled:
            data = next(blocks, None)
            if data is None:
                break
            self._block(data, False)
            self.blocks_sent += 1
            self._over.wait(self._sound.pace)
        if self._sound.stalled:
            self._over.wait()
        self._ended()


class FakeSound:
    """A `Sound`. Change what it is told at any time; `opened` are the streams so far, `open_streams` those now."""

    def __init__(self, *devices: AudioDevice) -> None:
        self.known = list(devices or (TONE,))
        self.plugged: list[AudioDevice] | None = None
        self.opened: list[FakeStream] = []
        self.open_streams: list[FakeStream] = []
        self.hanging, self.freed = threading.Event(), threading.Event()
        self.refreshes = 0
        self.open_seconds = self.start_seconds = self.first_seconds = 0.0
        self.pace = BLOCK_SECONDS
        self.open_error: SpeechError | None = None
        self.start_error: SpeechError | None = None
        self.stop_hangs = self.abort_hangs = self.stalled = False
        self.source: Callable[[], Iterator[bytes]] = _tone

    def refresh(self) -> None:
        assert not self.open_streams, "the library would end under an open stream"
        self.refreshes += 1
        if self.plugged is not None:
            self.known, self.plugged = self.plugged, None

    def devices(self) -> list[AudioDevice]:
        return list(self.known)

    def open(self, device: str, block: Block, ended: Callable[[], object]) -> FakeStream:
        time.sleep(self.open_seconds)
        if self.open_error:
            raise self.open_error
        if not self.known:
            raise MicrophoneMissing("There is no microphone that can be used.")
        names = [known.name for known in self.known]
        if device and device not in names:
            raise LookupError(device)
        stream = FakeStream(self, device or names[0], block, ended)
        self.opened.append(stream)
        self.open_streams.append(stream)
        return stream


def _tone() -> Iterator[bytes]:
    data = block()
    while True:
        yield data
