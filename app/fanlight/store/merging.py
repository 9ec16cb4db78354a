"""What a backup holds and the database lacks, added to the database.

A conversation is the same one where its number and the second it was made in are the same. Its messages are told apart
by their numbers, which are never given twice. What was asked again or edited since comes back as a branch. One that was
restored under another number, because its own was taken, is known by its second and its first message; its messages are
told apart by what they say. Tags come with a conversation that is added, or that has none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from fanlight.domain.branches import Parents, followers, path_to
from fanlight.store.mending import free_number
from fanlight.store.message_rows import NUMBERS, insert_message, listed, parents_in, set_shown_end, shown_end
from fanlight.store.tagging import add_tags, read_tags

_CONVERSATION, _CREATED = "title, draft, created, updated, deleted, days_in_trash, pinned, archived", 2
_MESSAGE = "role, state, footer, created"
_PART = "position, kind, text, sha256, details"


def merge(backup: sqlite3.Connection, change: sqlite3.Connection) -> int:
    """Within a transaction of `change`; both have the newest schema. Returns how many messages were added, or parts of
    them. Raises sqlite3.Error of either."""
    added, tags = 0, read_tags(backup)
    for id_, *values in backup.execute(f"SELECT id, {_CONVERSATION} FROM conversation ORDER BY touched, id").fetchall():
        conversation, is_new = _conversation_of(backup, change, id_, values)
        if id_ in tags and not _has_tags(change, conversation):  # one that was removed since does not come back
            add_tags(change, conversation, tags[id_])
        found, there = parents_in(backup, id_), parents_in(change, conversation)
        shared = there if conversation == id_ else {}
        end = shown_end(backup, id_) if is_new else shown_end(change, conversation)
        if any(number not in shared for number in found):
            numbers = _BackedUpMessages(backup, change, conversation, there, shared).add(found)
            added += sum(number not in there for number in numbers.values() if number)
            _show_end(change, conversation, numbers[end] if is_new else end)
        added += sum(_add_parts(backup, change, number) for number in found if number in shared)
    return added


def _has_tags(change: sqlite3.Connection, conversation: int) -> bool:
    return change.execute("SELECT 1 FROM tag WHERE conversation_id = ?", (conversation,)).fetchone() is not None


def _show_end(change: sqlite3.Connection, conversation: int, end: int) -> None:
    """What was added after it belongs to the shown branch; what was added beside it does not."""
    (chosen,) = change.execute("SELECT leaf FROM conversation WHERE id = ?", (conversation,)).fetchone()
    parents = parents_in(change, conversation)
    if chosen not in parents and end and end not in path_to(parents, max(parents)):
        set_shown_end(change, conversation, end)


def _conversation_of(
    backup: sqlite3.Connection, change: sqlite3.Connection, id_: int, values: Sequence[Any]
) -> tuple[int, bool]:
    """The number of that conversation here, and whether it is new: it is added where it is missing, under its own
    number if that is free."""
    row = change.execute("SELECT created FROM conversation WHERE id = ?", (id_,)).fetchone()
    if row is not None and row[0] == values[_CREATED]:
        return id_, False
    for (other,) in change.execute("SELECT id FROM conversation WHERE created = ?", (values[_CREATED],)).fetchall():
        if _first(backup, id_) == _first(change, other):
            return int(other), False
    number = id_ if row is None else free_number(change)
    sql = f"INSERT INTO conversation (id, {_CONVERSATION}, touched) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
    change.execute(sql, (number, *values))
    return number, True


class _BackedUpMessages:
    """Those of one conversation; `there` is what is there already, `shared` what has the same numbers in both."""

    def __init__(
        self,
        backup: sqlite3.Connection,
        change: sqlite3.Connection,
        conversation: int,
        there: Parents,
        shared: Parents,
    ) -> None:
        self._backup, self._change, self._conversation, self._shared = backup, change, conversation, shared
        self._beside = followers(there)

    def add(self, found: Parents) -> dict[int, int]:
        """The numbers here of all that is `found`. Missing ones keep their own, or all get new ones where one is taken:
        numbers are their order."""
        missing = listed(number for number in found if number not in self._shared)
        taken = self._change.execute(f"SELECT 1 FROM message WHERE id IN ({NUMBERS})", (missing,)).fetchone()
        numbers = {0: 0}
        for number, parent in found.items():
            follows = numbers[parent]
            if number not in self._shared:
                numbers[number] = self._same(number, follows) or self._add(number, follows, None if taken else number)
                continue
            numbers[number] = number
            if follows != self._shared[number] and follows < number:  # what it followed was lost
                self._change.execute("UPDATE message SET parent = ? WHERE id = ?", (follows, number))
        return numbers

    def _same(self, number: int, follows: int) -> int | None:
        """One that is there under another number: written anew after a repair."""
        wanted = _content(self._backup, number)
        return next((one for one in self._beside.get(follows, ()) if _content(self._change, one) == wanted), None)

    def _add(self, number: int, follows: int, wanted: int | None) -> int:
        if wanted is not None and wanted < follows:  # it would be older than what it follows
            wanted = None
        (values,) = self._backup.execute(f"SELECT {_MESSAGE} FROM message WHERE id = ?", (number,))
        made = insert_message(self._change, self._conversation, values, follows, wanted)
        self._change.executemany(
            f"INSERT OR IGNORE INTO part (message_id, {_PART}) VALUES (?, ?, ?, ?, ?, ?)",
            [(made, *part) for part in _parts(self._backup, number)],
        )
        return made


def _first(connection: sqlite3.Connection, conversation: int) -> tuple[Any, ...]:
    """What its first message says."""
    return next((_content(connection, number) for number in parents_in(connection, conversation)), ())


def _content(connection: sqlite3.Connection, number: int) -> tuple[Any, ...]:
    role = connection.execute("SELECT role FROM message WHERE id = ?", (number,)).fetchone()
    return (role, *_parts(connection, number))


def _parts(connection: sqlite3.Connection, number: int) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT {_PART} FROM part WHERE message_id = ? ORDER BY position", (number,)).fetchall()


def _add_parts(backup: sqlite3.Connection, change: sqlite3.Connection, message_id: int) -> bool:
    """Parts that a message lacks, unless it was changed since: those that are there must be the same. A text that is
    another one of the same length is one with changed bits: what grows or is asked again has another length."""
    saved = _parts(backup, message_id)
    there = {part[0]: part for part in _parts(change, message_id)}
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
