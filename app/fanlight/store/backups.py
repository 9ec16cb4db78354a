"""A copy of the database for each of the last days on which something changed.

folder/backups/daily-20261129.db              of that day; the newest seven stay
folder/backups/20261129-144500-version-2.db   from before a change of the schema (`store/schema.py`)
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from fanlight.domain.errors import StoreError
from fanlight.files import sync_folder
from fanlight.store.connection import check_whole, connect_to_read
from fanlight.store.failures import SQLITE_ERRORS
from fanlight.store.schema import MIGRATIONS, migrate

log = logging.getLogger(__name__)

KEPT_DAYS = 7
_PAGES_AT_A_TIME = 500

Mark = tuple[int | None, ...]
"""Two databases with the same one hold the same, as far as a backup is concerned."""


class Interrupted(Exception):
    """Other work is waiting: the backup is made another time."""


class Backups:
    """Methods raise OSError and sqlite3.Error, except where a single file is of no use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> list[Path]:
        """All of them, in no order."""
        return list(self._folder.glob("*.db"))

    def write(self, connection: sqlite3.Connection, day: str, may_go_on: Callable[[], bool]) -> bool:
        """Make today's (`day` is its date as eight digits), or make it again, unless one holds the same; whether
        one was made. A copy that is not whole is thrown away: DatabaseDamaged is raised. Raises Interrupted as soon as
        `may_go_on` says no; then everything is as before."""
        mark = mark_of(connection)
        if mark in map(_mark_in, self._days()):
            return False
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"daily-{day}.db"
        draft = path.with_suffix(".new")
        try:
            copy_whole(connection, draft, may_go_on)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        others = [file for file in self._days() if file != path]  # a clock that went back has made later ones
        for old in others[: -(KEPT_DAYS - 1)]:
            old.unlink()
        sync_folder(self._folder)
        return True

    def remove_conversations(self, conversations: Sequence[tuple[int, float]]) -> None:
        """What is deleted for good is deleted here, too: (number, time it was made)."""

        def remove(backup: sqlite3.Connection) -> None:
            backup.executemany("DELETE FROM conversation WHERE id = ? AND created = ?", conversations)

        self.change_each(remove)

    def change_each(self, change: Callable[[sqlite3.Connection], object]) -> None:
        """In a transaction of each; one in which that fails stays as it is. What is removed is overwritten."""
        for file in self.files():
            try:
                with closing(sqlite3.connect(file, isolation_level=None)) as connection:
                    connection.execute("PRAGMA secure_delete = ON").fetchall()
                    connection.execute("PRAGMA foreign_keys = ON").fetchall()
                    connection.execute("BEGIN IMMEDIATE")
                    change(connection)
                    connection.execute("COMMIT")
            except SQLITE_ERRORS as error:
                log.warning("the backup %s is not changed: %s", file, error)

    def picture_names(self) -> set[str]:
        """Pictures that a backup shows."""
        return {name for file in self.files() for name in _pictures_in(file)}

    def opened(self) -> Iterator[sqlite3.Connection]:
        """Each that is whole, in memory and brought up to date; the one with the newest message first."""
        for file in sorted(self.files(), key=lambda file: _newest_message(_mark_in(file)), reverse=True):
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
                try:
                    with closing(_reader(file)) as source:
                        check_whole(source)
                        source.backup(copy)
                    migrate(copy, None, MIGRATIONS)
                except (*SQLITE_ERRORS, StoreError) as error:
                    log.warning("the backup %s cannot be read: %s", file, error)
                    continue
                yield copy

    def _days(self) -> list[Path]:
        return sorted(self._folder.glob("daily-*.db"))


def _reader(file: Path) -> sqlite3.Connection:
    """A process that was killed while it deleted something there has left a journal, which must be rolled back first:
    who only reads cannot."""
    if file.with_name(f"{file.name}-journal").exists():
        with closing(sqlite3.connect(file)) as writer:
            writer.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connect_to_read(file)


def mark_of(connection: sqlite3.Connection) -> Mark:
    sql = (
        "SELECT (SELECT max(id) FROM message), (SELECT count(*) FROM message), max(touched), count(*), "
        "count(deleted), sum(pinned), sum(archived), total(length(title) + length(draft)), "
        "(SELECT max(id) FROM tag), (SELECT count(*) FROM tag) FROM conversation"
    )
    return tuple(connection.execute(sql).fetchone())


def _mark_in(file: Path) -> Mark:
    """Empty where the file is no database of this version."""
    try:
        with closing(_reader(file)) as source:
            return mark_of(source)
    except SQLITE_ERRORS:
        return ()


def _newest_message(mark: Mark) -> int:
    return (mark[0] or 0) if mark else -1


def _pictures_in(file: Path) -> list[str]:
    try:
        with closing(_reader(file)) as source:
            table = source.execute(
                "SELECT name FROM sqlite_master WHERE name IN ('part', 'picture') ORDER BY name"
            ).fetchone()
            rows = source.execute(f"SELECT DISTINCT sha256 FROM {table[0]} WHERE sha256 IS NOT NULL").fetchall()
    except (*SQLITE_ERRORS, TypeError) as error:  # no such table: None
        log.warning("the backup %s cannot be read: %s", file, error)
        return []
    return [str(name) for (name,) in rows]


def copy_whole(connection: sqlite3.Connection, draft: Path, may_go_on: Callable[[], bool] = lambda: True) -> None:
    """On the disk once this returns."""
    for left in draft.parent.glob(f"{draft.name}*"):  # by a process that was killed, with its log
        left.unlink()
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)

    def progress(_status: int, left: int, _total: int) -> None:
        if left and not may_go_on():
            raise Interrupted

    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF").fetchall()
            connection.backup(copy, pages=_PAGES_AT_A_TIME, progress=progress)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, without a log beside it
            check_whole(copy)
        os.fsync(handle)
    finally:
        os.close(handle)
