"""A camera, seen from Fanlight: a process that reads it (`camera_child`), asked for one picture after the other."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fanlight.domain.desktop_errors import CameraError
from fanlight.domain.os_errors import os_reason
from fanlight.parsing.channel import BadPacket, Channel, ChannelClosed, Packet
from fanlight.parsing.launching import ChildProgram, bare_environment, launched_with_channel
from fanlight.video.camera_problems import DIED, SILENT, camera_problem
from fanlight.video.cameras import Camera, plain_name

if TYPE_CHECKING:
    import subprocess  # noqa: TID251 - the type alone

PROGRAM = "fanlight.video.camera_child"
START_SECONDS, NEXT_SECONDS = 20.0, 6.0
"""Until the first picture: the process starts, and a camera takes seconds to wake up; and between two of them."""
_LOOK_SECONDS = 0.25
_CLOSE_SECONDS = 5.0
MOST_SIDE = 4096
"""Of a preview."""
_MOST_JPEG_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """Rows of `stride` bytes, four for a pixel: blue, green, red, 255."""

    width: int
    height: int
    stride: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CameraPicture:
    """As large as the camera gives it. The camera is closed. `jpeg` is to be decoded as any picture of a stranger's."""

    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CameraFailed:
    """The camera is closed."""

    error: CameraError


CameraEvent = CameraFrame | CameraPicture | CameraFailed
OnCameraEvent = Callable[[CameraEvent], object]


class CameraStream:
    """An open camera; `ask_for_frame` and `take` are answered by one event each, on a thread of its own. After a
    picture or a failure nothing comes any more, and neither after `close`."""

    def __init__(
        self,
        camera: Camera,
        on_event: OnCameraEvent,
        after: CameraStream | None = None,
        program: str = PROGRAM,
        seconds: tuple[float, float] = (START_SECONDS, NEXT_SECONDS),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`after`: one that is closed first, as it may have the same camera. `seconds`: to wait for the first picture,
        and for each further one."""
        self._camera, self._on_event, self._after, self._program = camera, on_event, after, program
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._closed = False
        self._requests: list[Packet] = []
        self._channel: Channel | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._asked_at = 0.0
        self._unanswered = 0
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def ask_for_frame(self, width: int, height: int) -> None:
        """For the newest one, within this size."""
        self._ask({"want": "frame", "width": min(width, MOST_SIDE), "height": min(height, MOST_SIDE)})

    def take(self, *, mirrored: bool) -> None:
        """The picture of the last frame."""
        self._ask({"want": "picture", "mirrored": mirrored})

    def close(self) -> None:
        """At once; waits for nothing."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def wait_closed(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """Whether the process that had the camera has gone."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _ask(self, values: dict[str, Any]) -> None:
        with self._lock:
            self._unanswered, self._asked_at = self._unanswered + 1, self._clock()
            if self._channel is None:
                self._requests.append(Packet(values))
                return
            with suppress(ChannelClosed):  # said by the thread that reads
                self._channel.send(Packet(values))

    # On the thread of its own. Linux ends the process with the thread that started it.

    def _run(self) -> None:
        if self._after is not None:
            self._after.wait_closed()
            self._after = None
        try:
            last = self._start() or self._read()
        finally:
            self._end()
        if last is not None and not self._closed:
            self._on_event(last)

    def _start(self) -> CameraFailed | None:
        camera = self._camera
        options: dict[str, object] = {"device": camera.device, "format": camera.format, "path": camera.path}
        if self._closed:
            return None
        try:
            channel, process = launched_reader(self._program, options)  # takes its time: nobody waits for the lock
        except OSError as error:
            return self._failed(DIED, os_reason(error))
        with self._lock:
            self._channel, self._process = channel, process
            self._asked_at = self._clock()
            try:
                for packet in self._requests:
                    channel.send(packet)
            except ChannelClosed:
                return self._failed(DIED)
        return None

    def _read(self) -> CameraPicture | CameraFailed | None:
        seconds, later = self._seconds
        channel = self._channel
        while channel is not None and not self._closed:
            if not channel.wait(_LOOK_SECONDS):
                if self._unanswered and self._clock() - self._asked_at > seconds:
                    return self._failed(SILENT)
                continue
            seconds = later
            try:
                answer = channel.receive()
                found = self._answer(answer)
            except (ChannelClosed, BadPacket):
                return self._failed(DIED)
            if not isinstance(found, CameraFrame):
                return found
            with self._lock:
                self._unanswered -= 1
            if not self._closed:
                self._on_event(found)
        return None

    def _answer(self, packet: Packet) -> CameraFrame | CameraPicture | CameraFailed:
        """What the process sent, if it can be that. Raises BadPacket."""
        values, blobs = packet.values, packet.blobs
        if "failed" in values:
            return self._failed(str(values["failed"]), str(values.get("reason", "")))
        if len(blobs) != 1:
            raise BadPacket("no picture")
        if "picture" in values:
            if not 0 < len(blobs[0]) <= _MOST_JPEG_BYTES:
                raise BadPacket("no picture")
            return CameraPicture(blobs[0])
        return _frame(values, blobs[0])

    def _failed(self, code: str, reason: str = "") -> CameraFailed:
        return CameraFailed(camera_problem(code, self._camera, plain_name(reason)))

    def _end(self) -> None:
        with self._lock:
            process, channel, self._channel, self._process = self._process, self._channel, None, None
        if process is not None:
            process.kill()
            process.wait()
        if channel is not None:
            channel.close()


def launched_reader(program: str, options: dict[str, object]) -> tuple[Channel, subprocess.Popen[bytes]]:
    """Raises OSError."""
    return launched_with_channel(ChildProgram(program, bare_environment()), options | {"parent": os.getpid()})


def _frame(values: Mapping[str, Any], pixels: bytes) -> CameraFrame:
    """Raises BadPacket."""
    sizes = [values.get(name) for name in ("width", "height", "stride")]
    if not all(type(size) is int for size in sizes):
        raise BadPacket("no size")
    width, height, stride = map(int, sizes)  # type: ignore[arg-type]
    if (
        not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE and 4 * width <= stride)
        or len(pixels) < stride * height
    ):
        raise BadPacket("another size")
    return CameraFrame(width, height, stride, pixels)
