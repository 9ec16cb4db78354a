"""What a recording looks like, small: how loud it is from its beginning to its end."""

from __future__ import annotations

import numpy as np

from fanlight.domain.messages import Image
from fanlight.domain.sounds import Sound

_SHAPE = 0.55
"""Its height as a share of its width."""
_PAPER, _INK = 255, 110
_BARS, _LEAST = 40, 0.05


def waveform(sound: Sound, side: int) -> Image:
    """`side` pixels wide: a bar for each fortieth of the recording, as high as its loudest sample is beside the loudest
    one of all. Milliseconds for minutes, on any thread."""
    loud = np.abs(np.frombuffer(sound.pcm, "<i2").astype(np.float32))
    starts = np.unique(np.arange(_BARS) * len(loud) // _BARS)
    peaks = np.maximum.reduceat(loud, starts)
    shares = np.maximum(peaks / max(float(peaks.max()), 1.0), _LEAST)
    height, margin = max(8, round(side * _SHAPE)), side // 14
    pixels = np.full((height, side, 3), _PAPER, np.uint8)
    step = (side - 2 * margin) / len(shares)
    for number, share in enumerate(shares):
        left = margin + round(number * step)
        half = max(1, round((height / 2 - margin) * float(share)))
        pixels[height // 2 - half : height // 2 + half, left : left + max(1, round(step * 0.6))] = _INK
    return Image.of(side, height, pixels.tobytes())
