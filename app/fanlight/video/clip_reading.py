"""Reads a clip in a parsing process: an index of small pictures first, then the frames that are chosen from it.

While there is time all frames are looked at; a long clip, or one that takes long, only by its key frames, and where
there is no time left at even distances. So two hours take about as long as five minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from fanlight.domain.clip_errors import ClipError
from fanlight.domain.clips import clip_time
from fanlight.i18n import _
from fanlight.video.choosing import choose_frames
from fanlight.video.frames import SmallPixels, Video, jpeg_of
from fanlight.video.shots import find_shots

WHOLE_SECONDS = 600.0
"""Of a clip, up to which all frames are looked at."""
ALL_FRAMES_SECONDS, KEY_FRAMES_SECONDS = 20.0, 45.0
"""Of time, after which only key frames are looked at, and after which only some places are."""
_PLACES = 48
_MOST_INDEXED = 20_000
_REPORT_SECONDS = 0.25
_WITHIN = 1e-6


@dataclass(frozen=True, slots=True)
class ClipProgress:
    """`done` of the clip, 0 to 1."""

    done: float


@dataclass(frozen=True, slots=True)
class ClipIndex:
    """Small pictures of the frames at `times`; `shots`: seconds at which they begin, but for the first one. `end`: of
    the last frame."""

    chosen: tuple[float, ...]
    shots: tuple[float, ...]
    end: float


@dataclass(frozen=True, slots=True)
class FrameFound:
    seconds: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """`end` 0: to the end of the file."""

    start: float
    end: float
    most: int
    longest_side: int


def read_clip(
    video: Video, wanted: Wanted, subject: str, clock: Callable[[], float] = time.monotonic
) -> Iterator[ClipProgress | ClipIndex | FrameFound]:
    """Raises ClipError."""
    index: ClipIndex | None = None
    for step in _indexed(video, wanted, clock):
        if isinstance(step, ClipIndex):
            index = step
        yield step
    if index is None or not index.chosen:
        raise _nothing_there(video, wanted, subject)
    yield from _exact(video, index.chosen, wanted.longest_side)


def _indexed(video: Video, wanted: Wanted, clock: Callable[[], float]) -> Iterator[ClipProgress | ClipIndex]:
    end = wanted.end or video.info.seconds or float("inf")
    length = max(_WITHIN, (end if end < float("inf") else 3600.0) - wanted.start)
    times: list[float] = []
    small: list[np.ndarray] = []
    pixels = SmallPixels()
    began = reported = clock()
    at, keys_only = wanted.start, length > WHOLE_SECONDS and video.info.seconds > 0
    while True:
        turned = False
        for seconds, frame in video.frames(at, keys_only=keys_only):
            if seconds > end + _WITHIN or len(times) >= _MOST_INDEXED:
                break
            now = clock()
            if seconds >= at - _WITHIN and (not times or seconds > times[-1]):
                times.append(seconds)
                small.append(pixels.of(frame))
            if now - reported >= _REPORT_SECONDS:
                reported = now
                yield ClipProgress(min(1.0, max(0.0, (seconds - wanted.start) / length)))
            if not keys_only and now - began > ALL_FRAMES_SECONDS:
                at, keys_only, turned = seconds, True, True
                break
            if now - began > KEY_FRAMES_SECONDS:
                yield from _places(video, (seconds, end), times, small, pixels)
                break
        if not turned:
            break
    changes = find_shots(np.stack(small), times) if small else None
    chosen = choose_frames(changes, times, wanted.most) if changes else []
    shots = tuple(times[one] for one in changes.boundaries) if changes else ()
    yield ClipIndex(tuple(times[one] for one in chosen), shots, times[-1] if times else 0.0)


def _places(
    video: Video, rest: tuple[float, float], times: list[float], small: list[np.ndarray], pixels: SmallPixels
) -> Iterator[ClipProgress]:
    """Key frames at even distances in what is left, where its length is known."""
    begin, end = rest
    if end == float("inf"):
        return
    for number in range(1, _PLACES):
        place = begin + (end - begin) * number / _PLACES
        found = next(video.frames(place, keys_only=True), None)
        if found is not None and times[-1] < found[0] <= end:
            times.append(found[0])
            small.append(pixels.of(found[1]))
        yield ClipProgress(number / _PLACES)


def _exact(video: Video, chosen: tuple[float, ...], longest_side: int) -> Iterator[FrameFound | ClipProgress]:
    """The frames with these times. Those that lie close together are decoded in one go."""
    left = list(chosen)
    while left:
        first = left[0]
        found = False
        for seconds, frame in video.frames(first):
            if seconds >= left[0] - _WITHIN:
                found = True
                left.pop(0)
                yield FrameFound(seconds, jpeg_of(frame, longest_side, video.aspect))
                if not left or left[0] - seconds > _ONE_GO_SECONDS:
                    break
        if not found:  # it was there before: the file has changed, or cannot be sought in
            left.pop(0)


_ONE_GO_SECONDS = 2.0


def _nothing_there(video: Video, wanted: Wanted, subject: str) -> ClipError:
    seconds = video.info.seconds
    if wanted.start > 0 and seconds and wanted.start >= seconds:
        text = _("{subject} is only {length} long.")
        precise = seconds < 3600
        return ClipError(
            text.format(subject=subject, length=clip_time(seconds, precise=precise)), _("Name an earlier part of it.")
        )
    return ClipError(
        _("{subject} has no pictures that can be decoded.").format(subject=subject),
        _("The file is probably damaged. Copy or download it again."),
    )
