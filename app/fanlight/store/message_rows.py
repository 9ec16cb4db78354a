"""Messages as rows of the table `message`, and the branches that they make.

`parent` is the number of the message that one follows, 0 for none. Where it is lost, or that message is, one follows
the one before it in its conversation, so that the others close up. `conversation.leaf` is where the shown branch ends;
NULL, or what is not there: at the newest message.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from fanlight.domain.branches import whole_parents
from fanlight.domain.stored import StoredMessage, StoredPart
from fanlight.store.mending import CREATED
from fanlight.store.parts import PartRow, fitting, part_of

NUMBERS = "SELECT value FROM json_each(?)"
"""The numbers of a list that was made by `listed`."""


def listed(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))


def read_messages(connection: sqlite3.Connection, conversation_id: int) -> list[StoredMessage]:
    """In the order they were added, those of all branches."""
    found: dict[int, list[StoredPart]] = {}
    for message_id, *columns in connection.execute(
        "SELECT message_id, CAST(kind AS TEXT), coalesce(CAST(text AS TEXT), ''), CAST(sha256 AS TEXT), "
        "coalesce(CAST(details AS TEXT), '') FROM part WHERE message_id IN "
        "(SELECT id FROM message WHERE conversation_id = ?) ORDER BY message_id, position",
        (conversation_id,),
    ):
        if (part := part_of(PartRow(*columns))) is not None:
            found.setdefault(message_id, []).append(part)
    rows = connection.execute(
        f"SELECT id, parent, role, state, coalesce(CAST(footer AS TEXT), ''), {CREATED} FROM message "
        "WHERE conversation_id = ? ORDER BY id",
        (conversation_id,),
    ).fetchall()
    parents = whole_parents((id_, parent) for id_, parent, *_rest in rows)
    return [
        StoredMessage(id_, role, fitting(role, found.get(id_, ())), state, footer, created, parents[id_])
        for id_, _parent, role, state, footer, created in rows
    ]


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
