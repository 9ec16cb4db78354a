"""Corrections of answers about many pictures, on the disk soon after they were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from fanlight.core.many_pictures.picture_rows import PictureRow, RunFiles
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.domain.errors import FanlightError, StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _

SOON_MS = 500


class EditKeeper(QObject):
    """One is written at a time, and the last one that was made is the last that is written."""

    problem = Signal(object)

    def __init__(self, file_worker: FileWorker, parent: QObject, make_timer: MakeTimer | None = None) -> None:
        super().__init__(parent)
        self._file_worker = file_worker
        self._files: RunFiles | None = None
        self._rows: Sequence[PictureRow] = ()
        self._writes = self._is_stale = False
        self._soon = Timeout(self, self._write, SOON_MS, make_timer)

    def use(self, files: RunFiles, rows: Sequence[PictureRow]) -> None:
        """From now on, those of these rows; what is not written yet of the others is written first."""
        self.write_now()
        self._files, self._rows = files, rows

    def note(self) -> None:
        """Something was corrected, or taken back."""
        self._soon.start(SOON_MS)

    def write_now(self) -> None:
        """On this thread, if anything is waiting."""
        if not (self._soon.pending or self._is_stale):
            return
        self._soon.cancel()
        self._is_stale = False
        files, edits = self._files, self._edits()
        if files is not None:
            try:
                files.write_edits(edits)
            except OSError as error:
                self._refuse(error)

    def _edits(self) -> dict[str, Any]:
        return {row.name: row.edited for row in self._rows if row.edited is not None}

    def _write(self) -> None:
        files, edits = self._files, self._edits()
        if self._writes:
            self._is_stale = True
        elif files is not None:
            self._writes = True
            self._file_worker.call(lambda: _written(files, edits), self._on_written)

    def _on_written(self, error: OSError | FanlightError | None) -> None:
        self._writes = False
        if isinstance(error, OSError):
            self._refuse(error)
        if self._is_stale:
            self._is_stale = False
            self._write()

    def _refuse(self, error: OSError) -> None:
        text = _("Your corrections could not be kept: {reason}.").format(reason=os_reason(error))
        self.problem.emit(StoreError(text, _("Save the table before you close the window.")))


def _written(files: RunFiles, edits: dict[str, Any]) -> OSError | None:
    try:
        files.write_edits(edits)
    except OSError as error:
        return error
    return None
