"""PNG files as Xcode packs them for Apple's programs (CgBI): the compressed pixels lack zlib's header and sum, the
channels stand in the order blue, green, red, and they are multiplied by the alpha."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from fanlight.pictures.png import SIGNATURE, chunk

_ZLIB_HEADER = b"\x78\x9c"
_PIECE = 1 << 16
_ALPHA, _NO_ALPHA = 0x1F, (5, 6)
"""In the flags: which alpha there is, and the two values that say that the fourth channel is none."""


def apple_flags(data: bytes) -> int | None:
    """The file's `CGBitmapInfo`; None for any other PNG."""
    return int.from_bytes(data[16:20], "big") if data[12:16] == b"CgBI" else None


def header(data: bytes) -> tuple[int, int, int, int]:
    """(width, height, bits of a channel, kind of colors) of a mended file. Raises ValueError where it has none."""
    if data[12:16] != b"IHDR":
        raise ValueError("no header")
    width, height, depth, colours = struct.unpack_from(">IIBB", data, 16)
    return width, height, depth, colours


def rewrapped(data: bytes) -> bytes:
    """A mended file with its pixels compressed as everywhere else. They are inflated for their sum. Raises OSError
    where some are missing, ValueError, and zlib.error."""
    width, height, _depth, _colours = header(data)
    chunks = list(_chunks(data))
    packed = b"".join(body for name, body in chunks if name == b"IDAT")
    try:
        packed = _wrapped(packed, most=(8 * width + 16) * height + 4096)
    except zlib.error:
        zlib.decompressobj().decompress(packed, 1)  # some tools leave the compression as it was
    others = [(name, body) for name, body in chunks if name not in (b"IDAT", b"IEND")]
    pixels = next((number for number, (name, _body) in enumerate(chunks) if name == b"IDAT"), len(others))
    ordered = [*others[:pixels], (b"IDAT", packed), *others[pixels:], (b"IEND", b"")]
    return SIGNATURE + b"".join(chunk(*each) for each in ordered)


def straightened(image: Image.Image, flags: int) -> Image.Image:
    """A loaded picture in the order red, green, blue, and not multiplied."""
    if image.mode not in ("RGB", "RGBA"):
        return image
    info = image.info
    if image.mode == "RGBA" and flags & _ALPHA in _NO_ALPHA and image.getchannel("A").getextrema() == (0, 0):
        image = image.convert("RGB")  # never filled in
    order = "BGR" if image.mode == "RGB" else "BGRa"
    straight = Image.frombytes(image.mode, image.size, image.tobytes(), "raw", order)
    straight.info = info
    return straight


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        yield name, data[at + 8 : at + 8 + size]
        at += 12 + size


def _wrapped(packed: bytes, most: int) -> bytes:
    """`most`: bytes of all pixels."""
    inflate, total, sum_ = zlib.decompressobj(-zlib.MAX_WBITS), 0, 1
    for at in range(0, len(packed), _PIECE):
        rest = packed[at : at + _PIECE]
        while rest and not inflate.eof:
            pixels = inflate.decompress(rest, 1 << 20)
            sum_, total, rest = zlib.adler32(pixels, sum_), total + len(pixels), inflate.unconsumed_tail
            if total > most:
                raise ValueError("more pixels than the header says")
        if inflate.eof:
            end = min(at + _PIECE, len(packed)) - len(inflate.unused_data)
            return _ZLIB_HEADER + packed[:end] + struct.pack(">I", sum_)
    raise OSError("truncated")
