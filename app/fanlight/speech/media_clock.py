"""Silence where a file has no sound, so that what is heard keeps its place on the file's time line: late tracks, pauses
of a recorder, lost packets. As FFmpeg's `aresample=async=1:first_pts=0` does."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer

_LEAST_SECONDS = 0.1
"""Less is rounding: of times in milliseconds, of an encoder's delay."""
_MOST_SECONDS = 6 * 3600.0
"""A longer gap is a damaged time."""
_FILL_SECONDS = 1.0


def on_time_line(frames: Iterator[tuple[float | None, AudioFrame]], container: InputContainer) -> Iterator[AudioFrame]:
    """The frames with silent ones between them. A time that goes back (a joined file, a counter that starts again)
    moves the line from there on."""
    begin = (container.start_time or 0) / av.time_base
    heard, moved = 0.0, 0.0
    for time, frame in frames:
        if time is not None:
            gap = time - begin + moved - heard
            if gap < -_LEAST_SECONDS or gap > _MOST_SECONDS:
                moved -= gap
            elif gap > _LEAST_SECONDS:
                for silent in _silence(gap, frame):
                    heard += silent.samples / silent.sample_rate
                    yield silent
        heard += frame.samples / frame.sample_rate
        yield frame


def _silence(seconds: float, like: AudioFrame) -> Iterator[AudioFrame]:
    left = round(seconds * like.sample_rate)
    channels = len(like.layout.channels)
    while left > 0:
        count = min(left, round(_FILL_SECONDS * like.sample_rate))
        silent = AudioFrame.from_ndarray(np.zeros((channels, count), np.float32), "fltp", like.layout.name)
        silent.sample_rate = like.sample_rate
        yield silent
        left -= count
