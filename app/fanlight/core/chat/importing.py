"""Conversations out of exports into the history, one after another, while the window goes on: files are read on one
thread, rows are written on the store's. What was imported before it is stopped, or killed, stays; imported again, the
same conversations are there once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.archive import ArchivedConversation, Identity
from fanlight.domain.errors import FanlightError

if TYPE_CHECKING:
    from fanlight.exchange.reading import ReadExport
    from fanlight.store.database import Database


@dataclass(frozen=True, slots=True)
class ImportedExport:
    """What became of one file: `numbers` of the conversations that are new."""

    program: str
    numbers: tuple[int, ...]
    there: int
    broken: int


class ConversationImport(QObject):
    """Of several files. `finished` ends it, unless it is stopped; then it deletes itself."""

    progressed = Signal(int, int)
    """So many conversations of this file are written, of so many."""
    imported = Signal(object)
    """One file's ImportedExport."""
    failed = Signal(object)
    """One file could not be read, or not all of it written; the next one follows."""
    finished = Signal()

    def __init__(self, history: History, file_worker: FileWorker, paths: Sequence[Path], parent: QObject) -> None:
        super().__init__(parent)
        self._history, self._file_worker = history, file_worker
        self._paths = list(paths)
        self._left: list[ArchivedConversation] = []
        self._numbers: list[int] = []
        self._read: ReadExport | None = None
        self._known: set[Identity] = set()
        self._stopped = False

    def start(self) -> None:
        self._next_file()

    def stop(self) -> None:
        """What is imported stays."""
        self._stopped = True

    def _next_file(self) -> None:
        self._numbers, self._left = [], []
        if self._stopped or not self._paths:
            self._history.refresh()
            if not self._stopped:
                self.finished.emit()
            self.deleteLater()
            return
        from fanlight.exchange.reading import read_export  # a window appears without it

        self._file_worker.call(partial(read_export, self._paths.pop(0)), self._on_read)

    def _on_read(self, found: ReadExport | FanlightError) -> None:
        if isinstance(found, FanlightError):
            self.failed.emit(found)
            self._next_file()
            return
        self._read = found

        def known(database: Database) -> list[tuple[Identity, str]]:
            return database.importing.known()

        self._history.submit(known, self._on_known, self._next_file, reads=True)

    def _on_known(self, known: list[tuple[Identity, str]]) -> None:
        from fanlight.exchange.reading import new_ones

        assert self._read is not None
        self._known = {identity for identity, _title in known}
        self._left = new_ones(self._read.conversations, known)  # the last used one comes first in an export
        self._next_conversation()

    def _next_conversation(self) -> None:
        assert self._read is not None
        self.progressed.emit(len(self._numbers), len(self._numbers) + len(self._left))
        if self._stopped or not self._left:
            there = len(self._read.conversations) - len(self._numbers) - len(self._left)
            if not self._stopped:
                done = ImportedExport(self._read.program, tuple(self._numbers), there, self._read.broken)
                self.imported.emit(done)
            self._next_file()
            return
        conversation = self._left.pop()
        if not conversation.has_files:
            self._add(conversation)
            return
        from fanlight.exchange.export_pictures import with_pictures

        then = partial(self._on_pictures_read, conversation)
        self._file_worker.call(partial(with_pictures, conversation), then)

    def _on_pictures_read(self, before: ArchivedConversation, found: ArchivedConversation | FanlightError) -> None:
        if isinstance(found, FanlightError):
            self.failed.emit(found)
            self._next_file()
        elif found.identity != before.identity and found.identity in self._known:
            self._next_conversation()  # the name of a picture that could not be read is its first words
        else:
            self._add(found)

    def _add(self, conversation: ArchivedConversation) -> None:
        def add(database: Database) -> int:
            return database.importing.add(conversation)

        self._history.submit(add, self._on_added, self._next_file)

    def _on_added(self, number: int) -> None:
        self._numbers.append(number)
        self._next_conversation()
