"""PNG files as Xcode packs them for Apple's programs."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from fanlight.pictures.png import SIGNATURE, chunk

PREMULTIPLIED, SKIPPED = b"\x50\0\x20\x02", b"\x50\0\x20\x06"


def for_apple(
    pixels: NDArray[np.uint8], flags: bytes = PREMULTIPLIED, *extra: bytes, pieces: int = 1, header: bool = False
) -> bytes:
    """`pixels`: RGB or RGBA, as they are to be seen."""
    height, width, channels = pixels.shape
    stored = pixels[..., [2, 1, 0, *range(3, channels)]].astype(np.uint16)
    if channels == 4:
        stored[..., :3] = (stored[..., :3] * stored[..., 3:] + 127) // 255
    rows = b"".join(b"\0" + row.astype(np.uint8).tobytes() for row in stored)
    packed = zlib.compress(rows) if header else zlib.compress(rows)[2:-4]
    size = len(packed) // pieces + 1
    parts = [chunk(b"IDAT", packed[at : at + size]) for at in range(0, len(packed), size)]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6 if channels == 4 else 2, 0, 0, 0))
    return b"".join((SIGNATURE, chunk(b"CgBI", flags), head, *extra, *parts, chunk(b"IEND", b"")))
