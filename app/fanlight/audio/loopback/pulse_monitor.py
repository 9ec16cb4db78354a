"""The listening process on PulseAudio and PipeWire: `python -m fanlight.audio.loopback.pulse_monitor`.

It records the monitor of the system's output, and follows that when it changes. Its stream may not be moved
(DONT_MOVE): where an output goes, the server would go on with another source, and that may be the microphone.
"""

from __future__ import annotations

import ctypes
from typing import Any

from fanlight.audio.loopback import libpulse
from fanlight.audio.loopback.backend import BLOCK_SAMPLES, FORMAT
from fanlight.audio.loopback.frames import BLOCK, NO_OUTPUT, OUTPUT, listen, write_frame

NAME = b"Fanlight captions"
_TURN_MICROSECONDS = 500_000
_FRAGMENT = BLOCK_SAMPLES * 4


class ServerGone(Exception):
    """There is no sound server, or it has ended."""


class PulseMonitor:
    """One connection to the server. Everything happens in `run`, on one thread; callbacks note what they were told."""

    def __init__(self) -> None:
        self._pulse = libpulse.load()
        self._loop = self._pulse.pa_mainloop_new()
        self._context = self._pulse.pa_context_new(self._pulse.pa_mainloop_get_api(self._loop), NAME)
        self._stream: int | None = None
        self._monitor = b""
        self._pending = bytearray()
        self._asked, self._changed = False, True
        self._is_missing = False
        self._callbacks = (  # libpulse holds no references
            libpulse.SubscribeCallback(self._on_change),
            libpulse.ServerCallback(self._on_server),
            libpulse.SinkCallback(self._on_sink),
        )

    def run(self) -> None:
        """Raises ServerGone, sooner or later."""
        self._connect()
        while True:
            self._turn()
            if self._stream is not None and self._state_of_stream() >= libpulse.STREAM_FAILED:
                self._drop_stream()
                self._changed = True
            if self._changed and not self._asked:
                self._changed, self._asked = False, True
                self._start(self._pulse.pa_context_get_server_info(self._context, self._callbacks[1], None))
            self._pass_on()

    def _connect(self) -> None:
        pulse = self._pulse
        if pulse.pa_context_connect(self._context, None, libpulse.NO_AUTOSPAWN, None) < 0:
            raise ServerGone(self._error())
        while pulse.pa_context_get_state(self._context) != libpulse.CONTEXT_READY:
            self._turn()
        pulse.pa_context_set_subscribe_callback(self._context, self._callbacks[0], None)
        self._start(pulse.pa_context_subscribe(self._context, libpulse.SINKS | libpulse.SERVER, None, None))

    def _turn(self) -> None:
        """Waits for the server, at most half a second."""
        pulse, loop = self._pulse, self._loop
        over = (
            pulse.pa_mainloop_prepare(loop, _TURN_MICROSECONDS) < 0
            or pulse.pa_mainloop_poll(loop) < 0
            or pulse.pa_mainloop_dispatch(loop) < 0
        )
        if over or pulse.pa_context_get_state(self._context) >= libpulse.CONTEXT_FAILED:
            raise ServerGone(self._error())

    def _error(self) -> str:
        return (self._pulse.pa_strerror(self._pulse.pa_context_errno(self._context)) or b"").decode("utf-8", "replace")

    def _start(self, operation: int | None) -> None:
        """An operation goes on without being held."""
        if not operation:
            raise ServerGone(self._error())
        self._pulse.pa_operation_unref(operation)

    def _state_of_stream(self) -> int:
        return int(self._pulse.pa_stream_get_state(self._stream))

    # Which output.

    def _on_change(self, _context: int, _kind: int, _index: int, _data: Any) -> None:
        self._changed = True

    def _on_server(self, _context: int, info: Any, _data: Any) -> None:
        name = info.contents.default_sink if info else None
        operation = name and self._pulse.pa_context_get_sink_info_by_name(self._context, name, self._callbacks[2], None)
        if operation:
            self._pulse.pa_operation_unref(operation)
        else:
            self._asked = False
            self._use(None, "")

    def _on_sink(self, _context: int, info: Any, end: int, _data: Any) -> None:
        """Called with the output, and once more at the end of the list; with an error alone where it has gone."""
        if end == 0 and info:
            sink = info.contents
            self._use(sink.monitor_name, (sink.description or sink.name or b"").decode("utf-8", "replace"))
            return
        self._asked = False
        if end < 0:
            self._use(None, "")

    def _use(self, monitor: bytes | None, shown: str) -> None:
        if monitor is None:
            if not self._is_missing:
                self._is_missing = True
                write_frame(NO_OUTPUT)
            self._drop_stream()
            return
        self._is_missing = False
        if self._stream is not None and self._monitor == monitor:
            return
        self._drop_stream()
        self._open(monitor)
        if self._stream is not None:
            write_frame(OUTPUT, shown.encode())

    # The stream.

    def _open(self, monitor: bytes) -> None:
        spec = libpulse.SampleSpec(libpulse.FLOAT32LE, FORMAT.rate, FORMAT.channels)
        stream = self._pulse.pa_stream_new(self._context, NAME, ctypes.byref(spec), None)
        if not stream:
            raise ServerGone(self._error())
        default = libpulse.DEFAULT
        sizes = libpulse.BufferSizes(default, default, default, default, _FRAGMENT)
        flags = libpulse.DONT_MOVE | libpulse.ADJUST_LATENCY
        self._stream, self._monitor = stream, monitor
        if self._pulse.pa_stream_connect_record(stream, monitor, ctypes.byref(sizes), flags) < 0:
            self._drop_stream()

    def _drop_stream(self) -> None:
        stream, self._stream = self._stream, None
        self._pending.clear()
        if stream is not None:
            self._pulse.pa_stream_disconnect(stream)
            self._pulse.pa_stream_unref(stream)

    def _pass_on(self) -> None:
        """All that has arrived. What the server has lost is silence."""
        pulse, stream = self._pulse, self._stream
        if stream is None or self._state_of_stream() != libpulse.STREAM_READY:
            return
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        while self._readable(stream):
            if pulse.pa_stream_peek(stream, ctypes.byref(data), ctypes.byref(size)) < 0 or not size.value:
                return
            self._pending += ctypes.string_at(data.value, size.value) if data.value else bytes(size.value)
            pulse.pa_stream_drop(stream)
        if len(self._pending) >= _FRAGMENT:
            whole = len(self._pending) // 4 * 4
            write_frame(BLOCK, bytes(self._pending[:whole]))
            del self._pending[:whole]

    def _readable(self, stream: int) -> bool:
        size = int(self._pulse.pa_stream_readable_size(stream))
        return 0 < size < 2**31  # an error is the largest number


def main() -> None:
    listen(lambda: PulseMonitor().run(), (OSError, ServerGone))


if __name__ == "__main__":
    main()
