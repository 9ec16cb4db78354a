"""When what was deleted leaves the disk.

Only a picture that the database has named itself, and names no longer, is ever removed: one that it never knew, beside
a new database or one restored from a copy, may belong to another. Days are counted while Fanlight runs, at most one for
each time this is looked at, so a clock that jumps shortens nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

TRASH_DAYS = 30
"""A deleted conversation can be restored so long."""
GRACE_DAYS = 7
"""A picture that no message shows any more stays so long."""

_SECONDS_PER_DAY = 86_400.0


def count_days(change: sqlite3.Connection, now: float) -> None:
    """Let what has been deleted or is unused be older by the time since the last call, by a day at most."""
    change.execute("DELETE FROM unused_picture WHERE sha256 IN (SELECT sha256 FROM part WHERE sha256 IS NOT NULL)")
    last = change.execute("SELECT done FROM chore WHERE name = 'count days'").fetchone()
    days = min(max(0.0, now - last[0]) / _SECONDS_PER_DAY, 1.0) if last else 0.0
    change.execute(
        "INSERT INTO chore (name, done) VALUES ('count days', ?) ON CONFLICT (name) DO UPDATE SET done = excluded.done",
        (now,),
    )
    change.execute("UPDATE conversation SET days_in_trash = days_in_trash + ?", (days,))  # or without a question
    change.execute("UPDATE unused_picture SET days = days + ?", (days,))


def expired(connection: sqlite3.Connection) -> list[int]:
    """Conversations that have been in the trash long enough."""
    sql = "SELECT id FROM conversation WHERE deleted IS NOT NULL AND days_in_trash >= ?"
    return [id_ for (id_,) in connection.execute(sql, (TRASH_DAYS,))]


def due_pictures(connection: sqlite3.Connection) -> list[str]:
    """Pictures that have been unused long enough, and still are."""
    sql = (
        "SELECT sha256 FROM unused_picture WHERE days >= ? "
        "AND sha256 NOT IN (SELECT sha256 FROM part WHERE sha256 IS NOT NULL)"
    )
    return [str(sha256) for (sha256,) in connection.execute(sql, (GRACE_DAYS,))]


def note_unused(change: sqlite3.Connection, names: Iterable[str]) -> None:
    """These files are about to be written, and no row names them yet."""
    change.executemany("INSERT OR IGNORE INTO unused_picture (sha256) VALUES (?)", [(name,) for name in names])


def note_used(change: sqlite3.Connection, names: Iterable[str]) -> None:
    """A row names them, or their files are gone."""
    change.executemany("DELETE FROM unused_picture WHERE sha256 = ?", [(name,) for name in names])


def note_dropped(change: sqlite3.Connection, which: str, values: tuple[Any, ...], days: float = 0.0) -> None:
    """The pictures of the messages for which `which` (SQL) is true are about to lose these rows."""
    change.execute(
        "INSERT INTO unused_picture (sha256, days) "
        "SELECT DISTINCT part.sha256, ? FROM part JOIN message ON message.id = part.message_id "
        f"WHERE part.sha256 IS NOT NULL AND {which} "
        "ON CONFLICT (sha256) DO UPDATE SET days = max(days, excluded.days)",
        (days, *values),
    )
