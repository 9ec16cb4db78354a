"""Writing conversations to files, one after another, while the window goes on: rows are read on the store's thread,
files are written on another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.archive import ArchivedConversation, read_archived
from fanlight.domain.errors import FanlightError
from fanlight.domain.stored import ConversationRow

if TYPE_CHECKING:
    from fanlight.exchange.writers import ConversationWriter, Format
    from fanlight.store.database import Database


class ConversationExport(QObject):
    """One export. One of `finished`, `failed` and `abandoned` ends it, unless it is stopped; then it deletes itself."""

    progressed = Signal(int)
    """So many conversations are written."""
    finished = Signal(object)
    """The path."""
    failed = Signal(object)
    abandoned = Signal()
    """A conversation could not be read; the history has said why. Nothing is left of what was written."""

    def __init__(
        self,
        history: History,
        file_worker: FileWorker,
        rows: Sequence[ConversationRow],
        picture_side: int,
        parent: QObject,
    ) -> None:
        """`picture_side`: of what a model is sent, as the settings say."""
        super().__init__(parent)
        self._picture_side = picture_side
        self._history, self._file_worker = history, file_worker
        self._rows = list(rows)
        self._done = 0
        self._writer: ConversationWriter | None = None
        self._stopped = False
        self.finished.connect(self.deleteLater)
        self.failed.connect(self.deleteLater)

    @property
    def count(self) -> int:
        return len(self._rows)

    def start(self, place: Path, kind: Format, *, replace: bool = False) -> None:
        from fanlight.exchange.writers import open_writer  # a window appears without it

        opening = partial(open_writer, place, kind, replace=replace, picture_side=self._picture_side)
        self._file_worker.call(opening, self._on_opened)

    def stop(self) -> None:
        """Nothing is left of what was written."""
        self._stopped = True

    def _on_opened(self, writer: ConversationWriter | FanlightError) -> None:
        if isinstance(writer, FanlightError):
            self.failed.emit(writer)
            return
        self._writer = writer
        self._next()

    def _next(self) -> None:
        writer = self._writer
        assert writer is not None
        if self._stopped:
            self._file_worker.call(writer.give_up, lambda _nothing: self.deleteLater())
        elif self._done == len(self._rows):
            self._file_worker.call(writer.finish, self._on_finished)
        else:
            row = self._rows[self._done]

            def read(database: Database) -> ArchivedConversation:
                return read_archived(database, row, database.picture)

            self._history.submit(read, self._write, self._on_unread, reads=True)

    def _write(self, conversation: ArchivedConversation) -> None:
        assert self._writer is not None
        self._file_worker.call(partial(self._writer.add, conversation), self._on_written)

    def _on_unread(self) -> None:
        if not self._stopped:
            self._stopped = True
            self.abandoned.emit()
        self._next()

    def _on_written(self, result: FanlightError | None) -> None:
        if isinstance(result, FanlightError):
            self.failed.emit(result)
            return
        self._done += 1
        if not self._stopped:
            self.progressed.emit(self._done)
        self._next()

    def _on_finished(self, result: Path | FanlightError) -> None:
        (self.failed if isinstance(result, FanlightError) else self.finished).emit(result)
