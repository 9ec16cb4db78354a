"""Reads formats of a clipboard one after the other, from pipes that other programs write."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from fanlight.desktop.pipes import PipeReader

_MOST_FORMATS, _MOST_BYTES = 24, 64_000_000

Opened = Callable[[int | None], None]


class FormatsReading(QObject):
    """`opens` begins with a format, and calls what it is given with the pipe, or None where there is none. `done` is
    called once with what was read: up to a format whose owner hangs, or with which it becomes too much."""

    def __init__(
        self,
        formats: Sequence[str],
        opens: Callable[[str, Opened], None],
        done: Callable[[dict[str, bytes]], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._unread = list(formats[:_MOST_FORMATS])
        self._opens, self._done = opens, done
        self._content: dict[str, bytes] = {}
        self._reader: PipeReader | None = None
        self._closed = False

    def read(self) -> None:
        if self._closed:
            return
        if not self._unread:
            self._closed = True
            self.deleteLater()
            self._done(self._content)
            return
        name = self._unread.pop(0)
        self._opens(name, lambda descriptor: self._on_opened(name, descriptor))

    def close(self) -> None:
        """Nothing is reported any more."""
        self._closed = True
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self.deleteLater()

    def _on_opened(self, name: str, descriptor: int | None) -> None:
        if descriptor is None:
            self.read()
            return
        room = _MOST_BYTES - sum(map(len, self._content.values()))
        self._reader = PipeReader(descriptor, room, lambda content: self._on_read(name, content), self)
        if self._closed:
            self.close()

    def _on_read(self, name: str, content: bytes | None) -> None:
        self._reader = None
        if content is None:
            self._unread.clear()
        else:
            self._content[name] = content
        self.read()
