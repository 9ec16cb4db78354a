"""Rows of an SQLite file read page by page, without its schema, its trees, or its header: what is left of a file whose
structure is damaged. The command `.recover` of SQLite's shell works like this; Python's sqlite3 has nothing of it.

Format: https://www.sqlite.org/fileformat2.html. Everything is checked against its bounds; what does not fit is skipped.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fanlight.store.wal_pages import newer_pages

Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """`values` in the order of the columns. `whole`: the end of the last one is not missing."""

    id: int
    values: tuple[Value, ...]
    whole: bool


_MAGIC = b"SQLite format 3\0"
_TABLE_LEAF = 0x0D
_USUAL_PAGE = 4096
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_MOST_COLUMNS = 64
_LONGEST = 2**30
"""Bytes of a row: SQLite's own limit."""


def rows_on_pages(path: Path) -> Iterator[FoundRow]:
    """Of all tables together, in no order. Raises OSError."""
    data = path.read_bytes() if path.exists() else b""
    size, reserved = _page_format(data)
    pages = _Pages(data, size, size - reserved, newer_pages(path.with_name(path.name + "-wal"), size))
    for number in range(1, pages.count + 1):
        yield from _rows_on_page(pages, number)


@dataclass(frozen=True, slots=True)
class _Pages:
    """`usable`: bytes of a page that hold content; `newer`: pages from the log."""

    data: bytes
    size: int
    usable: int
    newer: dict[int, bytes]

    @property
    def count(self) -> int:
        return max(len(self.data) // self.size, max(self.newer, default=0))

    def page(self, number: int) -> bytes:
        """Empty where there is none; a last page that is cut off is padded."""
        if (newer := self.newer.get(number)) is not None:
            return newer
        return self.data[(number - 1) * self.size : number * self.size] if number > 0 else b""


def _page_format(data: bytes) -> tuple[int, int]:
    """Bytes of a page, and how many at its end are reserved; the usual ones where the header is gone."""
    if data[:16] == _MAGIC and len(data) >= 100:
        size = int.from_bytes(data[16:18], "big")
        size = 65536 if size == 1 else size
        if size >= 512 and size & (size - 1) == 0:
            return size, min(data[20], size - 480)
    return _USUAL_PAGE, 0


def _rows_on_page(pages: _Pages, number: int) -> Iterator[FoundRow]:
    page = pages.page(number)
    start = 100 if number == 1 else 0
    if len(page) < start + 8 or page[start] != _TABLE_LEAF:
        return
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    for i in range(min(count, pages.usable // 4)):
        place = start + 8 + 2 * i
        pointer = int.from_bytes(page[place : place + 2], "big")
        try:
            yield _cell(pages, page, pointer)
        except (ValueError, IndexError, struct.error):
            continue


def _cell(pages: _Pages, page: bytes, at: int) -> FoundRow:
    """The row of the cell there. Raises ValueError, IndexError, struct.error."""
    length, at = _varint(page, at)
    row_id, at = _varint(page, at)
    if not 0 < length <= _LONGEST:
        raise ValueError(length)
    most = pages.usable - 35
    if length <= most:
        payload = page[at : at + length]
    else:
        least = (pages.usable - 12) * 32 // 255 - 23
        kept = least + (length - least) % (pages.usable - 4)
        kept = kept if kept <= most else least
        payload = page[at : at + kept]
        following = int.from_bytes(page[at + kept : at + kept + 4], "big")
        payload += _overflow(pages, following, length - kept)
    return FoundRow(row_id, _values(payload), len(payload) == length)


def _overflow(pages: _Pages, number: int, length: int) -> bytes:
    """The rest of a payload, as far as its pages are there."""
    found = bytearray()
    seen = set[int]()
    while number and number not in seen and len(found) < length:
        seen.add(number)
        page = pages.page(number)
        if len(page) < pages.usable:
            break
        number = int.from_bytes(page[:4], "big")
        found += page[4 : pages.usable]
    return bytes(found[:length])


def _values(payload: bytes) -> tuple[Value, ...]:
    """The columns of a record; a text at the end of a payload that is cut off is cut off, too."""
    header, at = _varint(payload, 0)
    if header > 9 * _MOST_COLUMNS or header < at:
        raise ValueError(header)
    kinds: list[int] = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    found: list[Value] = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        found.append(value)
    return tuple(found)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if length := _INTEGER_BYTES.get(kind):
        return int.from_bytes(payload[at : at + length], "big", signed=True), at + length
    if kind == 7:
        return float(struct.unpack(">d", payload[at : at + 8])[0]), at + 8
    if kind in (8, 9):
        return kind - 8, at
    if kind < 12:
        raise ValueError(kind)
    length = (kind - 12) // 2
    content = payload[at : at + length]
    return (content.decode("utf-8", "replace") if kind % 2 else content), at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number there, and the place behind it. Raises IndexError."""
    value = 0
    for i in range(8):
        byte = data[at + i]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    return value << 8 | data[at + 8], at + 9
