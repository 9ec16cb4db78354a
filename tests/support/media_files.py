"""Sound and video files, made by FFmpeg's own encoders."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import Audio, resampled


def encoded(
    path: Path, audio: Audio, codec: str, rate: int = 48_000, layout: str = "stereo", video: bool = False
) -> Path:
    """`audio` (16 kHz mono) in the container that the name says; `video` adds a black picture track."""
    samples = resampled(audio, SAMPLE_RATE) if rate == SAMPLE_RATE else _at(audio, rate)
    with av.open(str(path), "w") as container:
        screen = None
        if video:
            screen = container.add_stream("mpeg4", rate=10)
            screen.width = screen.height = 64
            screen.pix_fmt = "yuv420p"
        stream = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, AudioStream)
        channels = 2 if layout == "stereo" else 1
        if screen is not None:
            for i in range(max(1, round(10 * len(audio) / SAMPLE_RATE))):
                picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                picture.pts, picture.time_base = i, Fraction(1, 10)
                container.mux(screen.encode(picture))
            container.mux(screen.encode(None))
        for start in range(0, len(samples), 1024):
            piece = np.repeat(samples[None, start : start + 1024], channels, axis=0)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def mute_video(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _at(audio: Audio, rate: int) -> Audio:
    import soxr

    return np.asarray(soxr.resample(audio, SAMPLE_RATE, rate), np.float32)
