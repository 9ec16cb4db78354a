"""The pages that a write-ahead log holds, for a database that SQLite itself does not open any more."""

from __future__ import annotations

import struct
from pathlib import Path

_HEADER, _FRAME = 32, 24
_MAGICS = {0x377F0682: "<", 0x377F0683: ">"}
"""The byte order in which checksums are computed."""

_Sums = tuple[int, int]


def newer_pages(log: Path, page_size: int) -> dict[int, bytes]:
    """Page number -> content as of the last commit in `log`; empty where it is missing, damaged from its start on, or
    of another page size. Raises OSError."""
    data = _read(log)
    if len(data) < _HEADER:
        return {}
    magic, _version, size, _number, salt_1, salt_2, sum_1, sum_2 = struct.unpack(">8I", data[:_HEADER])
    order = _MAGICS.get(magic)
    if order is None or size != page_size or _add(data[:24], (0, 0), order) != (sum_1, sum_2):
        return {}
    sums: _Sums = (sum_1, sum_2)
    committed: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    for start in range(_HEADER, len(data) - _FRAME - size + 1, _FRAME + size):
        number, pages_after, one, two, *expected = struct.unpack(">6I", data[start : start + _FRAME])
        page = data[start + _FRAME : start + _FRAME + size]
        sums = _add(page, _add(data[start : start + 8], sums, order), order)
        if (one, two) != (salt_1, salt_2) or sums != tuple(expected):
            break
        pending[number] = page
        if pages_after:  # the last frame of a transaction
            committed |= pending
            pending = {}
    return committed


def holds_transactions(log: Path) -> bool:
    """Whether anything was ever written to its end there, or that cannot be told: a process that was killed while it
    made its database leaves a log without. Raises OSError."""
    data = _read(log)
    if len(data) < _HEADER:
        return False
    magic, _version, size = struct.unpack(">3I", data[:12])
    if magic not in _MAGICS or size < 512:
        return True
    starts = range(_HEADER, len(data) - _FRAME + 1, _FRAME + size)
    return any(struct.unpack_from(">I", data, start + 4)[0] for start in starts)


def _read(log: Path) -> bytes:
    """Empty where there is none: a program that closes the database may remove it at any moment. Raises OSError."""
    try:
        return log.read_bytes()
    except FileNotFoundError:
        return b""


def _add(data: bytes, sums: _Sums, order: str) -> _Sums:
    """SQLite's checksum, carried on over `data`."""
    first, second = sums
    numbers = struct.unpack(f"{order}{len(data) // 4}I", data)
    for i in range(0, len(numbers), 2):
        first = (first + numbers[i] + second) & 0xFFFFFFFF
        second = (second + numbers[i + 1] + first) & 0xFFFFFFFF
    return first, second
