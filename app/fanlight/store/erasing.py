"""Deleting everything that was kept: text, pictures, what was set aside, backups, the index; or what is unused."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from fanlight.domain.errors import StoreError
from fanlight.files import replace_file, sync_folder
from fanlight.i18n import _
from fanlight.store.changes import StoreChanges
from fanlight.store.failures import translated
from fanlight.store.search_index import SearchIndexFailed, remove_index
from fanlight.store.searching import StoreSearch

_MARK = "erasing"
"""A file that is there until all is deleted: a process that was killed meanwhile goes on at the next start."""
_TABLES = ("conversation", "unused_picture", "unindexed", "chore")
_FOLDERS = ("damaged-*", "backups/*", "pictures/*")


class StoreErasure:
    """Of the database in `folder`, which stays open and is empty afterwards."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        changes: StoreChanges,
        searching: StoreSearch,
        delete_for_good: Callable[[Sequence[int]], None],
    ) -> None:
        self._folder, self._connection, self._changes, self._searching = folder, connection, changes, searching
        self._delete_for_good = delete_for_good

    def unused(self, days: float, keep: Sequence[int] = ()) -> None:
        """Conversations in which nothing was asked for so many days on which Fanlight ran, for good; with 0 days all,
        and the trash. Not those that are pinned, nor `keep`. Raises StoreError."""
        sql = "SELECT id FROM conversation WHERE NOT pinned AND days_in_trash >= ? AND (deleted IS NULL OR ? = 0)"
        with self._changes.begin() as change:
            found = [id_ for (id_,) in change.execute(sql, (days, days)) if id_ not in set(keep)]
            sql = "UPDATE conversation SET deleted = coalesce(deleted, updated) WHERE id = ?"
            change.executemany(sql, [(id_,) for id_ in found])
        self._delete_for_good(found)

    def everything(self) -> None:
        """Raises StoreError; what is not deleted then is at the next start. Deleted text is overwritten: in the
        database, and in the log beside it, which is emptied."""
        with translated(self._folder):
            replace_file(self._folder / _MARK, b"", mode=0o600, durable=True)
        self._erase()

    def resume(self) -> None:
        """What a process has begun that was killed. Raises StoreError."""
        if (self._folder / _MARK).exists():
            self._erase()

    def _erase(self) -> None:
        with self._changes.begin() as change:
            for table in _TABLES:
                change.execute(f"DELETE FROM {table}")
        self._searching.close()
        with translated(self._folder):
            try:
                remove_index(self._folder)
            except SearchIndexFailed as error:
                raise StoreError(
                    _("The search index cannot be deleted: {reason}.").format(reason=error), _("Try it again.")
                ) from error
            for path in [one for pattern in _FOLDERS for one in self._folder.glob(pattern)]:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            (self._folder / _MARK).unlink(missing_ok=True)
            sync_folder(self._folder)
