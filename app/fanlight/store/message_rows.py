"""Messages as rows of the table `message`, and the branches that they make.

`parent` is the number of the message that one follows, 0 for none. Where it is lost, or that message is, one follows
the one before it in its conversation, so that the others close up. `conversation.leaf` is where the shown branch ends;
NULL, or what is not there: at the newest message.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from fanlight.domain.branches import path_to, whole_parents
from fanlight.domain.messages import Role, TextPart
from fanlight.domain.stored import State, StoredMessage, StoredPart
from fanlight.store.mending import CREATED
from fanlight.store.parts import PartRow, fitting, part_of

_LENGTH_OF_LINE = """
    SELECT CASE WHEN count(*) = 0 THEN 0
        WHEN count(before.id) = count(*) - 1 AND sum(message.parent) = sum(message.id) - max(message.id)
        AND NOT EXISTS (SELECT 1 FROM conversation WHERE id = ?1 AND leaf IS NOT NULL) THEN count(*) END
    FROM message LEFT JOIN message AS before ON before.id = message.parent AND before.id < message.id
        AND before.conversation_id = message.conversation_id
    WHERE message.conversation_id = ?1
"""
"""How many messages, where each follows the one before it and the last one is shown; else NULL. Each follows none that
is later than that, so that the sum tells. Several times as fast as their numbers, one by one."""
NUMBERS = "SELECT value FROM json_each(?)"
"""The numbers of a list that was made by `listed`."""


def listed(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))


def read_messages(connection: sqlite3.Connection, conversation_id: int, since: int = 0) -> list[StoredMessage]:
    """In the order they were added, those of all branches, from the message `since` on. What most rows have comes as
    NULL: each text that comes out of SQLite costs time."""
    found: dict[int, list[StoredPart]] = {}
    for message_id, kind, text, sha256, details in connection.execute(
        "SELECT message_id, nullif(CAST(kind AS TEXT), 'text'), CAST(text AS TEXT), CAST(sha256 AS TEXT), "
        "nullif(CAST(details AS TEXT), '{}') FROM part WHERE message_id IN "
        "(SELECT id FROM message WHERE conversation_id = ? AND id >= ?) ORDER BY message_id, position",
        (conversation_id, since),
    ):
        part = TextPart(text or "") if kind is None else part_of(PartRow(kind, text or "", sha256, details or ""))
        if part is not None:
            found.setdefault(message_id, []).append(part)
    rows = connection.execute(
        "SELECT id, parent, nullif(role, 'user'), nullif(state, 'complete'), nullif(CAST(footer AS TEXT), ''), "
        f"{CREATED} FROM message WHERE conversation_id = ? AND id >= ? ORDER BY id",
        (conversation_id, since),
    ).fetchall()
    parents = whole_parents((id_, parent) for id_, parent, *_rest in rows)
    messages = []
    for id_, _parent, other_role, other_state, footer, created in rows:
        role: Role = other_role or "user"
        state: State = other_state or "complete"
        parts = fitting(role, found.get(id_, ()))
        messages.append(StoredMessage(id_, role, parts, state, footer or "", created, parents[id_]))
    return messages


def read_last_messages(
    connection: sqlite3.Connection, conversation_id: int, count: int
) -> tuple[int, list[StoredMessage]] | None:
    """The last ones, and how many stand before them; None where there are no more, or several branches."""
    (length,) = connection.execute(_LENGTH_OF_LINE, (conversation_id,)).fetchone()
    if length is None:  # or something of it is damaged
        parents = parents_in(connection, conversation_id)
        order = path_to(parents, shown_end(connection, conversation_id))
        length = len(order) if len(order) == len(parents) else 0
    if length <= count:
        return None
    sql = "SELECT id FROM message WHERE conversation_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
    (since,) = connection.execute(sql, (conversation_id, count - 1)).fetchone()
    return length - count, read_messages(connection, conversation_id, since)


def parents_in(connection: sqlite3.Connection, conversation_id: int) -> dict[int, int]:
    sql = "SELECT id, parent FROM message WHERE conversation_id = ? ORDER BY id"
    return whole_parents(connection.execute(sql, (conversation_id,)))


def shown_end(connection: sqlite3.Connection, conversation_id: int) -> int:
    """The message that ends the branch that is shown; 0 where there is none."""
    sql = (
        "SELECT coalesce((SELECT message.id FROM conversation JOIN message ON message.id = conversation.leaf "
        "AND message.conversation_id = conversation.id WHERE conversation.id = ?1), "
        "(SELECT max(id) FROM message WHERE conversation_id = ?1), 0)"
    )
    return int(connection.execute(sql, (conversation_id,)).fetchone()[0])


def insert_message(
    change: sqlite3.Connection,
    conversation_id: int,
    values: tuple[str, str, str, float],
    follows: int | None = None,
    number: int | None = None,
) -> int:
    """The number of the new row, `number` where that is given. `values`: role, state, footer, created. `follows`: None
    for the newest one."""
    cursor = change.execute(
        "INSERT INTO message (id, conversation_id, role, state, footer, created, parent) VALUES (?, ?, ?, ?, ?, ?, "
        "coalesce(?, (SELECT max(id) FROM message WHERE conversation_id = ?), 0))",
        (number, conversation_id, *values, follows, conversation_id),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def set_shown_end(change: sqlite3.Connection, conversation_id: int, end: int) -> None:
    change.execute(
        "UPDATE conversation SET leaf = nullif(?, (SELECT max(id) FROM message WHERE conversation_id = ?)) "
        "WHERE id = ?",
        (end, conversation_id, conversation_id),
    )
