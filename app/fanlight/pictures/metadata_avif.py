"""Removes metadata from an AVIF: boxes, items and properties that are not needed to show the picture become free space,
filled with zeros, so that all offsets stay valid (ISO/IEC 14496-12, 23008-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_FILE = frozenset((b"ftyp", b"meta", b"mdat", b"free", b"skip"))
_META = frozenset((b"hdlr", b"pitm", b"iloc", b"iinf", b"iprp", b"iref", b"idat", b"grpl", b"free", b"skip"))
_PICTURES = frozenset((b"av01", b"grid", b"iovl", b"tmap", b"sato", b"free"))
"""Types of items."""
_PROPERTIES = frozenset(
    b"ispe pixi av1C colr irot imir clap pasp auxC a1op a1lx lsel clli mdcv cclv amve ndwt reve rloc".split()
)


def stripped_avif(data: bytes) -> bytes:
    """Raises ValueError where it cannot be told what belongs to the picture. (An AVIF is turned without EXIF.)"""
    clean = bytearray(data)
    for name, start, end in _boxes(data, 0, len(data)):
        if name == b"moov":
            raise ValueError("an animation")
        if name not in _FILE:
            _free(clean, start, end)
    meta = _box(data, 0, len(data), b"meta")
    inside = meta[0] + 4, meta[1]
    for name, start, end in _boxes(data, *inside):
        if name not in _META:
            _free(clean, start, end)
    for name, start, end in _boxes(data, *_box(data, *_box(data, *inside, b"iprp"), b"ipco")):
        if name not in _PROPERTIES:
            _free(clean, start, end)
    _without_items(data, clean, inside)
    return bytes(clean)


def _free(clean: bytearray, start: int, end: int) -> None:
    """A box whose content is at `start`; a size of 64 bits stands between its type and that."""
    long = (
        clean[start - 16 : start - 12] == b"\0\0\0\x01" and int.from_bytes(clean[start - 8 : start]) == end - start + 16
    )
    clean[start - (12 if long else 4) : start - (8 if long else 0)] = b"free"
    clean[start:end] = bytes(end - start)


def _without_items(data: bytes, clean: bytearray, inside: tuple[int, int]) -> None:
    private = set()
    for number, at in _items(data, *_box(data, *inside, b"iinf")):
        if data[at : at + 4] not in _PICTURES:
            private.add(number)
            clean[at : at + 4] = b"free"
    if private:
        within = _box(data, *inside, b"idat")[0] if b"idat" in data[inside[0] : inside[1]] else 0
        for number, start, size in _extents(data, _box(data, *inside, b"iloc")[0], within):
            if number in private:
                if start + size > len(data):
                    raise ValueError("an item is cut off")
                clean[start : start + size] = bytes(size)


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
