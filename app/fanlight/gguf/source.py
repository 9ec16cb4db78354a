"""Little-endian values read from a file through a buffer, with every length checked against the file's size."""

from __future__ import annotations

import struct
from typing import BinaryIO

from fanlight.domain.errors import ModelBroken
from fanlight.gguf import layout
from fanlight.i18n import N_, _, format_number

WINDOW = 4 << 20
MAX_STRING = 64 << 20
INCOMPLETE = N_("Download the file again: the download was incomplete.")
_U64 = struct.Struct("<Q")
_U32 = struct.Struct("<I")


class BinaryReader:
    """Reads at `position`. Every method raises ModelBroken when the file ends too soon."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self.size, self.file_name = size, name
        self._file = file
        self._start = 0
        self._window = b""
        self._at = 0

    @property
    def position(self) -> int:
        return self._start + self._at

    def broken(self, reason: str) -> ModelBroken:
        """`reason` is a sentence."""
        return ModelBroken(_("{file} is damaged. {reason}").format(file=self.file_name, reason=reason))

    def jump(self, position: int) -> None:
        if position > self.size:
            raise self._short(_("a value"))
        if self._start <= position <= self._start + len(self._window):
            self._at = position - self._start
        else:
            self._start, self._window, self._at = position, b"", 0

    def read_exactly(self, count: int, what: str = "") -> bytes:
        """`what` is named in the error; "" is the header."""
        self._need(count, what or _("its header"))
        at = self._at
        self._at = at + count
        return self._window[at : at + count]

    def u32(self) -> int:
        return int(_U32.unpack(self.read_exactly(4))[0])

    def u64(self) -> int:
        return int(_U64.unpack(self.read_exactly(8))[0])

    def kind(self, key: str) -> int:
        kind = self.u32()
        if kind >= len(layout.KIND_NAMES):
            raise self.broken(_("The value of {key} has the unknown type {type}.").format(key=key, type=kind))
        return kind

    def string(self, what: str, limit: int = MAX_STRING) -> str:
        return self.read_exactly(self._length(what, limit), what).decode("utf-8", "replace")

    def name(self, what: str, limit: int) -> str:
        """A printable string that is not empty."""
        text = self.string(what, limit)
        if not text or not text.isprintable():
            raise self.broken(_("There is unreadable text in {place}.").format(place=what))
        return text

    def value(self, kind: int, key: str) -> bool | int | float | str:
        if kind == layout.STRING:
            return self.string(key)
        form = layout.SCALARS[kind]
        value = form.unpack(self.read_exactly(form.size, key))[0]
        return bool(value) if layout.KIND_NAMES[kind] == "bool" else value

    def array(self, kind: int, count: int, key: str) -> tuple[bool | int | float | str, ...]:
        if kind == layout.STRING:
            self._room(count, 8, key)
            return tuple(self.string(key) for _number in range(count))
        form = layout.SCALARS[kind]
        self._room(count, form.size, key)
        values = struct.unpack(f"<{count}{form.format[1:]}", self.read_exactly(count * form.size, key))
        return tuple(map(bool, values)) if layout.KIND_NAMES[kind] == "bool" else values

    def raw_strings(self, count: int, key: str) -> list[bytes]:
        """Read `count` strings as bytes; those completely in the buffer are sliced in one loop."""
        self._room(count, 8, key)
        strings: list[bytes] = []
        length_at = _U64.unpack_from
        while len(strings) < count:
            window, at = self._window, self._at
            last = len(window) - 8
            while at <= last and len(strings) < count:
                end = at + 8 + length_at(window, at)[0]
                if end > len(window):
                    break
                strings.append(window[at + 8 : end])
                at = end
            self._at = at
            if len(strings) < count:
                strings.append(self.read_exactly(self._length(key), key))
        return strings

    def skip_array(self, kind: int, count: int, key: str) -> None:
        """Skip an array. Strings must be skipped one by one: this loop takes most of a header's time."""
        if kind != layout.STRING:
            self._room(count, layout.SCALARS[kind].size, key)
            self.jump(self.position + count * layout.SCALARS[kind].size)
            return
        self._room(count, 8, key)
        left, length_at = count, _U64.unpack_from
        while left:
            self._need(8, key)
            window, at, start = self._window, self._at, self._start
            last = len(window) - 8
            while left and at <= last:
                at += 8 + length_at(window, at)[0]
                left -= 1
            if start + at > self.size:
                raise self._short(key)
            self.jump(start + at)

    def _length(self, what: str, limit: int = MAX_STRING) -> int:
        length = self.u64()
        if length > limit:
            raise self.broken(
                _("There is a text of {count} bytes in {place}.").format(count=format_number(length), place=what)
            )
        return length

    def _room(self, count: int, each: int, key: str) -> None:
        if count > (self.size - self.position) // each:
            raise self.broken(_("The array {key} claims {count} elements.").format(key=key, count=format_number(count)))

    def _need(self, count: int, what: str) -> None:
        """Fill the buffer with at least `count` bytes at `position`."""
        if len(self._window) - self._at >= count:
            return
        position = self.position
        if position + count > self.size:
            raise self._short(what)
        self._file.seek(position)
        self._start, self._at = position, 0
        self._window = self._file.read(max(count, min(WINDOW, self.size - position)))
        if len(self._window) < count:
            raise self._short(what)

    def _short(self, what: str) -> ModelBroken:
        return ModelBroken(
            _("{file} is cut off: it ends inside {place}.").format(file=self.file_name, place=what), _(INCOMPLETE)
        )
