"""What may be on a disk after a power cut, by the rules of POSIX: of what was not synced, any part.

A write that was not followed by a sync of its file may be there, or not, or in part (sectors of 512 bytes), whatever
came before or after it. A name that was made, changed, or removed may be as before unless its folder was synced since;
such changes reach the disk in their order, as in every journaled file system.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crash.syscalls import Call

SECTOR = 512
_AT = ("openat", "mkdirat", "unlinkat")


@dataclass(eq=False, slots=True)
class File:
    """`synced`: what is on the disk for certain; `pending`: writes since, as changes of the content."""

    synced: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(place, bytes), or (size, None): cut off or extended there."""

    def sync(self) -> None:
        self.synced = bytes(self.now)
        self.pending.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        content = bytearray(self.synced)
        for place, data in self.pending:
            kept = chance.random()
            if kept < 0.4:
                continue
            if data is not None and kept < 0.55:  # a part of it, up to a sector's end
                data = data[: chance.randrange(0, len(data) + 1) // SECTOR * SECTOR]
            change(content, place, data)
        return bytes(content)


def change(content: bytearray, place: int, data: bytes | None) -> None:
    if data is None:
        del content[place:]
        content.extend(bytes(place - len(content)))
        return
    if not data:
        return
    content.extend(bytes(max(0, place - len(content))))
    content[place : place + len(data)] = data


Names = dict[str, File | None]
"""path -> file, or None for a folder."""


class Disk:
    """Everything below `top`, fed with calls in their order. `names` are as the program sees them."""

    def __init__(self, top: Path) -> None:
        self._top = str(top)
        self.names: Names = {}
        self._durable: Names = {}
        self._changes: list[tuple[str, Callable[[Names], None]]] = []
        """(folder, what happens to the names in it), not synced yet."""
        self._open: dict[int, tuple[str, File | None, int, bool]] = {}
        """handle -> (path, file, position, appends)."""
        for path in sorted(top.rglob("*")):
            file = None if path.is_dir() else File(path.read_bytes(), bytearray(path.read_bytes()))
            self.names[str(path)] = self._durable[str(path)] = file

    def feed(self, call: Call) -> None:
        handler = getattr(self, f"_do_{call.name.removesuffix('64').removesuffix('at2').removesuffix('at')}", None)
        if handler is not None:
            handler(call)

    def after_cut(self, target: Path, chance: random.Random) -> None:
        """Write what may be left below `target`."""
        names = dict(self._durable)
        for _folder, apply in self._changes[: chance.randint(0, len(self._changes))]:
            apply(names)
        target.mkdir(parents=True, exist_ok=True)
        contents: dict[int, bytes] = {}
        for path, file in sorted(names.items()):
            place = target / Path(path).relative_to(self._top)
            if file is None:
                place.mkdir(parents=True, exist_ok=True)
            elif place.parent.is_dir():  # else its folder is not there either
                place.write_bytes(contents.setdefault(id(file), file.after_cut(chance)))

    # The calls.

    def _do_open(self, call: Call) -> None:
        path = self._path(call, 0)
        if path is None:
            self._open.pop(call.result, None)
            return
        file = self.names.get(path)
        if file is None and path not in self.names and "O_CREAT" in call.words:
            file = made = File()
            self._change_names(path, lambda names: names.__setitem__(path, made))
        elif file is not None and "O_TRUNC" in call.words and file.now:
            self._write(file, 0, None)
        self._open[call.result] = (path, file, 0, "O_APPEND" in call.words)

    def _do_close(self, call: Call) -> None:
        self._open.pop(call.numbers[0], None)

    def _do_dup(self, call: Call) -> None:
        if call.numbers[0] in self._open:
            self._open[call.result] = self._open[call.numbers[0]]
        else:
            self._open.pop(call.result, None)

    _do_dup2 = _do_dup3 = _do_dup

    def _do_fcntl(self, call: Call) -> None:
        if "F_DUPFD" in call.words:
            self._do_dup(call)

    def _do_write(self, call: Call) -> None:
        handle = self._open.get(call.numbers[0])
        if handle is not None and handle[1] is not None and call.strings:
            path, file, position, appends = handle
            assert file is not None
            place = len(file.now) if appends else position
            self._write(file, place, call.strings[0][: call.result])
            self._open[call.numbers[0]] = (path, file, place + call.result, appends)

    def _do_pwrite(self, call: Call) -> None:
        handle = self._open.get(call.numbers[0])
        if handle is not None and handle[1] is not None and call.strings:
            self._write(handle[1], call.numbers[-1], call.strings[0][: call.result])

    def _do_ftruncate(self, call: Call) -> None:
        handle = self._open.get(call.numbers[0])
        if handle is not None and handle[1] is not None:
            self._write(handle[1], call.numbers[1], None)

    def _do_fsync(self, call: Call) -> None:
        handle = self._open.get(call.numbers[0])
        if handle is None:
            return
        path, file, *_rest = handle
        if file is not None:
            file.sync()
            return
        left: list[tuple[str, Callable[[Names], None]]] = []
        for folder, apply in self._changes:
            if folder == path:
                apply(self._durable)
            else:
                left.append((folder, apply))
        self._changes = left

    _do_fdatasync = _do_fsync

    def _do_mkdir(self, call: Call) -> None:
        if (path := self._path(call, 0)) is not None:
            self._change_names(path, lambda names: names.__setitem__(path, None))

    def _do_unlink(self, call: Call) -> None:
        if (path := self._path(call, 0)) is not None:
            self._change_names(path, lambda names: names.pop(path, None))

    _do_rmdir = _do_unlink

    def _do_rename(self, call: Call) -> None:
        source, target = self._path(call, 0), self._path(call, 1)
        if source is None or target is None:
            return
        file = self.names.get(source)

        def apply(names: Names) -> None:
            names.pop(source, None)
            names[target] = file

        self._change_names(target, apply)

    # Both sides.

    def _path(self, call: Call, index: int) -> str | None:
        """None for what is outside, and for a path relative to a handle."""
        if index >= len(call.strings):
            return None
        path = call.strings[index].decode("utf-8", "surrogateescape")
        return path if path.startswith(self._top + "/") or path == self._top else None

    def _change_names(self, path: str, apply: Callable[[Names], object]) -> None:
        apply(self.names)
        self._changes.append((str(Path(path).parent), lambda names: (apply(names), None)[1]))

    def _write(self, file: File, place: int, data: bytes | None) -> None:
        change(file.now, place, data)
        file.pending.append((place, data))
