"""A connection to a database of conversations, and whether it is one and whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from fanlight.domain.errors import DatabaseDamaged, DatabaseEmpty, DatabaseForeign
from fanlight.i18n import _
from fanlight.store.schema import migrate

SECONDS_TO_WAIT_FOR_LOCK = 1.0

Shape = set[tuple[str, str]]
"""(table, column) of all tables."""


def readable(text: bytes) -> str:
    """Text with invalid UTF-8 replaced. SQLite checks its pages, not the text on them: one changed byte must not cost a
    conversation."""
    return text.decode("utf-8", "replace")


def connect(path: Path, migrations: Sequence[str], *, may_be_new: bool = True) -> sqlite3.Connection:
    """The database at `path`, made where there is none, locked for this process. Raises sqlite3.Error, OSError, and,
    before anything is changed, DatabaseForeign, or DatabaseEmpty where it has no tables and may not be new."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=SECONDS_TO_WAIT_FOR_LOCK, isolation_level=None)
    connection.text_factory = readable
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        _check_own(connection, migrations, may_be_new=may_be_new)
        if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != 2:  # set again, it would write
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL").fetchall()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def connect_whole(
    path: Path, copies: Path, migrations: Sequence[str], *, may_be_new: bool = True, check_indexes: bool = False
) -> sqlite3.Connection:
    """As `connect`, checked and brought up to date. Raises also DatabaseDamaged."""
    crashed = path.with_name(path.name + "-wal").exists()
    connection = connect(path, migrations, may_be_new=may_be_new)
    try:
        # The quick check runs at every start; after a crash, indexes are compared with their tables, too.
        check_whole(connection, "integrity_check" if crashed or check_indexes else "quick_check")
        migrate(connection, copies, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Changes nothing in the file. Raises sqlite3.Error."""
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    source.text_factory = readable
    return source


def check_whole(connection: sqlite3.Connection, check: str = "quick_check") -> None:
    """Raises DatabaseDamaged."""
    found = connection.execute(f"PRAGMA {check}(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseDamaged(_("The conversations file is damaged: {problem}.").format(problem=found))


def is_damage(error: Exception) -> bool:
    """Whether the file itself cannot be read as a database of conversations."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, DatabaseDamaged | UnicodeDecodeError) or code in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )


def new_id(cursor: sqlite3.Cursor) -> int:
    """Of the row that it has inserted."""
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _check_own(connection: sqlite3.Connection, migrations: Sequence[str], *, may_be_new: bool) -> None:
    """Raises DatabaseForeign where the tables are not those of its version; a newer one must hold conversations. Raises
    DatabaseEmpty where there are none."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    has = _shape(connection)
    if version > len(migrations):
        expected = {("conversation", "title"), ("message", "conversation_id")}
    else:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as blank:
            for step in migrations[: max(0, version)]:
                blank.executescript(step)
            expected = _shape(blank)
    if not has and not may_be_new:
        raise DatabaseEmpty(_("The conversations file is empty."))
    if not expected <= has or (version <= 0 and has):
        raise DatabaseForeign(_("The conversations file belongs to another program."))


def _shape(connection: sqlite3.Connection) -> Shape:
    sql = (
        "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
        "WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'"
    )
    return {(str(table), str(column)) for table, column in connection.execute(sql)}
