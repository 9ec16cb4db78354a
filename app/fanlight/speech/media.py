"""The sound of audio and video files, decoded by FFmpeg's libraries (PyAV) block by block: memory does not grow with
the file. Damaged packets are skipped, as players do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from fanlight.domain.errors import AudioError
from fanlight.domain.languages import code_of
from fanlight.domain.speech import SAMPLE_RATE
from fanlight.i18n import _
from fanlight.speech.audio import Audio, Resampler
from fanlight.speech.media_clock import on_time_line
from fanlight.speech.media_source import SKIPPED_SECONDS, MediaInfo, open_recording
from fanlight.video.containers import FAILURES, open_container, reason_of

BLOCK_SECONDS = 1
_RUN_UP_SECONDS = 1.0
"""Converted before `start`: the resampler's run-up."""
_CONVERTED_SECONDS = 0.5
"""Frames of 20 ms are joined to this before they are resampled: most of the cost is per call."""
_MOST_DAMAGED = 1000
"""Packets in a row that cannot be decoded before the file counts as damaged."""
_LOUDEST, _MANY = 8.0, 0.01
"""Times full scale, which recordings exceed a little; and the share of samples beyond that shows another scale."""
_SCALES = (2.0**15, 2.0**23, 2.0**31)
"""Of whole numbers with 16, 24 and 32 bits."""
_CHANNELS, _RATES = 64, (1_000, 768_000)


def probe(path: Path, file: BinaryIO | None = None, language: str = "") -> MediaInfo:
    """Read the header of `file`, which is called `path`, or of the file there. Raises AudioError for a file that is not
    a recording or has no sound."""
    with _opened(path, file, language) as (container, stream):
        return _described(container, stream)


def blocks(path: Path, start: float = 0.0, file: BinaryIO | None = None, language: str = "") -> Iterator[Audio]:
    """The audio track in `language` (a code of LANGUAGES), else the one a player would play: from `start` seconds of
    the file's time line on, 16 kHz mono, about a second a block; silence where there is no sound. What is before is
    decoded, too (no index is exact; an hour takes some seconds): an empty block for each SKIPPED_SECONDS of it. Raises
    AudioError, also in the middle."""
    waiting: list[Audio] = []
    count = 0
    for piece in _converted(path, start, file, language):
        if not len(piece):
            yield piece
            continue
        waiting.append(piece)
        count += len(piece)
        if count >= BLOCK_SECONDS * SAMPLE_RATE:
            yield np.concatenate(waiting)
            waiting, count = [], 0
    if count:
        yield np.concatenate(waiting)


def _converted(path: Path, start: float, file: BinaryIO | None, language: str) -> Iterator[Audio]:
    """Rate and channels may change inside a file; a resampler for each run of equal frames. An empty piece for each
    SKIPPED_SECONDS before `start`."""
    passed, reported = 0.0, 0.0
    skip: int | None = None
    any_sound = False
    with _opened(path, file, language) as (container, stream):
        for (rate, names), frames in groupby(
            on_time_line(_planar(_frames(container, stream, path)), container), key=_shape
        ):
            any_sound = True
            resampler = Resampler(rate, len(names), names)
            for several in _in_range(_batches(frames)):
                if skip is None and passed + len(several) / rate <= start - _RUN_UP_SECONDS:
                    passed += len(several) / rate
                    if passed - reported >= SKIPPED_SECONDS:
                        reported = passed
                        yield np.zeros(0, np.float32)
                    continue
                skip = round((start - passed) * SAMPLE_RATE) if skip is None else skip
                piece = resampler.resample(several)
                piece, skip = piece[skip:], max(0, skip - len(piece))
                if len(piece):
                    yield piece
            if len(rest := resampler.flush()[skip or 0 :]):
                yield rest
    if not any_sound:
        raise AudioError(_("{file} has no sound that can be decoded.").format(file=path.name))


def _shape(frame: AudioFrame) -> tuple[int, tuple[str, ...]]:
    return frame.sample_rate, tuple(channel.name for channel in frame.layout.channels)


def _batches(frames: Iterator[AudioFrame]) -> Iterator[Audio]:
    """Frames joined to about half a second, of shape (samples, channels)."""
    waiting: list[Audio] = []
    count = 0
    for frame in frames:
        waiting.append(np.asarray(frame.to_ndarray(), np.float32))
        count += frame.samples
        if count >= _CONVERTED_SECONDS * frame.sample_rate:
            yield np.ascontiguousarray(np.concatenate(waiting, axis=1).T)
            waiting, count = [], 0
    if waiting:
        yield np.ascontiguousarray(np.concatenate(waiting, axis=1).T)


def _in_range(batches: Iterator[Audio]) -> Iterator[Audio]:
    """Floating-point samples may be anything. What is no number, or a single one far beyond the others, is silence; a
    file on the scale of whole numbers is brought to that of floating-point ones as soon as it is that loud."""
    scale = 1.0
    for batch in batches:
        most = _LOUDEST * scale
        if not -most <= batch.min(initial=0.0) <= batch.max(initial=0.0) <= most:  # also where one is no number
            batch = np.nan_to_num(batch, nan=0.0, posinf=0.0, neginf=0.0)
            beyond = np.abs(batch) > most
            if beyond.mean() > _MANY:
                loudest = np.abs(batch).max()
                scale = next((known for known in _SCALES if loudest <= _LOUDEST * known), float(loudest))
            elif beyond.any():
                batch = np.where(beyond, np.float32(0), batch)
        yield batch if scale == 1.0 else batch / np.float32(scale)


def _frames(container: InputContainer, stream: AudioStream, path: Path) -> Iterator[AudioFrame]:
    damaged = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            for frame in packet.decode():
                if isinstance(frame, AudioFrame):
                    damaged = 0
                    yield frame
        except StopIteration:
            return
        except av.error.EOFError:
            return
        except av.error.InvalidDataError as error:
            damaged += 1
            if damaged > _MOST_DAMAGED:
                raise AudioError(
                    _("{file} is damaged: {reason}.").format(file=path.name, reason=reason_of(error))
                ) from error
        except (av.error.FFmpegError, OSError) as error:
            raise AudioError(
                _("{file} cannot be read to its end: {reason}.").format(file=path.name, reason=reason_of(error))
            ) from error


def _planar(frames: Iterator[AudioFrame]) -> Iterator[tuple[float | None, AudioFrame]]:
    """(time in the file, if it says so; float samples, one row a channel, at the frames' own rate); a new converter
    where the rate or layout changes."""
    converter: AudioResampler | None = None
    shape: tuple[int, str, str] | None = None
    for frame in frames:
        now = (frame.sample_rate, frame.layout.name, frame.format.name)
        if now != shape:
            shape, converter = now, AudioResampler(format="fltp")
        assert converter is not None
        time = frame.time if frame.pts is not None else None
        frame.pts = None
        for converted in converter.resample(frame):
            yield time, converted
            time = None


@contextmanager
def _opened(path: Path, file: BinaryIO | None, language: str) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Only `file` is read: no protocol is left for what a playlist or a header names."""
    if file is None:
        with open_recording(path) as own, _opened(path, own, language) as found:
            yield found
        return
    try:
        container = open_container(file, path.name)
    except FAILURES as error:
        raise AudioError(
            _("{file} is not a recording that Fanlight can read: {reason}.").format(
                file=path.name, reason=reason_of(error)
            )
        ) from error
    with container:
        if not container.streams.audio:
            hint = _("Only the sound of a video is used here. To ask about its pictures, attach it to a question.")
            raise AudioError(_("{file} has no sound.").format(file=path.name), hint)
        stream = _chosen(container, language)
        try:
            _described(container, stream)
        except (ValueError, TypeError) as error:
            raise AudioError(_("{file} has no sound that can be decoded.").format(file=path.name)) from error
        yield container, stream


def _chosen(container: InputContainer, language: str) -> AudioStream:
    tracks = container.streams.audio
    tagged = [track for track in tracks if language and track.language and code_of(track.language) == language]
    default = [track for track in tracks if track.disposition & Disposition.default]
    return (tagged or default or list(tracks))[0]


def _described(container: InputContainer, stream: AudioStream) -> MediaInfo:
    if not stream.codec_context or not _RATES[0] <= stream.rate <= _RATES[1] or not 1 <= stream.channels <= _CHANNELS:
        raise ValueError("no such sound")
    seconds: float | None = None
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / av.time_base
    tracks = container.streams.audio
    return MediaInfo(seconds, stream.channels, len(tracks), list(tracks).index(stream) + 1)
