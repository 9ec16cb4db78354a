"""What Pillow does not do for PNG files: it refuses a picture for trouble in chunks that no pixel needs, and compares
transparent colors in another depth than the file's."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin

from fanlight.pictures.colours import eight_bits

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_PROFILE = 16 * 2**20
# Pillow takes 1 MB of an ICC profile; those of presses are larger. Text is dropped before Pillow sees the file.
PngImagePlugin.MAX_TEXT_CHUNK = LARGEST_PROFILE

_NEEDED = (b"IHDR", b"PLTE", b"IDAT")
_XMP = b"XML:com.adobe.xmp\0\0\0\0\0"
"""Keyword and fields of an uncompressed iTXt chunk, which may hold the orientation."""


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def mended(data: bytes) -> bytes:
    """The still picture's chunks that are sound, and an end mark. What is missing or damaged among those that pixels
    need stays so, for the decoder to find."""
    return b"".join(_mended(data))


def transparent(image: Image.Image, data: bytes) -> Image.Image:
    """A loaded picture, with its one transparent color (tRNS) compared in the file's own depth, as PNG's specification
    says (11.3.2.1)."""
    value = image.info.get("transparency")
    depth, colours = data[24], data[25]
    if colours == 0 and depth in (2, 4) and isinstance(value, int):
        image.info["transparency"] = value * (255 // (2**depth - 1))
    elif depth == 16 and colours == 0 and isinstance(value, int):
        return _masked(image, _equals(image, value))
    elif depth == 16 and colours == 2 and isinstance(value, tuple):
        return _masked(image, _equals_rgb(image, _low_bytes(data), value))
    return image


def _mended(data: bytes) -> Iterator[bytes]:
    yield SIGNATURE
    at, colours, seen = 8, 0, set()
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        body, crc = data[at + 8 : at + 8 + size], data[at + 8 + size : at + 12 + size]
        if name == b"IEND":
            break
        if name == b"IHDR":
            colours = body[9] if len(body) > 9 else 0
        if name in _NEEDED:
            yield data[at : at + 12 + size] if len(crc) == 4 else chunk(name, body)
        elif name not in seen and crc == struct.pack(">I", zlib.crc32(name + body)) and _is_sound(name, body, colours):
            seen.add(name)
            yield data[at : at + 12 + size]
        at += 12 + size
    yield chunk(b"IEND", b"")


def _is_sound(name: bytes, body: bytes, colours: int) -> bool:
    if name == b"tRNS":
        return len(body) in {0: (2,), 2: (6,), 3: range(1, 257)}.get(colours, ())
    rule = _RULES.get(name)
    return rule is not None and rule(body)


def _is_profile(body: bytes) -> bool:
    name, _, rest = body.partition(b"\0")
    if not name or rest[:1] != b"\0":  # the only compression there is
        return False
    inflate = zlib.decompressobj()
    try:
        inflate.decompress(rest[1:], LARGEST_PROFILE)
    except zlib.error:
        return False
    return inflate.eof


def _sized(*sizes: int) -> Callable[[bytes], bool]:
    return lambda body: len(body) in sizes


_RULES: dict[bytes, Callable[[bytes], bool]] = {
    b"gAMA": _sized(4),
    b"cHRM": _sized(32),
    b"sRGB": _sized(1),
    b"sBIT": _sized(1, 2, 3, 4),
    b"cICP": _sized(4),
    b"mDCV": _sized(24),
    b"cLLI": _sized(8),
    b"iCCP": _is_profile,
    b"eXIf": lambda body: len(body) >= 8,
    b"iTXt": lambda body: body.startswith(_XMP),
}


def _low_bytes(data: bytes) -> Image.Image:
    """The lower byte of each 16-bit value: Pillow's little-endian reader takes the other one of two."""
    image = PngImagePlugin.PngImageFile(BytesIO(data))
    image.tile = [tile._replace(args="RGB;16L") for tile in image.tile]
    image.load()
    return image


def _equals(image: Image.Image, value: int) -> Any:
    import numpy as np

    return np.asarray(image) == value


def _equals_rgb(high: Image.Image, low: Image.Image, value: tuple[int, ...]) -> Any:
    import numpy as np

    wanted = np.array(value, np.uint16)
    return ((np.asarray(high) == wanted >> 8) & (np.asarray(low) == (wanted & 255))).all(axis=2)


def _masked(image: Image.Image, hidden: Any) -> Image.Image:
    import numpy as np

    image.info.pop("transparency", None)
    opaque = eight_bits(image, sixteen=True)
    opaque.putalpha(Image.fromarray(np.where(hidden, 0, 255).astype(np.uint8)))
    opaque.info = image.info
    return opaque
