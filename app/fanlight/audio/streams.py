"""Input streams, opened and closed within deadlines. All calls on one thread, which may block that long."""

from __future__ import annotations

import itertools
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fanlight.audio.deadline_executor import DeadlineExceeded, DeadlineExecutor
from fanlight.audio.portaudio import BLOCK_SECONDS, AudioSystem, InputStream
from fanlight.domain.audio import AudioDevice
from fanlight.domain.errors import MicrophoneError, SpeechError
from fanlight.i18n import _

log = logging.getLogger(__name__)

OPEN_SECONDS, STOP_SECONDS, LIST_SECONDS = 4.0, 1.0, 5.0
FRESH_SECONDS = 0.3
"""Seconds: a stream that has sent nothing for longer is aborted, not drained."""
RING_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A block of the stream with that number: interleaved float32; `lost`: samples before it were lost."""

    stream: int
    data: bytes
    lost: bool


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """Nothing more comes from that stream."""

    stream: int


@dataclass(slots=True)
class OpenStream:
    """A running stream. `missed` is a requested device that is not connected. `ring` holds the blocks from before the
    key press, only where the user chose to keep the microphone open."""

    number: int
    stream: InputStream
    wanted: str
    missed: str
    last_block_at: float
    gone: bool = False
    ring: deque[AudioBlock] = field(default_factory=lambda: deque(maxlen=round(RING_SECONDS / BLOCK_SECONDS)))

    @property
    def fresh(self) -> bool:
        return not self.gone and time.monotonic() - self.last_block_at < FRESH_SECONDS


class StreamPool:
    """`put` is called with blocks and ends of streams on PortAudio's thread."""

    def __init__(self, sound: AudioSystem, put: Callable[[AudioBlock | StreamEnded], object]) -> None:
        self._sound, self._put = sound, put
        self._calls = DeadlineExecutor()
        self._numbers = itertools.count(1)
        self._stale = False

    def mark_devices_stale(self) -> None:
        """PortAudio's list of devices may be out of date."""
        self._stale = True

    def list_devices(self, anew: bool) -> Sequence[AudioDevice] | SpeechError:
        """The devices that record, or the error. `anew` updates the list first; no stream may be open then."""
        try:
            if anew:
                self._refresh_devices()
            return self._calls.run_within(self._sound.devices, LIST_SECONDS)
        except DeadlineExceeded:
            return _no_answer(_("The sound system does not respond."))
        except SpeechError as error:
            return error

    def open(self, device: str) -> OpenStream:
        """Open and start a stream. When that fails the list of devices may be old, and it is tried again with a new
        one. A device that is not connected is replaced by the system's choice. Raises SpeechError. No other stream may
        be open, except one that cannot be closed: then the old list is used (PulseAudio's library can hang for good
        when the server dies, and still opens a new stream on the next server)."""
        if not self._stale or self._calls.hanging:
            try:
                return self._started(device)
            except (SpeechError, LookupError) as error:
                log.info("once more, with a new list of devices: %s", error)
        self._refresh_devices()
        try:
            return self._started(device)
        except LookupError:
            return self._started("", missed=device)

    def close_stream(self, opened: OpenStream) -> None:
        """Close a stream, within deadlines. Its last blocks are passed on before this returns.

        A device that stalled would hold stop(), which drains, for half a minute; abort() ends it at once, and frees a
        stop() that hangs. Nothing is closed under a call that still runs."""
        stream, stopped = opened.stream, threading.Event()
        try:
            self._calls.run_within(
                stream.stop if opened.fresh else stream.abort, STOP_SECONDS, undo=lambda _result: stopped.set()
            )
        except DeadlineExceeded:
            try:
                self._calls.run_within(stream.abort, STOP_SECONDS / 2)
            except DeadlineExceeded:
                if not stopped.wait(STOP_SECONDS):
                    log.error("the microphone cannot be closed: its driver hangs")
                    return
        try:
            self._calls.run_within(stream.close, STOP_SECONDS)
        except DeadlineExceeded:
            log.error("the microphone did not close in time: its driver hangs")
        if sys.platform != "linux":
            self._stale = True  # PortAudio's default is that of its list; on Linux the sound server follows the default

    def close(self) -> None:
        self._calls.close()

    def _refresh_devices(self) -> None:
        if self._calls.hanging:  # terminating PortAudio during a call would crash
            raise _no_answer(_("The sound system does not respond."))
        try:
            self._calls.run_within(self._sound.refresh, LIST_SECONDS)
        except DeadlineExceeded:
            raise _no_answer(_("The sound system does not respond.")) from None
        self._stale = False

    def _started(self, device: str, missed: str = "") -> OpenStream:
        number, put = next(self._numbers), self._put
        try:
            stream = self._calls.run_within(
                lambda: self._sound.open(
                    device, lambda data, lost: put(AudioBlock(number, data, lost)), lambda: put(StreamEnded(number))
                ),
                OPEN_SECONDS,
                undo=lambda late: late.close(),
            )
            try:
                self._calls.run_within(stream.start, OPEN_SECONDS, undo=lambda _result: _end_stream(stream))
            except SpeechError:
                self._calls.run_within(stream.close, STOP_SECONDS)
                raise
        except DeadlineExceeded:
            raise _no_answer(_("The microphone does not respond.")) from None
        return OpenStream(number, stream, missed or device, missed, time.monotonic())


def _end_stream(stream: InputStream) -> None:
    """Undo a start that returned after its deadline."""
    stream.abort()
    stream.close()


def _no_answer(message: str) -> MicrophoneError:
    return MicrophoneError(message, _("Unplug the microphone and plug it in again, or restart the computer."))
