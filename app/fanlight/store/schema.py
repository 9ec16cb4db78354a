"""The database's shape over time: step n of MIGRATIONS leads from version n to n + 1. Append; never change a step."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from fanlight.domain.errors import StoreError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE conversation (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        draft TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        updated REAL NOT NULL,
        deleted REAL
    );
    CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
        text TEXT NOT NULL,
        thinking TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('complete', 'open', 'stopped', 'failed')),
        footer TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL
    );
    CREATE INDEX message_by_conversation ON message (conversation_id, id);
    CREATE TABLE picture (
        id INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        image_id TEXT NOT NULL
    );
    CREATE INDEX picture_by_message ON picture (message_id, id);
    """,
)

KEPT_BACKUPS = 3


def migrate(connection: sqlite3.Connection, backups: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Bring the database up to date, each step in a transaction of its own; a copy goes to `backups` before the first.
    Raises StoreError for a database from a newer Fanlight, which is left as it is."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise StoreError(
            "The conversations on this computer were written by a newer Fanlight.",
            "Update Fanlight. Nothing was changed.",
        )
    if 0 < version < len(migrations):
        _back_up(connection, backups, version)
    for number, step in enumerate(migrations[version:], version + 1):
        try:
            connection.executescript(f"BEGIN; {step}; PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise


def _back_up(connection: sqlite3.Connection, backups: Path, version: int) -> None:
    backups.mkdir(mode=0o700, exist_ok=True)
    path = backups / f"{time.strftime('%Y%m%d-%H%M%S')}-version-{version}.db"
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(draft),))
    draft.replace(path)
    for old in sorted(backups.glob("*.db"))[:-KEPT_BACKUPS]:
        old.unlink()
