"""The user's notes: a text file that he sees and edits, here or with any editor. No model ever writes to it."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from fanlight.core.work.throttle import Debounce, Timeout
from fanlight.domain.errors import DiskFull, InputError, StoreError
from fanlight.domain.notes import with_line
from fanlight.domain.os_errors import DISK_FULL, os_reason
from fanlight.files import replace_file
from fanlight.i18n import N_, _

log = logging.getLogger(__name__)

FILE, BEFORE = "notes.md", "notes-before.md"
MOST_BYTES = 256 * 1024
LOOK_MS, RETRY_MS = 200, 20_000
MOST_UNDONE = 99
_HINT = N_("Nothing of them is lost: they are in the window, and saved as soon as that works.")


class LastingNotes(QObject):
    """`text` is what is in force: that of the file, or what could not be written there yet, which is tried again."""

    changed = Signal()
    """`text`: by this window, or by another program."""
    problem = Signal(object)
    saved = Signal()
    """After a problem: all of it is in the file."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = folder / FILE
        self._before_path = folder / BEFORE
        self._text = self._base = ""
        """`_base` is what the file held when `_text` was taken from it, or written to it."""
        self._undone_to: list[str] = []
        self._is_read = self._is_too_long = False
        self.is_behind = False
        """What is here is not in the file."""
        self._watcher: QFileSystemWatcher | None = None
        self._look = Debounce(self, self.refresh, LOOK_MS)
        self._retry = Timeout(self, self._try_again)

    @property
    def text(self) -> str:
        """As it is in the file now, whoever wrote it."""
        self.refresh()
        return self._text

    @property
    def can_undo(self) -> bool:
        return bool(self._undone_to)

    def watch(self) -> None:
        """From now on changes by other programs are reported at once."""
        if self._watcher is None:
            self._watcher = QFileSystemWatcher([str(self.path.parent)], self)
            self._watcher.directoryChanged.connect(lambda _path: self._look.request())
            self._watcher.fileChanged.connect(lambda _path: self._look.request())
        self._follow()

    def refresh(self) -> None:
        """Look at the file."""
        found = self._read()
        self._follow()
        if found is None or self.is_behind or (self._is_read and found == self._base):
            return
        if self._is_read:
            self._keep_for_undo()
        self._is_read, self._base = True, found
        if found != self._text:
            self._text = found
            self.changed.emit()

    def save(self, text: str, seen: str | None = None) -> bool:
        """Whether it is in the file now. What another program has written there meanwhile, so that it is not what was
        `seen`, is kept beside it."""
        self.refresh()
        if text != self._text:
            if seen is not None and self._text not in ("", seen):
                self._keep_beside(self._text)
            self._keep_for_undo()
            self._text = text
            self.changed.emit()
        return self._write()

    def add_line(self, line: str) -> bool:
        return self.save(with_line(self.text, line))

    def undo(self) -> None:
        """What was there before the last change, of this window or of another program."""
        if self._undone_to:
            self._text = self._undone_to.pop()
            self.changed.emit()
            self._write()

    def erase(self) -> None:
        """For good, with what was there before. Raises OSError."""
        self._text = self._base = ""
        self._undone_to.clear()
        self.is_behind = False
        remove_notes(self.path.parent)
        self.changed.emit()

    def _keep_for_undo(self) -> None:
        self._undone_to = [*self._undone_to[-MOST_UNDONE:], self._text]

    def _write(self) -> bool:
        if not self.is_behind and self._is_read and self._text == self._base:
            return True
        try:
            if (found := self._read()) is None and self.path.exists():  # too long, or no text: kept as it is
                self.path.replace(self._before_path)
            elif found not in (None, "", self._base, self._text):
                self._keep_beside(found or "")
            replace_file(self.path, self._text.encode("utf-8", "replace"), mode=0o600, durable=True)
        except OSError as error:
            log.warning("notes not saved: %s", error)
            self._report(error)
            return False
        self._base, self._is_read = self._text, True
        self._follow()
        return self._end_trouble()

    def _keep_beside(self, text: str) -> None:
        try:
            replace_file(self._before_path, text.encode("utf-8"), mode=0o600)
        except OSError as error:
            log.warning("what was in the notes is not kept beside them: %s", error)

    def _end_trouble(self) -> bool:
        was_behind, self.is_behind = self.is_behind, False
        self._retry.cancel()
        if was_behind:
            self.saved.emit()
        return True

    def _report(self, error: OSError) -> None:
        if not self.is_behind:
            if error.errno in DISK_FULL:
                self.problem.emit(DiskFull(_("The disk is full: the notes are not saved."), _(_HINT)))
            else:
                reason = os_reason(error)
                self.problem.emit(StoreError(_("The notes are not saved: {reason}.").format(reason=reason), _(_HINT)))
        self.is_behind = True
        self._retry.start(RETRY_MS)

    def _try_again(self) -> None:
        if self.is_behind:
            self._write()

    def _read(self) -> str | None:
        """None where it cannot be read, which is reported once."""
        try:
            with self.path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return ""
        except OSError as error:
            log.warning("notes not read: %s", error)
            return None
        if len(data) > MOST_BYTES:
            self._report_length()
            return None
        self._is_too_long = False
        return data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")

    def _report_length(self) -> None:
        if not self._is_too_long:
            self._is_too_long = True
            sentence = _("{path} is too long for notes.").format(path=self.path)
            self.problem.emit(InputError(sentence, _("Shorten it: it is not used now.")))

    def _follow(self) -> None:
        """A file that was replaced is another one for the watcher."""
        if self._watcher is not None and self.path.exists() and not self._watcher.files():
            self._watcher.addPath(str(self.path))


def remove_notes(folder: Path) -> None:
    """Raises OSError."""
    for name in (FILE, BEFORE):
        (folder / name).unlink(missing_ok=True)
