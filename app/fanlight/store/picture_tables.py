"""The tables of the index of pictures (`store/picture_index.py`), and its failures as StoreErrors."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanlight.domain.errors import StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.picture_finding import PicturePlace
from fanlight.i18n import _

FILE = "pictures.db"
KEPT = ""
"""The origin of a picture in a conversation; that of a file is its folder."""
_VERSION = 1
_TABLES = """
    BEGIN;
    CREATE TABLE picture (
        id INTEGER PRIMARY KEY, place BLOB NOT NULL UNIQUE, origin BLOB NOT NULL, title TEXT NOT NULL,
        taken REAL NOT NULL, stamp TEXT NOT NULL, has_text INTEGER NOT NULL DEFAULT 0, vector BLOB
    );
    CREATE INDEX picture_by_origin ON picture (origin);
    CREATE TABLE words (
        id INTEGER PRIMARY KEY REFERENCES picture (id) ON DELETE CASCADE,
        taken REAL NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL
    );
    CREATE TABLE space (name TEXT NOT NULL);
    COMMIT;
"""
_PRAGMAS = (
    "locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON", "foreign_keys = ON",
)  # fmt: skip
_DAMAGE = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def open_tables(folder: Path) -> sqlite3.Connection:
    """Those that are there, or empty ones; what is damaged, or of another version, is made anew. Raises StoreError."""
    with index_errors():
        try:
            return _opened(folder / FILE)
        except sqlite3.Error as error:
            if _code(error) not in _DAMAGE:
                raise
        remove_picture_index(folder)
        return _opened(folder / FILE)


def remove_picture_index(folder: Path) -> None:
    """Raises StoreError."""
    with index_errors():
        for end in ("", "-wal", "-shm", "-journal"):
            (folder / (FILE + end)).unlink(missing_ok=True)


@contextmanager
def index_errors() -> Iterator[None]:
    """Errors of SQLite and of the file system become StoreErrors."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        raise StoreError(
            _("The index of pictures cannot be used: {reason}.").format(reason=reason),
            _("The settings can empty it; it is made again then."),
        ) from error


def raw(where: str) -> bytes:
    """As it is stored: a path need not be text."""
    return os.fsencode(where)


def place_of(where: bytes, origin: bytes) -> PicturePlace:
    return PicturePlace(os.fsdecode(where), kept=origin == raw(KEPT))


def _opened(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.executescript(_TABLES)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        elif version != _VERSION:
            raise sqlite3.OperationalError(f"version={version}")
        connection.execute("CREATE INDEX IF NOT EXISTS words_by_time ON words (taken)")
        connection.execute("SELECT count(*) FROM picture, space WHERE picture.id = 0").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
