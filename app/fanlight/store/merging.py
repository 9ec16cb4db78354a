"""What a backup holds and the database lacks, added to the database.

A conversation is the same one where its number and the second it was made in are the same. Its messages are told apart
by their numbers, which are never given twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fanlight.store.mending import free_number

_CONVERSATION, _CREATED = "title, draft, created, updated, deleted, days_in_trash, pinned", 2
_MESSAGE = "role, state, footer, created"
_PART = "position, kind, text, sha256, details"


@dataclass(frozen=True, slots=True)
class _Found:
    """A message of the backup."""

    id: int
    values: tuple[Any, ...]


def merge(backup: sqlite3.Connection, change: sqlite3.Connection) -> int:
    """Within a transaction of `change`; both have the newest schema. Returns how many messages were added, or parts of
    them. Raises sqlite3.Error of either."""
    added = 0
    for id_, *values in backup.execute(f"SELECT id, {_CONVERSATION} FROM conversation ORDER BY touched, id").fetchall():
        rows = backup.execute(f"SELECT id, {_MESSAGE} FROM message WHERE conversation_id = ? ORDER BY id", (id_,))
        found = [_Found(number, tuple(rest)) for number, *rest in rows.fetchall()]
        conversation = _conversation_of(change, id_, values)
        there = _messages_of(change, conversation)
        added += _add_messages(backup, change, conversation, _missing(found, there))
        added += sum(_add_parts(backup, change, number) for number in {one.id for one in found} & set(there))
    return added


def _conversation_of(change: sqlite3.Connection, id_: int, values: Sequence[Any]) -> int:
    """The number of that conversation here; it is added where it is missing, under its own number if that is free."""
    row = change.execute("SELECT created FROM conversation WHERE id = ?", (id_,)).fetchone()
    if row is not None and row[0] == values[_CREATED]:
        return id_
    number = id_ if row is None else free_number(change)
    sql = f"INSERT INTO conversation (id, {_CONVERSATION}, touched) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)"
    change.execute(sql, (number, *values))
    return number


def _messages_of(change: sqlite3.Connection, conversation: int) -> list[int]:
    rows = change.execute("SELECT id FROM message WHERE conversation_id = ? ORDER BY id", (conversation,))
    return [id_ for (id_,) in rows]


def _missing(found: Sequence[_Found], there: Sequence[int]) -> list[_Found]:
    """What was asked again or edited since is not missing: its place, up to the end, was taken by newer messages."""
    known = set(there)
    missing = [message for message in found if message.id not in known]
    if missing and there:
        last_common = max((message.id for message in found if message.id in known), default=0)
        replaced = all(message.id > last_common for message in missing) and there[-1] > found[-1].id
        return [] if replaced else missing
    return missing


def _add_messages(
    backup: sqlite3.Connection, change: sqlite3.Connection, conversation: int, wanted: Sequence[_Found]
) -> int:
    """Under their own numbers, or all under new ones where one is taken: numbers are their order."""
    numbers = ", ".join(str(message.id) for message in wanted)
    taken = change.execute(f"SELECT 1 FROM message WHERE id IN ({numbers})").fetchone()
    for message in wanted:
        sql = f"INSERT INTO message (id, conversation_id, {_MESSAGE}) VALUES (?, ?, ?, ?, ?, ?)"
        made = change.execute(sql, (None if taken else message.id, conversation, *message.values))
        parts = backup.execute(f"SELECT {_PART} FROM part WHERE message_id = ? ORDER BY position", (message.id,))
        change.executemany(
            f"INSERT OR IGNORE INTO part (message_id, {_PART}) VALUES (?, ?, ?, ?, ?, ?)",
            [(made.lastrowid, *part) for part in parts.fetchall()],
        )
    return len(wanted)


def _add_parts(backup: sqlite3.Connection, change: sqlite3.Connection, message_id: int) -> bool:
    """Parts that a message lacks, unless it was changed since: those that are there must be the same. A text that is
    another one of the same length is one with changed bits: what grows or is asked again has another length."""
    sql = f"SELECT {_PART} FROM part WHERE message_id = ? ORDER BY position"
    saved = backup.execute(sql, (message_id,)).fetchall()
    there = {part[0]: part for part in change.execute(sql, (message_id,)).fetchall()}
    missing = [part for part in saved if part[0] not in there]
    changed = [part for part in saved if part[0] in there and part != there[part[0]]]
    if not all(len(part[2]) == len(there[part[0]][2]) for part in changed) or len(there) > len(saved):
        return False
    for part in changed:
        change.execute("DELETE FROM part WHERE message_id = ? AND position = ?", (message_id, part[0]))
    missing += changed
    change.executemany(
        f"INSERT INTO part (message_id, {_PART}) VALUES (?, ?, ?, ?, ?, ?)", [(message_id, *part) for part in missing]
    )
    return bool(missing)
