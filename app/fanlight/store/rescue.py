"""What can still be read of a damaged database: rows by SQL, from the first on and from the last back, and rows found
on its pages. All go into a new database of the same version, where a row that came twice is kept once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fanlight.store.connection import connect_to_read
from fanlight.store.failures import SQLITE_ERRORS
from fanlight.store.pages import Value, rows_on_pages

_TABLES = ("conversation", "message", "picture", "part", "tag")
"""The tables of all versions of the schema, parents first."""

_ROLES, _STATES = ("system", "user", "assistant"), ("complete", "open", "stopped", "failed")
_KINDS = ("text", "thinking", "picture", "document")


def version_of(damaged: Path, newest: int) -> int:
    """The schema version of `damaged`; `newest` where it cannot be read."""
    try:
        source = connect_to_read(damaged)
        try:
            version = int(source.execute("PRAGMA user_version").fetchone()[0])
        finally:
            source.close()
    except SQLITE_ERRORS:
        return newest
    return version if 0 < version <= newest else newest


def carry_over(damaged: Path, connection: sqlite3.Connection) -> None:
    """Rows of `damaged` into the new database of the same version at `connection`, in one transaction; some may name a
    row that is lost (`store/mending.py`). Raises sqlite3.Error of `connection`, OSError."""
    columns = {table: _columns(connection, table) for table in _TABLES}
    try:
        connection.execute("BEGIN")
        for table in _TABLES:
            if columns[table]:
                for values in _rows(damaged, table, columns[table]):
                    _insert(connection, table, columns[table], values)
        for row in rows_on_pages(damaged):
            table = _table_of(row.values)
            if row.whole and table and len(row.values) <= len(columns[table]):
                _insert(connection, table, columns[table][: len(row.values)], (row.id, *row.values[1:]))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def carry_over_torn(damaged: Path, change: sqlite3.Connection) -> None:
    """Parts of messages whose text is cut off, where no longer one has been found elsewhere. `change` has the newest
    schema, and is within a transaction."""
    for row in rows_on_pages(damaged):
        if not row.whole and _table_of(row.values) == "part":
            change.execute(
                "INSERT INTO part (message_id, position, kind, text, sha256, details) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (message_id, position) DO UPDATE SET kind = excluded.kind, text = excluded.text, "
                "sha256 = excluded.sha256, details = excluded.details WHERE length(excluded.text) > length(text)",
                row.values[1:],
            )


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]


def _insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], row: Sequence[Any]) -> None:
    """A row that is there already, or that breaks a rule of the schema, is left out."""
    marks = ", ".join("?" * len(columns))
    connection.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})", row)


def _rows(damaged: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Rows from the first on, and from the last back, as far as they can be read; some come twice."""
    for direction in ("ASC", "DESC"):
        try:
            source = connect_to_read(damaged)
        except SQLITE_ERRORS:
            return
        try:
            yield from source.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id {direction}")
            return
        except SQLITE_ERRORS:
            continue
        finally:
            source.close()


def _table_of(values: Sequence[Value]) -> str:
    """The table whose rows look like this, "" for none. The first column is the row's id, which is stored as NULL; a
    column that was added later is missing from older rows."""
    match values:
        case (None, str(), str(), int() | float(), int() | float(), None | int() | float(), *more) if len(more) <= 5:
            return "conversation"
        case (None, int(), str(role), str(state), str(), int() | float(), *more) if len(more) <= 1:
            return "message" if role in _ROLES and state in _STATES else ""
        case (None, int(), int(), str(kind), str(), None | str(), str()) if kind in _KINDS:
            return "part"
        case (None, int(), str(), str()):
            return "tag"
        case _:
            return ""
