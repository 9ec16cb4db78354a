"""The microphone: opened when the key goes down, closed after each recording; the window never waits for it.

One thread drives it, the audio control thread. Everything reaches it through one queue: the user's requests, the blocks
from PortAudio's callback (which copies them there and does nothing else), the end of a stream. Calls that may hang go
through `DeadlineExecutor`; a device that stalls, dies or is unplugged ends a recording with what was recorded so far,
and the next press starts anew.
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
    EndReason,
    RecordingEnded,
    RecordingEvent,
    RecordingMark,
    RecordingRefused,
)
from fanlight.domain.errors import MicrophoneError, SpeechError
from fanlight.i18n import _

log = logging.getLogger(__name__)

TICK_SECONDS = 0.02

OnBlock = Callable[[bytes | RecordingMark], object]
OnRecordingEvent = Callable[[RecordingEvent], object]
Listed = Callable[[Sequence[AudioDevice] | SpeechError], object]


class Recording:
    """One recording. Its methods may be called on any thread, at any time, more than once."""

    __slots__ = ("_post",)

    def __init__(self, post: Callable[[_RecordingRequest], object]) -> None:
        self._post = post

    def release(self, until_silent: bool = True) -> None:
        """A little more is recorded, then it ends: `until_silent`, when `finish` says that the last word is over, at
        the latest after RecordingLimits.last_word; else after RecordingLimits.post_roll."""
        self._post(_RecordingRequest(self, "release" if until_silent else "pause"))

    def resume(self) -> None:
        """The key is down again: as if it had not been released. Too late when it has ended."""
        self._post(_RecordingRequest(self, "resume"))

    def finish(self) -> None:
        """End it at once: its words are final."""
        self._post(_RecordingRequest(self, "finish"))

    def discard(self) -> None:
        """End it at once; nothing is transcribed."""
        self._post(_RecordingRequest(self, "discard"))


@dataclass(frozen=True, slots=True)
class _RecordingRequest:
    recording: Recording
    action: Literal["release", "pause", "resume", "finish", "discard"]


@dataclass(frozen=True, slots=True)
class _Start:
    recording: Recording
    device: str
    on_block: OnBlock
    on_event: OnRecordingEvent
    at: float


@dataclass(frozen=True, slots=True)
class _Ready:
    device: str | None


@dataclass(frozen=True, slots=True)
class _List:
    then: Listed
    anew: bool = True


_Item = _RecordingRequest | _Start | AudioBlock | StreamEnded | _Ready | _List | None


class Microphone:
    """Callbacks are called on the audio control thread, which starts with the first request."""

    def __init__(self, sound: AudioSystem | None = None, limits: RecordingLimits | None = None) -> None:
        self._limits = limits or RecordingLimits()
        self._inbox: SimpleQueue[_Item] = SimpleQueue()
        self._later: deque[_Item] = deque()
        self._streams = StreamPool(sound or PortAudio(), self._inbox.put)
        self._keeps: str | None = None
        self._ready: OpenStream | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._main, name="audio control", daemon=True)

    def record(self, device: str, on_block: OnBlock, on_event: OnRecordingEvent) -> Recording:
        """Record from now on until it is released or discarded, or the device is gone. `device` by name, "" for the
        system's choice. `on_block` gets blocks and marks, the last always ENDED or DISCARDED; the last event of
        `on_event` is RecordingRefused or RecordingEnded."""
        recording = Recording(self._put)
        self._put(_Start(recording, device, on_block, on_event, time.monotonic()))
        return recording

    def keep_ready(self, device: str | None) -> None:
        """Keep the device open between recordings, the last half second in memory, so that slow devices lose no
        syllable; None closes it. Only where the user asked for it and is shown that it is open."""
        if device is not None or self._thread.ident is not None:
            self._put(_Ready(device))

    def load_library(self) -> None:
        """Load the sound library now: nothing is opened, and the first press does not wait for it."""
        self._put(_List(lambda _listed: None, anew=False))

    def list_devices(self, then: Listed) -> None:
        """Call `then` with the devices connected now, or with the error."""
        self._put(_List(then))

    def close(self, deadline_seconds: float) -> bool:
        """Discard a recording, close the device, wait; whether the thread ended in time (True if it never started)."""
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
                case _Start() as request:
                    self._serve(request)
                case _List(then, anew):
                    then(self._streams.list_devices(anew and self._ready is None))
                case _Ready(device):
                    self._keeps = device
                    self._make_ready()
                case AudioBlock() as block if self._ready and block.stream == self._ready.number:
                    self._ready.ring.append(block)
                    self._ready.last_block_at = time.monotonic()
                case StreamEnded(number) if self._ready and number == self._ready.number:
                    self._ready.gone = True
                    self._shut_ready()
                    self._streams.mark_devices_stale()
                case _:
                    pass  # of a stream or a recording that is over
        self._end_recording()

    def _end_recording(self) -> None:
        """Close all; recordings that were requested and never began end as discarded."""
        self._shut_ready()
        self._sort_inbox()
        for item in self._later:
            if isinstance(item, _Start):
                _discarded(item)
        self._streams.close()

    def _serve(self, request: _Start) -> None:
        self._sort_inbox()
        if any(
            isinstance(item, _RecordingRequest) and item == _RecordingRequest(request.recording, "discard")
            for item in self._later
        ):
            _discarded(request)
            return
        try:
            opened = self._opened(request.device)
        except SpeechError as error:
            log.info("no microphone: %s", error)
            request.on_block(RecordingMark.DISCARDED)
            request.on_event(RecordingRefused(error))
            return
        stream = opened.stream
        request.on_event(DeviceOpened(stream.device, stream.format, opened.missed))
        buffer = RecordingBuffer(stream.format, request.on_block, request.on_event, request.at, self._limits)
        buffer.open(time.monotonic())
        for block in opened.ring:
            buffer.block(block.data, block.lost, time.monotonic())
        opened.ring.clear()
        self._finish(request, opened, buffer, self._record(request.recording, opened, buffer))
        self._make_ready()

    def _record(self, recording: Recording, opened: OpenStream, buffer: RecordingBuffer) -> EndReason:
        """Record until something ends it; returns the reason. Requests about other recordings wait in `_later`."""
        early = [item for item in self._later if isinstance(item, _RecordingRequest) and item.recording is recording]
        self._later = deque(item for item in self._later if item not in early)
        why: EndReason | None = None
        while why is None:
            try:
                item = early.pop(0) if early else self._inbox.get(timeout=TICK_SECONDS)
            except Empty:
                why = buffer.over(time.monotonic())
                continue
            now = time.monotonic()
            match item:
                case None:
                    self._closing, why = True, "discarded"
                case AudioBlock(number, data, lost) if number == opened.number:
                    opened.last_block_at = now
                    buffer.block(data, lost, now)
                    why = buffer.over(now)
                case StreamEnded(number) if number == opened.number:
                    opened.gone, why = True, "lost"
                case _RecordingRequest(about, ("release" | "pause") as action) if about is recording:
                    buffer.release(now, until_silent=action == "release")
                case _RecordingRequest(about, "resume") if about is recording:
                    buffer.resume()
                case _RecordingRequest(about, "finish") if about is recording:
                    buffer.complete, why = True, "released"
                case _RecordingRequest(about, "discard") if about is recording:
                    why = "discarded"
                case AudioBlock() | StreamEnded():
                    pass
                case _:
                    self._later.append(item)
        return why

    def _finish(self, request: _Start, opened: OpenStream, buffer: RecordingBuffer, why: EndReason) -> None:
        well = why in ("released", "limit", "discarded")
        if buffer.complete:
            buffer.ended(why)  # what the device still delivers is not waited for
        if well and self._keeps == opened.wanted and not self._closing:
            self._ready = opened
        else:
            self._streams.close_stream(opened)
            self._sort_inbox(opened.number, buffer if why in ("released", "limit") and not buffer.complete else None)
        if not well:
            self._streams.mark_devices_stale()
        if buffer.complete:
            return
        if buffer.began or well:
            buffer.ended(why)
        else:
            request.on_block(RecordingMark.DISCARDED)
            request.on_event(
                RecordingRefused(
                    MicrophoneError(_("The microphone “{device}” sends no sound.").format(device=opened.stream.device))
                )
            )

    def _sort_inbox(self, stream: int = 0, buffer: RecordingBuffer | None = None) -> None:
        """Move what arrived meanwhile to `_later`, in order; blocks of that stream go to `buffer`."""
        while not self._inbox.empty():
            item = self._inbox.get()
            if buffer is not None and isinstance(item, AudioBlock) and item.stream == stream:
                buffer.block(item.data, item.lost, time.monotonic())
            elif not isinstance(item, (AudioBlock, StreamEnded)) or (self._ready and item.stream == self._ready.number):
                self._later.append(item)

    # The stream that is kept ready.

    def _opened(self, device: str) -> OpenStream:
        """The stream that is kept ready, or a new one. Raises SpeechError."""
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
            self._streams.close_stream(ready)


def _discarded(request: _Start) -> None:
    request.on_block(RecordingMark.DISCARDED)
    request.on_event(RecordingEnded("discarded", 0.0))
