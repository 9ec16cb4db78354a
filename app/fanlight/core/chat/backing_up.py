"""Everything as one file, and back, while the window goes on: rows on the store's thread, files on another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError

if TYPE_CHECKING:
    from fanlight.store.database import Database
    from fanlight.store.whole_backup import UnpackedBackup

T = TypeVar("T")


class BackupRun(QObject):
    """One backup, or one that is restored. One of `finished`, `failed` and `abandoned` ends it; then it deletes
    itself."""

    finished = Signal(object)
    """The path of the backup; of a restored one, how many conversations are new."""
    failed = Signal(object)
    abandoned = Signal()
    """It was stopped, or the history has said what is wrong. Nothing is left of it."""

    def __init__(self, history: History, file_worker: FileWorker, home: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._history, self._file_worker, self._home = history, file_worker, home
        self._stop = Flag()
        self._open = ExitStack()
        """The unpacked backup; entered and left on the files' threads, one after the other."""
        for end in (self.finished, self.failed, self.abandoned):
            end.connect(self.deleteLater)

    def stop(self) -> None:
        self._stop.set()

    def back_up(self, place: Path, passphrase: str) -> None:
        from fanlight.store.whole_backup import new_copy, write_backup  # a window appears without it

        copy = new_copy(self._home)
        write = partial(write_backup, self._home, copy, place, passphrase, self._goes_on)

        def copied(database: Database) -> None:
            database.copy_to(copy)

        self._history.submit(
            copied,
            lambda _none: self._file_worker.call(partial(_unless_stopped, write), self._end),
            self.abandoned.emit,
        )

    def restore(self, path: Path, passphrase: str) -> None:
        from fanlight.store.whole_backup import unpacked

        def unpack() -> UnpackedBackup:
            return self._open.enter_context(unpacked(path, self._home, passphrase, self._goes_on))

        self._file_worker.call(partial(_unless_stopped, unpack), self._on_unpacked)

    def _goes_on(self) -> bool:
        return not self._stop.is_set()

    def _on_unpacked(self, backup: UnpackedBackup | FanlightError | None) -> None:
        if backup is None or isinstance(backup, FanlightError):
            self._end(backup)
            return
        if self._stop.is_set():
            self._clear(backup, None)
            return

        def add(database: Database) -> int:
            return database.importing.add_backup(backup)

        self._history.submit(add, lambda count: self._clear(backup, count), lambda: self._clear(backup, None))

    def _clear(self, backup: UnpackedBackup, count: int | None) -> None:
        def clear() -> int | None:
            with self._open:
                if count is not None:
                    backup.add_others(self._home)
            return count

        self._history.refresh()
        self._file_worker.call(clear, self._end)

    def _end(self, result: Path | int | FanlightError | None) -> None:
        if result is None:
            self.abandoned.emit()
        else:
            (self.failed if isinstance(result, FanlightError) else self.finished).emit(result)


def _unless_stopped(work: Callable[[], T]) -> T | None:
    """None where it was."""
    from fanlight.store.whole_backup import Stopped

    try:
        return work()
    except Stopped:
        return None
