"""In which ways a camera is asked for pictures: the largest ones first, compressed ones before others."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fanlight.video.limits import MAX_PIXELS

Control = Callable[[int, bytes], bytes]
"""A request to the device, and what it answers in its place. Raises OSError."""

_FORMATS, _SIZES = 0xC040_5602, 0xC02C_564A
"""VIDIOC_ENUM_FMT and VIDIOC_ENUM_FRAMESIZES (linux/videodev2.h)."""
_CAPTURE = 1
_DISCRETE = 1
_MOST_LISTED = 200
_COMPRESSED = (b"MJPG", b"JPEG")
_STEPS = ((1920, 1080), (1280, 720), (640, 480))
"""Smaller ones, for a USB bus that has no room for more."""


@dataclass(frozen=True, slots=True, order=True)
class PictureSize:
    """`compressed`: as JPEG."""

    compressed: bool
    pixels: int
    width: int
    height: int


def sizes_of(control: Control) -> list[PictureSize]:
    """All that a Video4Linux device offers; of a range its largest one. Empty where it does not say."""
    found = []
    for code in _formats(control):
        for width, height in _frame_sizes(control, code):
            if 0 < width * height <= MAX_PIXELS:
                found.append(PictureSize(code in _COMPRESSED, width * height, width, height))
    return found


def ways_to_open(kind: str, sizes: list[PictureSize]) -> Iterator[dict[str, str]]:
    """Options for FFmpeg's device `kind`, best first; the last leaves all to the camera."""
    if kind == "v4l2" and sizes:
        best = max(sizes)
        yield _asked(best)
        for width, height in _STEPS:
            smaller = [size for size in sizes if size.width <= width and size.height <= height]
            if smaller and max(smaller) < best:
                best = max(smaller)
                yield _asked(best)
    elif kind == "dshow":
        yield from ({"vcodec": "mjpeg", "video_size": f"{width}x{height}"} for width, height in _STEPS)
    elif kind == "avfoundation":
        yield from ({"video_size": f"{width}x{height}", "framerate": "30"} for width, height in _STEPS)
    yield {}


def _asked(size: PictureSize) -> dict[str, str]:
    options = {"video_size": f"{size.width}x{size.height}"}
    return options | {"input_format": "mjpeg"} if size.compressed else options


def _formats(control: Control) -> Iterator[bytes]:
    for index in range(_MOST_LISTED):
        try:
            answer = control(_FORMATS, struct.pack("=III32s4s16x", index, _CAPTURE, 0, b"", b""))
        except OSError:  # there is no further one
            return
        yield answer[44:48]


def _frame_sizes(control: Control, code: bytes) -> Iterator[tuple[int, int]]:
    for index in range(_MOST_LISTED):
        try:
            answer = control(_SIZES, struct.pack("=I4s36x", index, code))
        except OSError:
            return
        kind, *numbers = struct.unpack_from("=I6I", answer, 8)
        if kind == _DISCRETE:
            yield numbers[0], numbers[1]
            continue
        yield numbers[1], numbers[4]  # a range: least, most, and step of the width, then of the height
        return
