"""Sound and video files, made by FFmpeg's own encoders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.stream import Disposition

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


@dataclass(frozen=True, slots=True)
class Track:
    """Pieces of sound with the second at which each begins."""

    pieces: Sequence[tuple[float, Audio]]
    language: str = ""
    default: bool = False


def muxed(path: Path, *tracks: Track) -> Path:
    with av.open(str(path), "w") as container:
        streams = []
        for track in tracks:
            stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
            assert isinstance(stream, AudioStream)
            if track.language:
                stream.metadata["language"] = track.language
            stream.disposition = Disposition.default if track.default else Disposition(0)
            streams.append(stream)
        blocks = sorted(
            (begin + at / SAMPLE_RATE, number, piece[at : at + 1600])
            for number, track in enumerate(tracks)
            for begin, piece in track.pieces
            for at in range(0, len(piece), 1600)
        )
        for begin, number, samples in blocks:
            frame = AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], "s16", "mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = round(begin * SAMPLE_RATE)
            frame.time_base = Fraction(1, SAMPLE_RATE)
            container.mux(streams[number].encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    return path
