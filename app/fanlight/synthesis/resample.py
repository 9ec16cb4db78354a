"""Linear interpolation to another sample rate, in plain Python, for devices that take only their own. A sound server
or the system converts by itself."""

from __future__ import annotations

from array import array

from fanlight.synthesis.backend import Pcm


def at_rate(pcm: Pcm, rate: int) -> Pcm:
    """The sound with `rate` samples a second."""
    if pcm.rate == rate or not pcm.data:
        return Pcm(rate, pcm.data)
    samples = array("h", pcm.data)
    last = len(samples) - 1
    count = max(1, len(samples) * rate // pcm.rate)
    out = array("h", bytes(2 * count))
    for i in range(count):
        at, part = divmod(i * pcm.rate, rate)
        left = samples[min(at, last)]
        out[i] = left + (samples[min(at + 1, last)] - left) * part // rate
    return Pcm(rate, out.tobytes())
