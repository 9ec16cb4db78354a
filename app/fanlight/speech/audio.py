"""Audio as the decoder wants it: float32, mono, 16,000 samples a second, from whatever a device or a file gives."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import soxr

from fanlight.domain.speech import SAMPLE_RATE, Samples

Audio = npt.NDArray[np.float32]

SILENT_DBFS = -120.0
"""What `level_dbfs` calls digital silence."""
FLOOR_DBFS = -75.0
"""Softer than this nobody speaks: a muted or dead microphone. The pauses inside soft speech are above."""

_SPEECH_DBFS, _MOST_GAIN = -23.0, 100.0
_CANCELLED = 0.3
"""Channels whose mean has less than this share of the loudest channel's energy cancel each other, or all but one are
dead (one of two: 0.25). Then the loudest is heard alone."""
_MEMORY_SECONDS = 0.5


def as_audio(samples: Samples) -> Audio:
    """The samples as an array, not copied where they are one. Shape (n,)."""
    return np.asarray(samples, dtype=np.float32)


def silence(seconds: float) -> Audio:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def level_dbfs(audio: Audio) -> float:
    """Root mean square in decibels; a full-scale square wave is 0, digital silence SILENT_DBFS."""
    if not len(audio):
        return SILENT_DBFS
    return _decibels(float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))))


def normalize_level(audio: Audio) -> Audio:
    """As loud as speech usually is recorded, peaks below full scale: what is heard then does not depend on a volume
    knob. Whisper's own spectrum is not free of it. After the gates, never before: noise would be made loud too."""
    peak = float(np.max(np.abs(audio), initial=0.0))
    if peak == 0:
        return audio
    gain = min(10 ** ((_SPEECH_DBFS - level_dbfs(audio)) / 20), 1 / peak, _MOST_GAIN)
    return (audio * np.float32(gain)).astype(np.float32)


class MonoMixer:
    """Several channels become one, block by block. The mean, unless channels cancel out or are dead."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._each: npt.NDArray[np.float64] | None = None
        self._mean = 0.0

    def take(self, block: Audio) -> Audio:
        """`block` has shape (samples, channels); the result (samples,)."""
        if block.shape[1] == 1 or not len(block):
            return np.ascontiguousarray(block[:, 0]) if block.shape[1] else np.zeros(len(block), np.float32)
        mean: Audio = block.mean(axis=1, dtype=np.float32)
        keep = math.exp(-len(block) / (self._rate * _MEMORY_SECONDS))
        energies = np.square(block, dtype=np.float64).sum(axis=0)
        if self._each is None:
            self._each = np.zeros(block.shape[1])
        self._each = keep * self._each + energies
        self._mean = keep * self._mean + float(np.square(mean, dtype=np.float64).sum())
        loudest = int(np.argmax(self._each))
        if self._mean < _CANCELLED * self._each[loudest]:
            return np.ascontiguousarray(block[:, loudest])
        return mean


class Resampler:
    """A device's or file's blocks become 16 kHz mono. Any rate and number of channels; up to 35 ms stay inside until
    `flush`."""

    def __init__(self, rate: int, channels: int = 1) -> None:
        if rate < 1 or channels < 1:
            raise ValueError(f"no device has {rate} samples a second on {channels} channels")
        self.channels = channels
        self._mono = MonoMixer(rate)
        self._resampler = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")

    def take(self, block: bytes | Audio) -> Audio:
        """Raw interleaved float32, or an array of shape (samples,) or (samples, channels)."""
        array = np.frombuffer(block, np.float32) if isinstance(block, bytes) else np.asarray(block, np.float32)
        mono = self._mono.take(np.nan_to_num(array.reshape(-1, self.channels), posinf=1.0, neginf=-1.0))
        return mono if self._resampler is None else self._resampler.resample_chunk(mono)

    def flush(self) -> Audio:
        """What the resampler still held. Nothing can be taken afterwards."""
        nothing = np.zeros(0, np.float32)
        return nothing if self._resampler is None else self._resampler.resample_chunk(nothing, last=True)


def resampled(audio: Audio, rate: int) -> Audio:
    """A whole recording of shape (samples,) or (samples, channels)."""
    intake = Resampler(rate, audio.shape[1] if audio.ndim == 2 else 1)
    return np.concatenate([intake.take(audio), intake.flush()])


def _decibels(amplitude: float) -> float:
    return max(SILENT_DBFS, 20 * math.log10(amplitude)) if amplitude > 0 else SILENT_DBFS
