"""JPEG files as libjpeg cannot tell them apart: variants it does not read, and those that only lack their end mark."""

from __future__ import annotations

import struct
from io import BytesIO

from PIL import Image, JpegImagePlugin

from fanlight.i18n import N_

END = b"\xff\xd9"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LOSSLESS = (0xC3, 0xC7, 0xCB, 0xCF, 0xF7)
_HIERARCHICAL = (0xC5, 0xC6, 0xCD, 0xCE)
_FILLER = bytes((0x35, 0xCA, 0x99, 0x6B)) * 64


def unread_variant(data: bytes) -> str | None:
    """What is special about a JPEG that libjpeg is not built for, as a marked text."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _LOSSLESS:
            return N_("lossless")
        if marker in _HIERARCHICAL:
            return N_("hierarchical")
        if marker in _FRAMES:
            return None if data[at + 4] == 8 else N_("more than 8 bits per channel")
        if marker == 0xDA:
            return None
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


def with_end(data: bytes) -> bytes:
    """A file that lacks its end mark, with one. Raises OSError when pixels are missing, too: then what the decoder
    makes up for them depends on what follows."""
    body = data.rstrip(b"\0")
    if body.endswith(b"\xff"):
        body = data[: len(body) + 1] if len(body) < len(data) else body[:-1]
    if _pixels(body + END) != _pixels(body + _FILLER + END):
        raise OSError("truncated")
    return body + END


def _pixels(data: bytes) -> bytes:
    image: Image.Image = JpegImagePlugin.JpegImageFile(BytesIO(data))
    image.load()
    return image.tobytes()
