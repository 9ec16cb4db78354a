"""Takes the tail of a room, its reverberation, off recorded speech: weighted prediction error (WPE) on one channel
(Nakatani and others, 2010, doi.org/10.1109/TASL.2010.2052251).

In each band the sound of the last 0.6 s is weighed so that it predicts the present as well as it can, soft moments
counting as much as loud ones, and the prediction is subtracted. Speech itself cannot be predicted from so long ago,
what a room adds to it can. The first 32 ms after a sound are left alone: they belong to the voice.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech.audio import Audio, DirectCurrentFilter

_Spectrum = npt.NDArray[np.complex64]

_FRAME, _HOP = 512, 256
"""Samples: 32 ms and 16 ms."""
_WINDOW = np.sqrt(np.hanning(_FRAME + 1)[:-1]).astype(np.float32)
"""Its square and that of the next frame's add up to 1."""
_DELAY, _LONGEST = 2, 40
"""Frames before the present: the nearest that predict, and how many."""
_FRAMES_EACH = 5
"""Frames of the recording for each weight: with fewer, chance alone predicts."""
_PASSES = 2
"""The weights depend on how loud the result is. A third pass brings a fiftieth of what the first does."""
_SAMPLED = slice(round(300 * _FRAME / SAMPLE_RATE), round(4000 * _FRAME / SAMPLE_RATE), 8)
"""Bands that tell whether there is a room: every eighth of 300 to 4,000 Hz, where voices have their energy."""
_DRY = 0.94
"""More than this share of a band's energy is left, in the mean, of speech without a room: 0.97 to 1 in noise, by
telephone, in pieces of 1 s. Of speech in a room whose sound falls by 60 dB in 0.2 s it is 0.96 to 0.87, in 0.4 s and
more 0.89 to 0.72."""


def dereverberated(audio: Audio) -> Audio:
    """The same speech, as long, as if in a smaller room; `audio` itself where no room is heard. For 10 s of 16 kHz it
    takes 10 ms to see that there is none, else 0.2 s."""
    if len(audio) < _FRAMES_EACH * _FRAME:
        return audio
    bands = _bands(DirectCurrentFilter().filtered(audio))  # a direct current is in each band, and predicts itself
    if not _in_room(bands):
        return audio
    return _signal(np.stack([_without_tail(band) for band in bands]), len(audio))


def _in_room(bands: _Spectrum) -> bool:
    sampled = [(_energy(_without_tail(band)), _energy(band)) for band in bands[_SAMPLED]]
    left = [dry / wet for dry, wet in sampled if wet > 0]
    return bool(left) and float(np.mean(left)) < _DRY


def _without_tail(band: _Spectrum) -> _Spectrum:
    """What the past of one band, shape (frames,), does not predict."""
    frames = len(band)
    count = min(_LONGEST, frames // _FRAMES_EACH)
    padded = np.concatenate([np.zeros(_DELAY + count - 1, np.complex64), band])
    past = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(padded, count)[:frames].T)
    dry = band
    for _ in range(_PASSES):
        weighted = past / _smooth_power(dry)
        correlation, wanted = weighted @ past.conj().T, weighted @ band.conj()
        scale = float(np.trace(correlation).real) / count
        if not scale:
            return band
        correlation[np.diag_indices(count)] += np.float32(1e-5 * scale)
        weights: _Spectrum = np.linalg.solve(correlation, wanted)
        dry = band - weights.conj() @ past
    return dry


def _smooth_power(band: _Spectrum) -> npt.NDArray[np.float32]:
    """The mean of three frames, at least 60 dB below the loudest."""
    power = np.pad(np.square(np.abs(band)), 1, mode="edge")
    smooth = (power[:-2] + power[1:-1] + power[2:]) / 3
    return np.asarray(np.maximum(smooth, 1e-6 * smooth.max() + 1e-20), np.float32)


def _energy(band: _Spectrum) -> float:
    return float(np.sum(np.square(np.abs(band)), dtype=np.float64))


def _bands(audio: Audio) -> _Spectrum:
    """Shape (bands, frames), with silence before and behind so that every sample is in two frames."""
    padded = np.pad(audio, (_FRAME, _FRAME + -len(audio) % _HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP]
    return np.ascontiguousarray(np.fft.rfft(frames * _WINDOW, axis=1).T.astype(np.complex64))


def _signal(bands: _Spectrum, count: int) -> Audio:
    """The first `count` samples that have these bands."""
    frames = (np.fft.irfft(bands.T, _FRAME, axis=1) * _WINDOW).astype(np.float32)
    whole = np.zeros((len(frames) + 1) * _HOP, np.float32)
    whole[:-_HOP] += frames[:, :_HOP].reshape(-1)
    whole[_HOP:] += frames[:, _HOP:].reshape(-1)
    return whole[_FRAME : _FRAME + count]
