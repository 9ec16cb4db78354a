"""Makes a database whole whose rows were brought back one by one: every part has its message, every message its
conversation, every conversation a title, a date, and a place in the list, every tag a conversation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from fanlight.domain.stored import LATEST_DATE
from fanlight.domain.tags import tag_key
from fanlight.domain.titles import title_of
from fanlight.i18n import _

CREATED, UPDATED = (
    f"CASE WHEN {column} BETWEEN 0 AND {LATEST_DATE} THEN {column} ELSE 0 END" for column in ("created", "updated")
)
"""The columns of a row whose dates may be damaged."""


def mend(change: sqlite3.Connection) -> None:
    """Within a transaction. Raises sqlite3.Error."""
    _give_messages_conversations(change)
    _give_parts_messages(change)
    _mend_tags(change)
    for column in ("created", "updated"):
        change.execute(f"UPDATE conversation SET {column} = 0 WHERE NOT {column} BETWEEN 0 AND {LATEST_DATE}")
    change.execute("UPDATE conversation SET updated = created WHERE updated = 0")
    if change.execute("SELECT 1 FROM conversation WHERE touched = 0").fetchone():
        change.execute(
            "UPDATE conversation SET touched = ranked.place "
            "FROM (SELECT id, row_number() OVER (ORDER BY updated, id) AS place FROM conversation) AS ranked "
            "WHERE ranked.id = conversation.id"
        )


def _mend_tags(change: sqlite3.Connection) -> None:
    """Of lost conversations there are none; a damaged name is known by what is left of it."""
    change.execute("DELETE FROM tag WHERE conversation_id NOT IN (SELECT id FROM conversation)")
    rows = change.execute("SELECT id, CAST(key AS TEXT), CAST(name AS TEXT) FROM tag").fetchall()
    damaged = [(tag_key(name), name, id_) for id_, key, name in rows if key != tag_key(name)]
    change.executemany("UPDATE OR REPLACE tag SET key = ?, name = ? WHERE id = ?", damaged)


def free_number(change: sqlite3.Connection) -> int:
    """For a conversation, one that not even a message of a lost one has."""
    sql = "SELECT max(coalesce((SELECT max(id) FROM conversation), 0), coalesce(max(conversation_id), 0)) FROM message"
    return int(change.execute(sql).fetchone()[0]) + 1


@dataclass(frozen=True, slots=True)
class _Lost:
    """A message of which only parts are left."""

    id: int
    has_picture: bool
    has_thoughts: bool


def _give_parts_messages(change: sqlite3.Connection) -> None:
    """Roles take turns, unless a picture (the user's) or thoughts (the model's) tell. A message between two of one
    conversation is of it, too; the others make one of their own."""
    sql = (
        "SELECT message_id, max(kind IN ('picture', 'document')), max(kind = 'thinking') FROM part "
        "WHERE message_id NOT IN (SELECT id FROM message) GROUP BY message_id ORDER BY message_id"
    )
    lost = [_Lost(id_, bool(picture), bool(thoughts)) for id_, picture, thoughts in change.execute(sql).fetchall()]
    home = 0
    for one in lost:
        conversation, role_before = _neighbourhood(change, one.id)
        if not conversation:
            home = home or _new_conversation(change)
            conversation, role_before = home, _last_role(change, home)
        role = "assistant" if role_before == "user" else "user"
        role = "user" if one.has_picture else "assistant" if one.has_thoughts else role
        change.execute(
            "INSERT INTO message (id, conversation_id, role, state, created) VALUES (?, ?, ?, 'complete', 0)",
            (one.id, conversation, role),
        )
    if home:
        _give_title(change, home)


def _neighbourhood(change: sqlite3.Connection, message_id: int) -> tuple[int, str]:
    """The conversation on both sides of where that message was, and the role before it; 0 where there is none."""
    sql = "SELECT conversation_id, role FROM message WHERE id {} ? ORDER BY id {} LIMIT 1"
    before = change.execute(sql.format("<", "DESC"), (message_id,)).fetchone()
    after = change.execute(sql.format(">", "ASC"), (message_id,)).fetchone()
    if before and after and before[0] == after[0]:
        return before[0], before[1]
    return 0, ""


def _last_role(change: sqlite3.Connection, conversation: int) -> str:
    sql = "SELECT role FROM message WHERE conversation_id = ? ORDER BY id DESC LIMIT 1"
    row = change.execute(sql, (conversation,)).fetchone()
    return str(row[0]) if row else ""


def _new_conversation(change: sqlite3.Connection) -> int:
    number = free_number(change)
    change.execute("INSERT INTO conversation (id, title, created, updated) VALUES (?, '', 0, 0)", (number,))
    return number


def _give_messages_conversations(change: sqlite3.Connection) -> None:
    sql = (
        "SELECT conversation_id, min(created), max(created) FROM message "
        "WHERE conversation_id NOT IN (SELECT id FROM conversation) GROUP BY conversation_id"
    )
    for id_, first, last in change.execute(sql).fetchall():
        change.execute(
            "INSERT INTO conversation (id, title, created, updated) VALUES (?, '', ?, ?)", (id_, first, last)
        )
        _give_title(change, id_)


def _give_title(change: sqlite3.Connection, conversation: int) -> None:
    """From its first question, as a new one gets it."""
    text = next(_questions(change, conversation), "")
    title = title_of(text) if text.strip() else _("Recovered conversation")
    change.execute("UPDATE conversation SET title = ? WHERE id = ?", (title, conversation))


def _questions(change: sqlite3.Connection, conversation: int) -> Iterator[str]:
    sql = (
        "SELECT part.text FROM part JOIN message ON message.id = part.message_id WHERE message.conversation_id = ? "
        "AND message.role = 'user' AND part.kind = 'text' ORDER BY message.id, part.position"
    )
    return (str(text) for (text,) in change.execute(sql, (conversation,)))
