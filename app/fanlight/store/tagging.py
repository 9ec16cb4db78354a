"""Tags in the database: a row for each tag of each conversation. `key` tells names apart (`domain/tags.py`); a tag is
spelled alike in all conversations, as it was written first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from fanlight.domain.tags import clean_tag, tag_key, tags_of

_ADD = (
    "INSERT OR IGNORE INTO tag (conversation_id, key, name) "
    "SELECT id, ?, coalesce((SELECT name FROM tag WHERE key = ? ORDER BY id LIMIT 1), ?) FROM conversation WHERE id = ?"
)


class Changes(Protocol):
    """The part of store.changes.StoreChanges that is used here."""

    def begin(self) -> AbstractContextManager[sqlite3.Connection]: ...


def add_tags(change: sqlite3.Connection, conversation_id: int, names: Iterable[str]) -> None:
    """Beside those that it has. Nothing happens where there is no such conversation."""
    rows = [(tag_key(name), tag_key(name), name, conversation_id) for name in tags_of(names)]
    change.executemany(_ADD, rows)


def read_tags(connection: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """Of each conversation that has any."""
    found: dict[int, list[str]] = {}
    sql = "SELECT conversation_id, CAST(name AS TEXT) FROM tag ORDER BY key"
    for conversation_id, name in connection.execute(sql):
        found.setdefault(conversation_id, []).append(name)
    return {conversation_id: tuple(names) for conversation_id, names in found.items()}


class StoreTags:
    """Each method is one transaction, raises StoreError, and then has changed nothing."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def change(self, conversation_ids: Sequence[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        added, gone = tags_of(add), [tag_key(name) for name in remove]
        with self._changes.begin() as change:
            for conversation_id in conversation_ids:
                rows = [(conversation_id, key) for key in gone]
                change.executemany("DELETE FROM tag WHERE conversation_id = ? AND key = ?", rows)
                add_tags(change, conversation_id, added)

    def rename(self, name: str, to: str) -> None:
        """In all conversations, those in the trash included. Where there is a tag of the new name already, the two are
        one from then on."""
        written = clean_tag(to)
        if not written:
            return
        keys = (tag_key(name), tag_key(written))
        with self._changes.begin() as change:
            sql = "SELECT DISTINCT conversation_id FROM tag WHERE key IN (?, ?)"
            rows = [(id_, keys[1], written) for (id_,) in change.execute(sql, keys).fetchall()]
            change.execute("DELETE FROM tag WHERE key IN (?, ?)", keys)
            change.executemany("INSERT INTO tag (conversation_id, key, name) VALUES (?, ?, ?)", rows)

    def remove(self, name: str) -> list[int]:
        """From all conversations, those in the trash included; which had it."""
        with self._changes.begin() as change:
            sql = "SELECT conversation_id FROM tag WHERE key = ?"
            had = [int(id_) for (id_,) in change.execute(sql, (tag_key(name),)).fetchall()]
            change.execute("DELETE FROM tag WHERE key = ?", (tag_key(name),))
            return had
