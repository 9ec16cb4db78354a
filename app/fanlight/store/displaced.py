"""What another program does to the files of an open database: it removes them, or puts others in their place. SQLite
goes on in files that have no name any more, and all that it writes from then on would be lost."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from fanlight.domain.errors import DatabaseDisplaced
from fanlight.files import sync_folder
from fanlight.i18n import _
from fanlight.store.aside import finish, set_aside
from fanlight.store.backups import Backups, copy_whole
from fanlight.store.failures import translated

log = logging.getLogger(__name__)
_Identity = tuple[int, int] | None


class OpenFiles:
    """The files of `connection`, the database at `path`, as they were when it was opened."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, backups: Backups, pictures: Callable[[], set[str]]
    ) -> None:
        """`pictures`: those that there are, in case that another database is put there."""
        self._connection, self._path, self._backups, self._pictures = connection, path, backups, pictures
        self._log = path.with_name(f"{path.name}-wal")
        self._opened: list[_Identity] | None = self._found()

    def check(self) -> None:
        """Takes microseconds as long as nothing has happened to them. Raises DatabaseDisplaced once all is in a backup,
        and in its place again if that can be had; StoreError where nothing can be written: then it stays open, and the
        next call tries again."""
        if self._opened is None or self._found() == self._opened:
            return
        with translated(self._path.parent):
            draft = self._path.with_suffix(".new")
            copy_whole(self._connection, draft)
            self._backups.write(self._connection, time.strftime("%Y%m%d"), lambda: True)
            self._connection.close()
            try:
                self._drop_own_log()
                message = self._make_room()
                draft.replace(self._path)
                sync_folder(self._path.parent)
            except OSError as error:  # it is closed: what is there is to be opened, or the backup
                raise DatabaseDisplaced(_("The conversations file was missing.")) from error
            finally:
                self._opened = None
        log.error("%s (%s)", message, self._path)
        raise DatabaseDisplaced(message)

    def release(self) -> None:
        """The connection is closed: whatever is put there later is not looked at."""
        self._opened = None

    def _found(self) -> list[_Identity]:
        return [_identity(self._path), _identity(self._log)]

    def _drop_own_log(self) -> None:
        """All of it is in the copy. SQLite would read it into whatever stands beside it."""
        if self._opened is not None and self._opened[1] is not None and _identity(self._log) == self._opened[1]:
            self._log.unlink(missing_ok=True)

    def _make_room(self) -> str:
        here = _identity(self._path)
        if here is None or (self._opened is not None and here == self._opened[0]):
            return _("Another program removed the conversations file. It was put back, and nothing is missing.")
        other = set_aside(self._path, self._pictures())
        finish(other)
        return _(
            "Another program replaced the conversations file. Fanlight's own is back; the other one is in {folder}."
        ).format(folder=other.parent)


def _identity(path: Path) -> _Identity:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
