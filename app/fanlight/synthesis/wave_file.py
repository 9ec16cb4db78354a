"""RIFF WAVE with 16 bits a sample, as speech programs write it. The lengths in its header are not trusted: a program
that writes into a pipe does not know them yet."""

from __future__ import annotations

import struct
import sys
from array import array

from fanlight.domain.errors import SpeakerError
from fanlight.i18n import _
from fanlight.synthesis.backend import Pcm

_PCM, _EXTENSIBLE = 1, 0xFFFE


def read_pcm(data: bytes, program: str) -> Pcm:
    """The sound of a WAVE file, several channels mixed to their mean. Raises SpeakerError."""
    at, channels, rate = 12, 0, 0
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        while at + 8 <= len(data):
            name, length = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
            if name == b"fmt " and at + 24 <= len(data):
                kind, channels, rate, _bytes_a_second, _block_align, bits = struct.unpack_from("<HHIIHH", data, at + 8)
                if kind not in (_PCM, _EXTENSIBLE) or bits != 16 or not channels or not rate:
                    break
            elif name == b"data" and channels:
                return Pcm(rate, _mono(data[at + 8 : at + 8 + length], channels))
            at += 8 + length + length % 2
    raise SpeakerError(_("{program} produced no sound that can be played.").format(program=program))


def _mono(data: bytes, channels: int) -> bytes:
    samples = array("h")
    samples.frombytes(data[: len(data) // (2 * channels) * 2 * channels])
    if sys.byteorder == "big":
        samples.byteswap()
    if channels > 1:
        samples = array("h", (sum(samples[i : i + channels]) // channels for i in range(0, len(samples), channels)))
    return samples.tobytes()
