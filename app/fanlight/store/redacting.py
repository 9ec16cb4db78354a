"""A kept picture is replaced by another one, such as the same one redacted, as thoroughly as deleting for good removes
it: in all messages, in the backups of each day, in the search index, on the disk.

Whoever edits pictures in place leaves the end of the longer old file behind the new one (CVE-2023-21036,
"aCropalypse"): a new file is written, under its own name, and the old one removed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from fanlight.domain.messages import Picture
from fanlight.domain.reading import holds_text_read, without_text_read
from fanlight.store import leftovers
from fanlight.store.backups import Backups
from fanlight.store.blobs import Blobs, name_of
from fanlight.store.changes import StoreChanges
from fanlight.store.failures import translated
from fanlight.store.searching import StoreSearch


class StoreRedaction:
    """Of the database in `folder`."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        changes: StoreChanges,
        blobs: Blobs,
        backups: Backups,
        searching: StoreSearch,
    ) -> None:
        self._folder, self._connection, self._changes = folder, connection, changes
        self._blobs, self._backups, self._searching = blobs, backups, searching

    def replace_pictures(self, old: Sequence[str], picture: Picture) -> list[int]:
        """`picture` instead of the files called `old`; the conversations in which they are. What was read in them goes
        from the questions, too. Raises StoreError, and then has changed nothing, except where a backup or a file cannot
        be changed: then that is done with what was deleted."""
        new = name_of(picture.data)
        old = [name for name in old if name != new]
        with translated(self._folder):
            messages = {message for _row, message, _details in _rows(self._connection, old)}
        self._changes.announce([new])
        with self._changes.begin() as change:
            self._blobs.write(picture.data)
            _replace(change, old, new, picture)
            leftovers.note_used(change, [new] if messages else [])
            change.executemany(
                "INSERT INTO unused_picture (sha256, days) VALUES (?, ?) "
                "ON CONFLICT (sha256) DO UPDATE SET days = max(days, excluded.days)",
                [(name, leftovers.GRACE_DAYS) for name in old],
            )  # a process that ends before the files are removed
            self._searching.forget_deleted(change)
        with translated(self._folder):
            self._backups.change_each(lambda backup: _replace(backup, old, new, picture))
            for name in old:
                self._blobs.remove(name)
        with self._changes.begin() as change:
            leftovers.note_used(change, old)
        with translated(self._folder):
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return self._conversations(messages)

    def _conversations(self, messages: set[int]) -> list[int]:
        sql = "SELECT conversation_id FROM message WHERE id = ?"
        with translated(self._folder):
            rows = [self._connection.execute(sql, (message,)).fetchone() for message in messages]
        return sorted({row[0] for row in rows if row is not None})


def _rows(connection: sqlite3.Connection, names: Sequence[str]) -> list[tuple[int, int, str]]:
    """Of the parts that show these files: their rows, messages, and details."""
    sql = "SELECT rowid, message_id, CAST(details AS TEXT) FROM part WHERE kind = 'picture' AND sha256 = ?"
    return [row for name in names for row in connection.execute(sql, (name,)).fetchall()]


def _replace(change: sqlite3.Connection, old: Sequence[str], new: str, picture: Picture) -> None:
    for row, message, details in _rows(change, old):
        sql = "UPDATE part SET sha256 = ?, details = ? WHERE rowid = ?"
        change.execute(sql, (new, _replaced_details(details, picture), row))
        _cut_text_read(change, message)


def _replaced_details(details: str, picture: Picture) -> str:
    """Of a part's row: its name stays."""
    try:
        found = json.loads(details)
    except (ValueError, RecursionError):
        found = {}
    name = found.get("name", "") if isinstance(found, dict) else ""
    about: dict[str, object] = {"kind": picture.kind, "name": name, "width": picture.width, "height": picture.height}
    if picture.detail != "normal":
        about["detail"] = picture.detail
    return json.dumps({**about, "image_id": picture.image.id}, ensure_ascii=False)


def _cut_text_read(change: sqlite3.Connection, message: int) -> None:
    sql = "SELECT rowid, CAST(text AS TEXT) FROM part WHERE kind = 'text' AND message_id = ?"
    for row, text in change.execute(sql, (message,)).fetchall():
        if holds_text_read(text):
            change.execute("UPDATE part SET text = ? WHERE rowid = ?", (without_text_read(text), row))
