"""The frames of a video with their exact times, decoded by FFmpeg's libraries (PyAV). Damaged packets are skipped, as
players do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream
from PIL import Image

from fanlight.domain.clip_errors import ClipError, NoMovingPictures
from fanlight.i18n import _
from fanlight.video.containers import FAILURES, open_container, reason_of
from fanlight.video.limits import LEAST_SIDE, MAX_PIXELS, too_large
from fanlight.video.shots import HEIGHT, WIDTH

_MOST_DAMAGED = 300
"""Packets in a row that cannot be decoded before the file counts as damaged."""
_THREADS = 2
_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """As in the file's header: `seconds` 0 where it is not declared; `width` and `height` of the stored frames."""

    seconds: float
    width: int
    height: int
    has_sound: bool


class Video:
    """An open video file. Times are seconds since its begin."""

    def __init__(self, container: InputContainer, stream: VideoStream, subject: str) -> None:
        self._container, self._stream, self._subject = container, stream, subject
        self._start = Fraction(container.start_time or 0, av.time_base)
        assert stream.time_base is not None
        self._base = stream.time_base
        self.aspect = stream.sample_aspect_ratio
        self.info = _described(container, stream)

    def frames(self, start: float = 0.0, *, keys_only: bool = False) -> Iterator[tuple[float, VideoFrame]]:
        """From the last key frame at or before `start` on, times rising. Raises ClipError."""
        self._seek(start)
        self._stream.codec_context.skip_frame = "NONKEY" if keys_only else "DEFAULT"
        last = -math.inf
        for frame in self._decoded():
            seconds = self._seconds_of(frame)
            if seconds is not None and seconds > last:
                last = seconds
                yield seconds, frame

    def _seek(self, start: float) -> None:
        place = int((Fraction(start) + self._start) / self._base)
        with suppress(*FAILURES):  # else from where it stands
            self._container.seek(place, stream=self._stream, backward=True)

    def _seconds_of(self, frame: VideoFrame) -> float | None:
        if frame.pts is None:
            return None
        return float(frame.pts * (frame.time_base or self._base) - self._start)

    def _decoded(self) -> Iterator[VideoFrame]:
        damaged = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                for frame in packet.decode():
                    if isinstance(frame, VideoFrame):
                        damaged = 0
                        _check_size(frame.width, frame.height, self._subject)
                        yield frame
            except (StopIteration, av.error.EOFError):
                return
            except av.error.InvalidDataError as error:
                damaged += 1
                if damaged > _MOST_DAMAGED:
                    text = _("{subject} is damaged: {reason}.")
                    raise ClipError(text.format(subject=self._subject, reason=reason_of(error))) from error
            except (av.error.FFmpegError, OSError) as error:
                text = _("{subject} cannot be read to its end: {reason}.")
                raise ClipError(text.format(subject=self._subject, reason=reason_of(error))) from error


@contextmanager
def opened_video(file: BinaryIO, name: str, subject: str) -> Iterator[Video]:
    """Raises ClipError for what is no video, or has no pictures."""
    try:
        container = open_container(file, name)
    except FAILURES as error:
        text = _("{subject} is not a video that Fanlight can read: {reason}.")
        raise ClipError(text.format(subject=subject, reason=reason_of(error))) from error
    with container:
        stream = _chosen(container)
        if stream is None:
            raise NoMovingPictures(_("{subject} has no moving pictures.").format(subject=subject))
        if not stream.codec_context or not stream.time_base:
            raise ClipError(_("{subject} has no pictures that can be decoded.").format(subject=subject))
        _check_size(stream.width, stream.height, subject)
        stream.thread_type, stream.codec_context.thread_count = "AUTO", _THREADS
        yield Video(container, stream, subject)


class SmallPixels:
    """Scales frames of one video down; what it has set up for their size is used for all of them."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def of(self, frame: VideoFrame) -> npt.NDArray[np.uint8]:
        """Of shape (HEIGHT, WIDTH, 3), whatever the frame's own shape."""
        small = self._reformatter.reformat(frame, WIDTH, HEIGHT, "rgb24", interpolation=Interpolation.AREA)
        return np.asarray(small.to_ndarray(), np.uint8)


def jpeg_of(frame: VideoFrame, longest_side: int, aspect: Fraction | None) -> bytes:
    """Upright, with square pixels (`aspect`: of the file's), at most `longest_side` long."""
    width, height = frame.width, frame.height
    if aspect is not None and aspect > 0:
        width = max(1, round(width * float(min(max(aspect, Fraction(1, 8)), Fraction(8)))))
    scale = min(1.0, longest_side / max(width, height))
    size = max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale))
    scaled = frame.reformat(width=size[0], height=size[1], format="rgb24", interpolation=Interpolation.AREA)
    image = Image.fromarray(scaled.to_ndarray())
    turn = round(getattr(frame, "rotation", 0) / 90) * 90 % 360  # counterclockwise
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    file = BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue()


def _chosen(container: InputContainer) -> VideoStream | None:
    """The default track of pictures that is no cover."""
    moving = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
    default = [one for one in moving if one.disposition & Disposition.default]
    return next(iter(default or moving), None)


def _described(container: InputContainer, stream: VideoStream) -> VideoInfo:
    seconds = 0.0
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / av.time_base
    return VideoInfo(max(0.0, seconds), stream.width, stream.height, bool(container.streams.audio))


def _check_size(width: int, height: int, subject: str) -> None:
    if width * height > MAX_PIXELS:
        raise too_large(width, height, subject)
