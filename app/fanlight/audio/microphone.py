"""The microphone: opened when the key goes down, closed after each hold, and never a wait for the window.

One thread drives it, the audio control thread. Whatever happens comes to it through one queue: what the user does, the
blocks from PortAudio's callback (which copies them there and does nothing else), the end of a stream. Calls that may
hang are made by `Hands`, each with a deadline; so a device that stalls, dies or is pulled out ends a hold with what was
said, and the next press starts anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Literal

from fanlight.audio.portaudio import AudioSystem, PortAudio
from fanlight.audio.recording import RecordingBuffer, RecordingLimits
from fanlight.audio.streams import AudioBlock, OpenStream, StreamEnded, StreamPool
from fanlight.domain.audio import (
    AudioDevice,
    DeviceOpened,
    RecordingEnded,
    RecordingEvent,
    RecordingMark,
    RecordingRefused,
    Why,
)
from fanlight.domain.errors import MicrophoneError, SpeechError

log = logging.getLogger(__name__)

TICK_SECONDS = 0.02

Take = Callable[[bytes | RecordingMark], object]
Hear = Callable[[RecordingEvent], object]
Listed = Callable[[Sequence[AudioDevice] | SpeechError], object]


class Recording:
    """One hold. From any thread, at any time, as often as one likes."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[_Told], object]) -> None:
        self._tell = tell

    def release(self) -> None:
        """The key is up: a little more is recorded, then it ends."""
        self._tell(_Told(self, "release"))

    def go_on(self) -> None:
        """The key is down again: as if it had not been released. Too late when it has ended."""
        self._tell(_Told(self, "go on"))

    def forget(self) -> None:
        """It ends at once, and nothing is kept."""
        self._tell(_Told(self, "forget"))


@dataclass(frozen=True, slots=True)
class _Told:
    recording: Recording
    what: Literal["release", "go on", "forget"]


@dataclass(frozen=True, slots=True)
class _Wanted:
    recording: Recording
    device: str
    take: Take
    hear: Hear
    at: float


@dataclass(frozen=True, slots=True)
class _Ready:
    device: str | None


@dataclass(frozen=True, slots=True)
class _List:
    then: Listed
    anew: bool = True


_Item = _Told | _Wanted | AudioBlock | StreamEnded | _Ready | _List | None


class Microphone:
    """Callbacks are called on the audio control thread, which starts with the first order."""

    def __init__(self, sound: AudioSystem | None = None, patience: RecordingLimits | None = None) -> None:
        self._patience = patience or RecordingLimits()
        self._inbox: SimpleQueue[_Item] = SimpleQueue()
        self._later: deque[_Item] = deque()
        self._streams = StreamPool(sound or PortAudio(), self._inbox.put)
        self._keeps: str | None = None
        self._ready: OpenStream | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._main, name="audio control", daemon=True)

    def record(self, device: str, take: Take, hear: Hear) -> Recording:
        """From now on until it is released, forgotten, or the device is gone. `device` by name, "" for the system's
        choice. `take` gets blocks and marks, and always an ENDED or FORGOTTEN at last; `hear` hears Refused or Ended
        as the last thing."""
        recording = Recording(self._put)
        self._put(_Wanted(recording, device, take, hear, time.monotonic()))
        return recording

    def keep_ready(self, device: str | None) -> None:
        """Keep it open between holds, the last half second in memory, so that slow devices lose no syllable; None
        closes it. The user must have asked for that, and must see it."""
        if device is not None or self._thread.ident is not None:
            self._put(_Ready(device))

    def warm(self) -> None:
        """Load the sound library now: nothing is opened, and the first press does not wait for it."""
        self._put(_List(lambda _: None, anew=False))

    def devices(self, then: Listed) -> None:
        """Those that are there now."""
        self._put(_List(then))

    def close(self, deadline_seconds: float) -> bool:
        """Forget what is recorded, close, wait. Whether the thread has ended in time (one that never started has)."""
        if self._thread.ident is None:
            return True
        self._inbox.put(None)
        self._thread.join(deadline_seconds)
        return not self._thread.is_alive()

    def _put(self, item: _Item) -> None:
        self._inbox.put(item)
        if self._thread.ident is None:
            self._thread.start()

    # On the audio control thread.

    def _main(self) -> None:
        while not self._closing:
            match self._later.popleft() if self._later else self._inbox.get():
                case None:
                    self._closing = True
                case _Wanted() as wanted:
                    self._serve(wanted)
                case _List(then, anew):
                    then(self._streams.listed(anew and self._ready is None))
                case _Ready(device):
                    self._keeps = device
                    self._make_ready()
                case AudioBlock() as block if self._ready and block.stream == self._ready.number:
                    self._ready.ring.append(block)
                    self._ready.heard_at = time.monotonic()
                case StreamEnded(number) if self._ready and number == self._ready.number:
                    self._ready.gone = True
                    self._shut_ready()
                    self._streams.suspect()
                case _:
                    pass  # of a stream or a recording that is over
        self._end()

    def _end(self) -> None:
        """Nobody waits for a hold that never comes."""
        self._shut_ready()
        self._sort_inbox()
        for item in self._later:
            if isinstance(item, _Wanted):
                _forgotten(item)
        self._streams.close()

    def _serve(self, wanted: _Wanted) -> None:
        self._sort_inbox()
        if any(isinstance(item, _Told) and item == _Told(wanted.recording, "forget") for item in self._later):
            _forgotten(wanted)
            return
        try:
            opened = self._opened(wanted.device)
        except SpeechError as error:
            log.info("no microphone: %s", error)
            wanted.take(RecordingMark.FORGOTTEN)
            wanted.hear(RecordingRefused(error))
            return
        stream = opened.stream
        wanted.hear(DeviceOpened(stream.device, stream.format, opened.missed))
        hold = RecordingBuffer(stream.format, wanted.take, wanted.hear, wanted.at, self._patience)
        hold.open(time.monotonic())
        for block in opened.ring:
            hold.block(block.data, block.lost, time.monotonic())
        opened.ring.clear()
        self._finish(wanted, opened, hold, self._listen(wanted.recording, opened, hold))
        self._make_ready()

    def _listen(self, recording: Recording, opened: OpenStream, hold: RecordingBuffer) -> Why:
        """Until something ends it. What is not about it waits."""
        early = [item for item in self._later if isinstance(item, _Told) and item.recording is recording]
        self._later = deque(item for item in self._later if item not in early)
        why: Why | None = None
        while why is None:
            try:
                item = early.pop(0) if early else self._inbox.get(timeout=TICK_SECONDS)
            except Empty:
                why = hold.over(time.monotonic())
                continue
            now = time.monotonic()
            match item:
                case None:
                    self._closing, why = True, "forgotten"
                case AudioBlock(number, data, lost) if number == opened.number:
                    opened.heard_at = now
                    hold.block(data, lost, now)
                    why = hold.over(now)
                case StreamEnded(number) if number == opened.number:
                    opened.gone, why = True, "lost"
                case _Told(about, "release") if about is recording:
                    hold.release(now)
                case _Told(about, "go on") if about is recording:
                    hold.go_on()
                case _Told(about, "forget") if about is recording:
                    why = "forgotten"
                case AudioBlock() | StreamEnded():
                    pass
                case _:
                    self._later.append(item)
        return why

    def _finish(self, wanted: _Wanted, opened: OpenStream, hold: RecordingBuffer, why: Why) -> None:
        well = why in ("released", "limit", "forgotten")
        if well and self._keeps == opened.wanted and not self._closing:
            self._ready = opened
        else:
            self._streams.shut(opened)
            self._sort_inbox(opened.number, hold if why in ("released", "limit") else None)
        if not well:
            self._streams.suspect()
        if hold.began or well:
            hold.ended(why)
        else:
            wanted.take(RecordingMark.FORGOTTEN)
            wanted.hear(RecordingRefused(MicrophoneError(f"The microphone “{opened.stream.device}” sends nothing.")))

    def _sort_inbox(self, stream: int = 0, hold: RecordingBuffer | None = None) -> None:
        """What came meanwhile waits, in order; blocks of that stream go to `hold`."""
        while not self._inbox.empty():
            item = self._inbox.get()
            if hold is not None and isinstance(item, AudioBlock) and item.stream == stream:
                hold.block(item.data, item.lost, time.monotonic())
            elif not isinstance(item, (AudioBlock, StreamEnded)) or (self._ready and item.stream == self._ready.number):
                self._later.append(item)

    # The stream that is kept ready.

    def _opened(self, device: str) -> OpenStream:
        """The one that is kept ready, or a new one."""
        ready = self._ready
        if ready is not None and ready.wanted == device and ready.fresh:
            self._ready = None
            return ready
        self._shut_ready()
        return self._streams.open(device)

    def _make_ready(self) -> None:
        if self._ready is not None and self._ready.wanted != self._keeps:
            self._shut_ready()
        if self._keeps is not None and self._ready is None and not self._closing:
            try:
                self._ready = self._streams.open(self._keeps)
            except SpeechError as error:
                log.info("the microphone is not kept ready: %s", error)

    def _shut_ready(self) -> None:
        ready, self._ready = self._ready, None
        if ready is not None:
            self._streams.shut(ready)


def _forgotten(wanted: _Wanted) -> None:
    wanted.take(RecordingMark.FORGOTTEN)
    wanted.hear(RecordingEnded("forgotten", 0.0))
