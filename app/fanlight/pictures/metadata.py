"""Removes metadata from a picture file: places, times, devices, comments, thumbnails, trailing data.

Pixels are not touched. What is needed to show them right stays: the color profile and, as the only EXIF entry, the
orientation.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from fanlight.pictures.metadata_avif import stripped_avif

_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP mDCV cLLI".split())
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"))
_WEBP_FRAME = (b"ALPH", b"VP8 ", b"VP8L")
WITHOUT_CODING = ("png", "jpeg", "webp", "avif")
"""Formats whose files are kept without their metadata, the pixels as they are coded."""


def stripped(data: bytes, kind: str, orientation: int = 1) -> bytes | None:
    """`data` without metadata; None where that needs encoding the pixels again."""
    try:
        match kind:
            case "jpeg":
                return b"".join(_jpeg(data, orientation))
            case "png":
                return b"".join(_png(data, orientation))
            case "webp":
                return _webp(data, orientation)
            case "avif":
                return stripped_avif(data)
            case _:
                return None
    except (ValueError, IndexError, struct.error):
        return None


class _NoEnd(ValueError):
    pass


def lacks_end(data: bytes) -> bool:
    """Whether a JPEG's last scan goes on to the end of the file."""
    if data.endswith(b"\xff\xd9"):
        return False
    try:
        for _segment in _jpeg(data, 1):
            pass
    except _NoEnd:
        return True
    except (ValueError, IndexError, struct.error):
        return False
    return False


def _orientation_only(orientation: int) -> bytes:
    """An EXIF block with one entry."""
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + b"\0\0\0\0"


def _jpeg(data: bytes, orientation: int) -> Iterator[bytes]:
    """Keeps APP0 (JFIF), APP2 with a color profile and APP14 (the meaning of CMYK); other APPn and comments are
    removed."""
    yield data[:2]
    if orientation != 1:
        block = b"Exif\0\0" + _orientation_only(orientation)
        yield b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    at = 2
    while True:
        found = _JPEG_MARKER.match(data, at)
        if not found:
            raise ValueError("no marker where one belongs")
        marker, start = found[1][0], found.end()
        if marker == 0xD9:
            yield b"\xff\xd9"
            return
        end = start + struct.unpack_from(">H", data, start)[0]
        if end > len(data) or end < start + 2:
            raise ValueError("a segment is cut off")
        if marker == 0xDA:
            after = _end_of_scan(data, end)
            yield data[at:after]
            at = after
            continue
        if marker == 0xE0 and data.startswith(b"JFIF\0", start + 2) and end - start >= 16:
            yield b"\xff\xe0\0\x10" + data[start + 2 : start + 14] + b"\0\0"  # without its thumbnail
        elif _jpeg_keeps(marker, data[start + 2 : start + 16]):
            yield data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Position of the next marker after entropy-coded data, in which 0xFF 0x00 and restarts are not markers. (A regular
    expression takes ten times as long and holds the GIL.)"""
    while (at := data.find(b"\xff", at)) >= 0:
        if at + 1 == len(data):
            break
        follower = data[at + 1]
        if follower == 0xFF:
            at += 1
        elif follower == 0 or 0xD0 <= follower <= 0xD7:
            at += 2
        else:
            return at
    raise _NoEnd


def _jpeg_keeps(marker: int, head: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return (marker == 0xE2 and head.startswith(b"ICC_PROFILE\0")) or (marker == 0xEE and head.startswith(b"Adobe"))
    return marker != 0xFE


def _png(data: bytes, orientation: int) -> Iterator[bytes]:
    """Keeps a still picture's chunks; text, times, EXIF and private chunks are removed."""
    yield data[:8]
    at = 8
    while True:
        size, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + size
        if end > len(data):
            raise ValueError("a chunk is cut off")
        if name in _PNG_KEPT:
            yield data[at:end]
        if name == b"IHDR" and orientation != 1:
            block = b"eXIf" + _orientation_only(orientation)
            yield struct.pack(">I", len(block) - 4) + block + struct.pack(">I", zlib.crc32(block))
        if name == b"IEND":
            return
        at = end


def whole_webp(data: bytes) -> bytes:
    """A file that is cut off behind the picture, without what is cut. Raises OSError when the picture is."""
    if int.from_bytes(data[4:8], "little") + 8 <= len(data):
        return data
    try:
        chunks = dict(_webp_chunks(data, 12, len(data)))
    except ValueError:
        chunks = {}
    if not chunks.keys() & {b"VP8 ", b"VP8L", b"ANMF"}:
        raise OSError("truncated")
    content = b"WEBP" + b"".join(_webp_chunk(*each) for each in _webp_chunks(data, 12, len(data)))
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _webp(data: bytes, orientation: int) -> bytes:
    """Raises ValueError."""
    parts: list[bytes] = []
    extended = False
    for name, body in _webp_chunks(data, 12, min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])):
        if name == b"VP8X":
            extended = True
            body = bytes([body[0] & 0b11110011 | (0b1000 if orientation != 1 else 0)]) + body[1:]
        if name == b"ANMF":
            inner = [each for each in _webp_chunks(body, 16, len(body)) if each[0] in _WEBP_FRAME]
            if not inner or inner[-1][0] == b"ALPH":
                raise ValueError("a frame without a picture")  # decoders refuse the whole file
            body = body[:16] + b"".join(_webp_chunk(*each) for each in inner)
        if name in _WEBP_KEPT:
            parts.append(_webp_chunk(name, body))
    if orientation != 1:
        if not extended:
            raise ValueError("no place for an orientation")
        parts.append(_webp_chunk(b"EXIF", _orientation_only(orientation)))
    content = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _webp_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body + bytes(len(body) & 1)


def _webp_chunks(data: bytes, at: int, limit: int) -> Iterator[tuple[bytes, bytes]]:
    """(name, content). A chunk of the picture that is cut off raises ValueError; another one is left out."""
    while at + 8 <= limit:
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data):
            if name in _WEBP_KEPT:
                raise ValueError("a chunk is cut off")
            return
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
