"""Audio as the decoder needs it: float32, mono, 16,000 samples a second, converted from a device's or file's format."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import soxr

from fanlight.domain.audio import SILENT_DBFS
from fanlight.domain.speech import SAMPLE_RATE, Samples

Audio = npt.NDArray[np.float32]

FLOOR_DBFS = -75.0
"""Below any speech: the level of a muted or dead microphone. The pauses inside soft speech are above it."""

_SPEECH_DBFS, _MOST_GAIN = -23.0, 10_000.0
_CANCELLED = 0.3
"""Channels that have nothing in common keep 1/n of their mean energy in their mean, equal ones all of it. Where it is
less than this share of that 1/n, they cancel each other."""
_DEAD = 1e-6
"""A channel this much weaker than the loudest has no microphone behind it."""
_MEMORY_SECONDS = 0.5
_MEAN_SECONDS = 0.2
"""A mean over so long holds direct current and what is below 5 Hz, no voice."""


def as_audio(samples: Samples) -> Audio:
    """The samples as an array of shape (n,), without a copy where they are one."""
    return np.asarray(samples, dtype=np.float32)


def silence(seconds: float) -> Audio:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def level_dbfs(audio: Audio) -> float:
    """Root mean square in decibels: 0 for a full-scale square wave, SILENT_DBFS for digital silence."""
    if not len(audio):
        return SILENT_DBFS
    return _decibels(float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))))


def normalize_level(audio: Audio) -> Audio:
    """Scaled to the usual level of recorded speech, peaks below full scale: Whisper's log-mel, and so its text, depends
    on the level, and a direct current would be the loudest part of it. For use behind the VAD: it would amplify noise,
    too."""
    audio = DirectCurrentFilter().filtered(audio)
    peak = float(np.max(np.abs(audio), initial=0.0))
    if peak == 0:
        return audio
    gain = min(10 ** ((_SPEECH_DBFS - level_dbfs(audio)) / 20), 1 / peak, _MOST_GAIN)
    return (audio * np.float32(gain)).astype(np.float32)


class DirectCurrentFilter:
    """Removes a stream's direct current: from each sample the mean of the last 0.2 s."""

    def __init__(self) -> None:
        self._before = np.zeros(0, np.float32)

    def filtered(self, audio: Audio) -> Audio:
        """The same samples around zero, shape (n,). In many blocks the result is that of one, to rounding."""
        count = round(_MEAN_SECONDS * SAMPLE_RATE)
        whole = np.concatenate([self._before, audio])
        sums = np.concatenate([[0.0], np.cumsum(whole, dtype=np.float64)])
        ends = np.arange(len(self._before) + 1, len(whole) + 1)
        begins = np.maximum(0, ends - count)
        self._before = whole[-count:]
        return np.asarray(audio - (sums[ends] - sums[begins]) / (ends - begins), np.float32)


class MonoMixer:
    """Mixes several channels to one, block by block. Of a layout with a center (a film's), the center, as soon as it
    has sound: there is the speech. Otherwise the mean of the channels that are not dead; the loudest alone where they
    cancel each other."""

    def __init__(self, rate: int, names: Sequence[str] = ()) -> None:
        """`names`: the channels' names as FFmpeg has them."""
        self._rate = rate
        self._center = names.index("FC") if len(names) > 2 and "FC" in names else None
        self._spoken = [name != "LFE" for name in names]
        self._center_heard = False
        self._energies: npt.NDArray[np.float64] | None = None
        self._mean_energy = 0.0

    def mix(self, block: Audio) -> Audio:
        """Shape (samples, channels) to (samples,)."""
        if block.shape[1] == 1 or not len(block):
            return np.ascontiguousarray(block[:, 0]) if block.shape[1] else np.zeros(len(block), np.float32)
        if self._center is not None:
            self._center_heard |= level_dbfs(block[:, self._center]) > FLOOR_DBFS
            if self._center_heard:
                return np.ascontiguousarray(block[:, self._center])
        if self._spoken and not all(self._spoken):
            block = block[:, self._spoken]
        return self._mean(block)

    def _mean(self, block: Audio) -> Audio:
        keep = math.exp(-len(block) / (self._rate * _MEMORY_SECONDS))
        if self._energies is None:
            self._energies = np.zeros(block.shape[1])
        self._energies = keep * self._energies + np.square(block, dtype=np.float64).sum(axis=0)
        live = self._energies > _DEAD * self._energies.max()
        if not live.any():
            return np.zeros(len(block), np.float32)
        mean: Audio = block[:, live].mean(axis=1, dtype=np.float32)
        self._mean_energy = keep * self._mean_energy + float(np.square(mean, dtype=np.float64).sum())
        unlike = float(self._energies.sum()) / int(live.sum()) ** 2
        if self._mean_energy < _CANCELLED * unlike:
            return np.ascontiguousarray(block[:, int(np.argmax(self._energies))])
        return mean


class Resampler:
    """Converts a stream of blocks to 16 kHz mono, from any rate and number of channels. Up to 35 ms stay inside until
    `flush`."""

    def __init__(self, rate: int, channels: int = 1, names: Sequence[str] = ()) -> None:
        """`names`: the channels' names as FFmpeg has them, where they are known."""
        if rate < 1 or channels < 1:
            raise ValueError(f"no device has {rate} samples a second on {channels} channels")
        self.channels = channels
        self._mixer = MonoMixer(rate, names)
        self._resampler = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")

    def resample(self, block: bytes | Audio) -> Audio:
        """Raw interleaved float32, or an array of shape (samples,) or (samples, channels), to shape (n,)."""
        array = np.frombuffer(block, np.float32) if isinstance(block, bytes) else np.asarray(block, np.float32)
        mono = self._mixer.mix(np.nan_to_num(array.reshape(-1, self.channels), posinf=1.0, neginf=-1.0))
        return mono if self._resampler is None else self._resampler.resample_chunk(mono)

    def flush(self) -> Audio:
        """The rest inside the resampler; the stream is over then."""
        nothing = np.zeros(0, np.float32)
        return nothing if self._resampler is None else self._resampler.resample_chunk(nothing, last=True)


def resampled(audio: Audio, rate: int) -> Audio:
    """A whole recording of shape (samples,) or (samples, channels)."""
    resampler = Resampler(rate, audio.shape[1] if audio.ndim == 2 else 1)
    return np.concatenate([resampler.resample(audio), resampler.flush()])


def _decibels(amplitude: float) -> float:
    return max(SILENT_DBFS, 20 * math.log10(amplitude)) if amplitude > 0 else SILENT_DBFS
