"""The process that reads a camera: `python -m fanlight.video.camera_child OPTIONS`.

It opens the device, confined as a parsing process is, and answers requests: a small picture for the preview, or the
last one of those as it came, as JPEG; then the camera is closed at once. Another thread reads all that the camera
gives: the newest picture replaces those that nobody has asked for."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from fanlight.parsing import confinement
from fanlight.parsing.channel import BLOB_BYTES, Channel, ChannelClosed, Packet, SocketChannel
from fanlight.parsing.child import opened_channel
from fanlight.video.camera_modes import sizes_of, ways_to_open
from fanlight.video.limits import LEAST_SIDE, MAX_PIXELS

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet as AnyPacket
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    MediaPacket = AnyPacket[VideoStream]
MEMORY_BYTES = 3 * 2**30
FIRST_FRAMES = 20
"""Of which those are left out that are black or broken: exposure has not settled yet."""
_BLACK = 24
"""Up to which brightness, of 255, of its brightest part a picture is black."""
_EACH_ALONE = ("mjpeg", "rawvideo", "wrapped_avframe")
"""Codecs whose pictures do not need those before them: only those that are asked for are decoded."""
_FINAL = (errno.EBUSY, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENODEV, errno.ENXIO)
"""Of which another size makes no difference."""
_CLOSE_SECONDS = 2.0
_QUALITY = 95


class CameraEnded(Exception):
    """No picture comes any more. `number`: of the system's error; 0 where it has simply ended."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number


def main() -> None:
    options = json.loads(sys.argv[1])
    confinement.end_with_parent(options["parent"])
    channel = opened_channel(options["channel"], pipes=options["pipes"])
    if isinstance(channel, SocketChannel):
        channel.reuses_memory = False  # a second request may come before the answer to the first is read
    confinement.limit(MEMORY_BYTES, BLOB_BYTES)
    with contextlib.suppress(ChannelClosed):
        try:
            import av  # noqa: F401 - before files are out of reach
            import PIL.Image
            import PIL.JpegImagePlugin  # noqa: F401
        except ImportError as error:
            channel.send(Packet({"failed": "missing", "reason": str(error)}))
        else:
            serve(channel, options)
    os._exit(0)


def serve(channel: Channel, options: dict[str, Any]) -> None:
    """Raises ChannelClosed."""
    if options.get("list"):
        channel.send(Packet({"cameras": _listed(options["format"])}))
        return
    confinement.confine(options["path"])
    reader = CameraReader(options["device"], options["format"], options["path"])
    try:
        answer_requests(channel, reader)
    except CameraEnded as error:
        reason = str(error)[:500]
        code = errno.errorcode.get(error.number, "other" if reason else "ended")
        channel.send(Packet({"failed": code, "reason": reason}))


def answer_requests(channel: Channel, reader: CameraReader) -> None:
    """Until a picture was taken. Raises CameraEnded, ChannelClosed."""
    shown: VideoFrame | None = None
    left = FIRST_FRAMES
    while True:
        asked = channel.receive().values
        confinement.allow_cpu()
        if asked["want"] == "picture":
            shown = shown or next_frame(reader, left)[0]
            reader.close()
            channel.send(Packet({"picture": True}, [jpeg_of(shown, mirrored=bool(asked["mirrored"]))]))
            return
        shown, left = next_frame(reader, left)
        channel.send(preview_of(shown, asked["width"], asked["height"]))


def next_frame(reader: CameraReader, left: int) -> tuple[VideoFrame, int]:
    """One that is newer than the last; `left`: how many may still be left out. Raises CameraEnded."""
    while True:
        frame = reader.newest()
        if frame.width * frame.height > MAX_PIXELS:
            raise CameraEnded(errno.EFBIG, f"{frame.width} × {frame.height}")
        if left <= 0 or not (frame.is_corrupt or is_black(frame)):
            return frame, 0
        left -= 1


def is_black(frame: VideoFrame) -> bool:
    small = frame.reformat(width=16, height=16, format="gray", interpolation="AREA")
    return max(bytes(small.planes[0])) < _BLACK


def preview_of(frame: VideoFrame, width: int, height: int) -> Packet:
    """Within this size: rows of `stride` bytes, four for a pixel (blue, green, red, 255)."""
    scale = min(1.0, max(1, width) / frame.width, max(1, height) / frame.height)
    wide, high = (max(LEAST_SIDE, round(side * scale)) for side in (frame.width, frame.height))
    small = frame.reformat(width=wide, height=high, format="bgra", interpolation="AREA")
    plane = small.planes[0]
    return Packet({"width": wide, "height": high, "stride": plane.line_size}, [bytes(plane)])


def jpeg_of(frame: VideoFrame, *, mirrored: bool) -> bytes:
    from PIL import Image

    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


class CameraReader:
    """A thread opens the camera, reads it, and closes it."""

    def __init__(self, device: str, kind: str, path: str) -> None:
        self._device, self._kind, self._path = device, kind, path
        self._changed = threading.Condition()
        self._newest: MediaPacket | VideoFrame | None = None
        self._ended: CameraEnded | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def newest(self) -> VideoFrame:
        """Waits for one that was not given before. Raises CameraEnded."""
        import av

        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest is not None or self._ended is not None)
                taken, self._newest = self._newest, None
                if taken is None:
                    assert self._ended is not None
                    raise self._ended
            if isinstance(taken, av.VideoFrame):
                return taken
            with contextlib.suppress(av.error.FFmpegError):  # a broken one: the next is waited for
                for frame in taken.decode():
                    if isinstance(frame, av.VideoFrame):
                        return frame

    def close(self) -> None:
        """When the picture that is being read has come; a camera that gives none is closed with this process."""
        self._closing = True
        self._thread.join(_CLOSE_SECONDS)

    def _run(self) -> None:
        try:
            with open_camera(self._device, self._kind, self._path) as container:
                confinement.confine_opened()
                self._read(container)
            reason = CameraEnded(0, "")
        except OSError as error:
            reason = CameraEnded(error.errno or 0, error.strerror or str(error))
        except Exception as error:  # at the end of this thread: the other one passes it on
            reason = CameraEnded(0, str(error))
        with self._changed:
            self._ended = reason
            self._changed.notify()

    def _read(self, container: InputContainer) -> None:
        import av

        stream = container.streams.video[0]
        context = stream.codec_context
        context.thread_type = "SLICE"  # with threads for frames it is late by some
        for packet in packets_of(container, stream):
            if self._closing:
                return
            if context.name in _EACH_ALONE:
                self._put(packet)
                continue
            with contextlib.suppress(av.error.InvalidDataError):
                for frame in packet.decode():
                    self._put(frame)

    def _put(self, item: Any) -> None:
        with self._changed:
            self._newest = item
            self._changed.notify()


def packets_of(container: InputContainer, stream: Any) -> Iterator[MediaPacket]:
    """A camera that has nothing at the moment, or gives a damaged buffer, is asked again. Raises OSError."""
    import av

    while True:
        try:
            for packet in container.demux(stream):
                if packet.size:
                    yield packet
            return
        except (av.error.BlockingIOError, av.error.InvalidDataError):
            time.sleep(0.005)


def open_camera(device: str, kind: str, path: str) -> InputContainer:
    """Raises OSError."""
    import av

    refused: OSError | None = None
    for options in ways_to_open(kind, _sizes(path) if kind == "v4l2" else []):
        try:
            return av.open(device, format=kind, options=options)
        except OSError as error:
            if error.errno in _FINAL:
                raise
            refused = error
        except av.error.FFmpegError as error:
            refused = OSError(0, str(getattr(error, "strerror", None) or error))
    assert refused is not None
    raise refused


def _sizes(path: str) -> list[Any]:
    """Raises OSError where it cannot be opened."""

    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:

        def control(number: int, given: bytes) -> bytes:
            return fcntl.ioctl(descriptor, number, given)

        return sizes_of(control)
    finally:
        os.close(descriptor)


def _listed(kind: str) -> list[list[str]]:
    """Not on Linux. NOT RUN: written from PyAV's documentation, it has not been run on Windows or macOS yet."""
    import av

    found = []
    for device in av.enumerate_input_devices(kind):
        name = device.description or device.name
        if "video" in device.media_types:
            found.append([f"video={name}" if kind == "dshow" else f"{device.name}:none", name])
    return found


if __name__ == "__main__":
    main()
