"""Videos that tests make with FFmpeg's own encoders: textured scenes that move, and the transitions between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

Frame = npt.NDArray[np.uint8]
Scene = Callable[[float], Frame]
"""From seconds since its begin to a frame."""

WIDTH, HEIGHT = 160, 96
NOISE = np.random.default_rng(1).normal(0, 1, (2 * HEIGHT * WIDTH, 3)).astype(np.float32)
TIME_BASE = Fraction(1, 60_000)


def scene(seed: int, pan: float = 12.0, objects: int = 2, noise: float = 3.0, tint: int | None = None) -> Scene:
    """A texture that is panned (pixels a second), with things that move over it."""
    random = np.random.default_rng(seed)
    coarse: npt.NDArray[np.float32] = random.integers(0, 255, (7, 12, 3)).astype(np.float32)
    if tint is not None:  # all scenes alike in color
        coarse = coarse * np.float32(0.35) + np.array([40, 90, 150], np.float32) * np.float32(0.6 + 0.1 * tint)
    wide = np.kron(coarse, np.ones((16, 28, 1), np.float32))[:HEIGHT]
    things = [(random.uniform(0, WIDTH), random.uniform(0, HEIGHT - 20), random.uniform(-40, 40),
               random.integers(0, 255, 3), int(random.integers(10, 26))) for _ in range(objects)]  # fmt: skip

    def frame(seconds: float) -> Frame:
        shift = int(pan * seconds) % wide.shape[1]
        picture = np.roll(wide, -shift, axis=1)[:, :WIDTH].copy()
        for x, y, speed, color, size in things:
            left = int(x + speed * seconds) % (WIDTH - size)
            picture[int(y) : int(y) + size, left : left + size] = color
        if noise:
            place = int(1000 * seconds + seed) * 7919 % (HEIGHT * WIDTH)
            picture += noise * NOISE[place : place + HEIGHT * WIDTH].reshape(HEIGHT, WIDTH, 3)
        return np.clip(picture, 0, 255).astype(np.uint8)

    return frame


Way = Literal["cut", "dissolve", "black"]


@dataclass(frozen=True, slots=True)
class Shot:
    """`way`: how it comes after the one before; a transition takes `over` seconds, which belong to this one."""

    scene: Scene
    seconds: float
    way: Way = "cut"
    over: float = 0.0


@dataclass(frozen=True, slots=True)
class Transition:
    """From `begin` to `end` seconds; a cut has no length."""

    begin: float
    end: float


def timeline(shots: Sequence[Shot], rate: float) -> Iterator[tuple[float, Frame]]:
    for number in range(round(rate * sum(shot.seconds for shot in shots))):
        seconds = number / rate
        yield seconds, _at(shots, seconds)


def enlarged(frames: Iterator[tuple[float, Frame]], times: int) -> Iterator[tuple[float, Frame]]:
    for seconds, frame in frames:
        yield seconds, frame.repeat(times, axis=0).repeat(times, axis=1)


def transitions(shots: Sequence[Shot]) -> list[Transition]:
    begins = np.cumsum([0.0, *(shot.seconds for shot in shots)])
    return [Transition(begin, begin + shot.over) for begin, shot in zip(begins[1:-1], shots[1:], strict=True)]


def _at(shots: Sequence[Shot], seconds: float) -> Frame:
    begin = 0.0
    for index, shot in enumerate(shots):
        if seconds < begin + shot.seconds - 1e-9 or index == len(shots) - 1:
            now = shot.scene(seconds - begin)
            into = seconds - begin
            if shot.way == "cut" or into >= shot.over or not index:
                return now
            before = shots[index - 1].scene(shots[index - 1].seconds + into)
            share = into / shot.over
            if shot.way == "dissolve":
                return _mixed(before, now, share)
            black = np.zeros_like(now)
            return _mixed(before, black, 2 * share) if share < 0.5 else _mixed(black, now, 2 * share - 1)
        begin += shot.seconds
    raise AssertionError


def _mixed(one: Frame, other: Frame, share: float) -> Frame:
    return np.clip(one * (1 - share) + other.astype(np.float32) * share, 0, 255).astype(np.uint8)


def video_file(
    path: Path, frames: Iterator[tuple[float, Frame]] | Sequence[tuple[float, Frame]], codec: str = "libx264",
    rate: int = 25, turned: int = 0, gop: int = 0,
) -> Path:  # fmt: skip
    """`frames` with their times, which need not be even. `turned`: degrees that a player is to rotate it."""
    with av.open(str(path), "w") as container:
        stream: VideoStream | None = None
        for seconds, picture in frames:
            if stream is None:
                added = container.add_stream(codec, rate=rate)
                assert isinstance(added, VideoStream)
                stream = added
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.codec_context.time_base = TIME_BASE
                if codec == "libx264":
                    stream.options = {"preset": "ultrafast", "crf": "18"}
                if gop:
                    stream.codec_context.gop_size = gop
                if turned:
                    stream.set_display_rotation(turned)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(seconds / TIME_BASE), TIME_BASE
            container.mux(stream.encode(frame))
        assert stream is not None
        container.mux(stream.encode(None))
    return path


def without_length(source: Path, place: Path) -> Path:
    """The same video as a browser writes it while it records: its header does not say how long it is."""
    with av.open(str(source)) as read, av.open(str(place), "w", format="matroska", options={"live": "1"}) as written:
        (stream,) = read.streams.video
        copied = written.add_stream_from_template(stream)
        for packet in read.demux(stream):
            if packet.dts is not None:
                packet.stream = copied
                written.mux(packet)
    return place
