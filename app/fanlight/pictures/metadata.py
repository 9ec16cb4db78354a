"""Removes metadata from a picture file: places, times, devices, comments, thumbnails, trailing data.

Pixels are not touched. What is needed to show them right stays: the color profile and, as the only EXIF entry, the
orientation.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP mDCV cLLI".split())
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"))


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
                return _avif(data)
            case _:
                return None
    except (ValueError, IndexError, struct.error):
        return None


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
        if _jpeg_keeps(marker, data[start + 2 : start + 16]):
            yield data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Position of the next marker after entropy-coded data, in which 0xFF 0x00 and restarts are not markers. (A regular
    expression takes ten times as long and holds the GIL.)"""
    while (at := data.find(b"\xff", at)) >= 0:
        follower = data[at + 1]
        if follower == 0xFF:
            at += 1
        elif follower == 0 or 0xD0 <= follower <= 0xD7:
            at += 2
        else:
            return at
    raise ValueError("no end")


def _jpeg_keeps(marker: int, head: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return (
            (marker == 0xE0 and head.startswith(b"JFIF\0"))
            or (marker == 0xE2 and head.startswith(b"ICC_PROFILE\0"))
            or (marker == 0xEE and head.startswith(b"Adobe"))
        )
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
        if name == b"acTL":
            raise ValueError("an animation, whose first frame may be another than the still picture")
        if name in _PNG_KEPT:
            yield data[at:end]
        if name == b"IHDR" and orientation != 1:
            block = b"eXIf" + _orientation_only(orientation)
            yield struct.pack(">I", len(block) - 4) + block + struct.pack(">I", zlib.crc32(block))
        if name == b"IEND":
            return
        at = end


def _webp(data: bytes, orientation: int) -> bytes:
    parts: list[bytes] = []
    at, limit = 12, min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    extended = False
    while at + 8 <= limit:
        name, size = struct.unpack_from("<4sI", data, at)
        end = at + 8 + size + (size & 1)
        if at + 8 + size > len(data):
            raise ValueError("a chunk is cut off")
        chunk = data[at:end]
        if name == b"VP8X":
            extended = True
            chunk = chunk[:8] + bytes([chunk[8] & 0b11110011 | (0b1000 if orientation != 1 else 0)]) + chunk[9:]
        if name in _WEBP_KEPT:
            parts.append(chunk)
        at = end
    if orientation != 1:
        if not extended:
            raise ValueError("no place for an orientation")
        block = _orientation_only(orientation)
        parts.append(struct.pack("<4sI", b"EXIF", len(block)) + block)
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _avif(data: bytes) -> bytes:
    """Keeps offsets valid: EXIF and XMP items get an unused type, and their bytes become zeros. (The orientation of an
    AVIF is a property of its picture, not EXIF.)"""
    meta = _box(data, 0, len(data), b"meta")
    inside = meta[0] + 4, meta[1]
    clean = bytearray(data)
    private = set()
    for number, at in _items(data, *_box(data, *inside, b"iinf")):
        if data[at : at + 4] in (b"Exif", b"mime", b"uri "):
            private.add(number)
            clean[at : at + 4] = b"free"
    if private:
        within = _box(data, *inside, b"idat")[0] if b"idat" in data[inside[0] : inside[1]] else 0
        for number, start, size in _extents(data, _box(data, *inside, b"iloc")[0], within):
            if number in private:
                if start + size > len(data):
                    raise ValueError("an item is cut off")
                clean[start : start + size] = bytes(size)
    return bytes(clean)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of content, end)"""
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start
        if size < head or start + size > end:
            raise ValueError("a box is cut off")
        yield name, start + head, start + size
        start += size


def _box(data: bytes, start: int, end: int, name: bytes) -> tuple[int, int]:
    for found, begin, stop in _boxes(data, start, end):
        if found == name:
            return begin, stop
    raise ValueError("a box is missing")


def _items(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(item number, position of its four-letter type)"""
    first = start + (6 if data[start] == 0 else 8)
    for name, begin, _ in _boxes(data, first, end):
        if name != b"infe" or data[begin] not in (2, 3):
            raise ValueError("an item entry of an unknown version")
        wide = data[begin] == 3
        number = struct.unpack_from(">I" if wide else ">H", data, begin + 4)[0]
        yield number, begin + (10 if wide else 8)


def _extents(data: bytes, at: int, idat: int) -> Iterator[tuple[int, int, int]]:
    """(item number, start in the file, size)"""
    version = data[at]
    sizes = data[at + 4] >> 4, data[at + 4] & 15, data[at + 5] >> 4, (data[at + 5] & 15) if version else 0
    at += 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(data[at - size : at], "big")

    for _ in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        method = number(2) & 15 if version else 0
        if method > 1:
            raise ValueError("an item made of items")
        number(2)
        base = number(sizes[2]) + (idat if method == 1 else 0)
        for _ in range(number(2)):
            number(sizes[3])
            offset = number(sizes[0])
            yield item, base + offset, number(sizes[1])
