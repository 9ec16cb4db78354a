"""Recovery from a damaged database: it is set aside whole, and every row that can still be read is carried over."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_TABLES = ("conversation", "message", "picture", "part")
"""The tables of all versions of the schema, parents first."""


def readable(text: bytes) -> str:
    """Text with invalid UTF-8 replaced. SQLite checks its pages, not the text on them: one changed byte must not cost a
    conversation."""
    return text.decode("utf-8", "replace")


def set_aside(path: Path) -> Path:
    """The database with its log, moved into a folder of its own beside it; the new place of `path`."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    folder = path.parent / f"damaged-{stamp}"
    number = 1
    while folder.exists():
        number += 1
        folder = path.parent / f"damaged-{stamp}-{number}"
    folder.mkdir(mode=0o700)
    _move(path, folder / path.name)
    return folder / path.name


def put_back(damaged: Path, path: Path) -> None:
    """Undo `set_aside`."""
    _move(damaged, path)
    damaged.parent.rmdir()


def _move(source: Path, target: Path) -> None:
    """Move the database and its log; existing files at `target` are replaced."""
    for end in ("", "-wal", "-shm"):
        part, place = source.with_name(source.name + end), target.with_name(target.name + end)
        if part.exists():
            part.replace(place)
        else:
            place.unlink(missing_ok=True)


def version_of(damaged: Path, newest: int) -> int:
    """The schema version of `damaged`; `newest` where it cannot be read."""
    try:
        source = _opened(damaged)
        try:
            version = int(source.execute("PRAGMA user_version").fetchone()[0])
        finally:
            source.close()
    except sqlite3.Error:
        return newest
    return version if 0 < version <= newest else newest


def carry_over(damaged: Path, connection: sqlite3.Connection) -> int:
    """Rows of `damaged` into the fresh database of the same version at `connection`; how many messages there were. A
    message whose conversation is lost gets one called "Recovered"."""
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN")
        for table in _TABLES:
            columns = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]
            if not columns:
                continue
            marks = ", ".join("?" * len(columns))
            insert = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"
            for row in _rows(damaged, table, columns):
                connection.execute(insert, row)
            if "message_id" in columns:
                connection.execute(f"DELETE FROM {table} WHERE message_id NOT IN (SELECT id FROM message)")
        connection.execute(
            "INSERT OR IGNORE INTO conversation (id, title, created, updated) "
            "SELECT conversation_id, 'Recovered', min(created), max(created) FROM message GROUP BY conversation_id"
        )
        connection.execute("COMMIT")
        return int(connection.execute("SELECT count(*) FROM message").fetchone()[0])
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _opened(damaged: Path) -> sqlite3.Connection:
    source = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True)
    source.text_factory = readable
    return source


def _rows(damaged: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Rows from the first on, and from the last back, as far as they can be read; some come twice."""
    for direction in ("ASC", "DESC"):
        try:
            source = _opened(damaged)
        except sqlite3.Error:
            return
        try:
            yield from source.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id {direction}")
            return
        except sqlite3.Error:
            continue
        finally:
            source.close()
