"""Rows that were brought back one by one become conversations again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from fanlight.store.mending import mend
from fanlight.store.schema import migrate


@pytest.fixture
def change() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, None)
        yield connection


def add_part(change: sqlite3.Connection, message: int, text: str, kind: str = "text") -> None:
    sql = "INSERT INTO part (message_id, position, kind, text) SELECT ?, count(*), ?, ? FROM part WHERE message_id = ?"
    change.execute(sql, (message, kind, text, message))


def roles(change: sqlite3.Connection) -> list[tuple[int, str]]:
    return change.execute("SELECT id, role FROM message ORDER BY id").fetchall()


def test_parts_without_messages_take_turns_in_a_conversation_of_their_own(change: sqlite3.Connection) -> None:
    for message, text in ((3, "Which colour?"), (4, "Red."), (7, "And now?"), (8, "Blue.")):
        add_part(change, message, text)
    mend(change)
    assert roles(change) == [(3, "user"), (4, "assistant"), (7, "user"), (8, "assistant")]
    assert change.execute("SELECT title FROM conversation").fetchall() == [("Which colour?",)]


def test_pictures_are_the_users_and_thoughts_the_models(change: sqlite3.Connection) -> None:
    add_part(change, 1, "hm", "thinking")
    add_part(change, 1, "Red.")
    add_part(change, 2, "", "picture")
    add_part(change, 3, "", "picture")
    mend(change)
    assert roles(change) == [(1, "assistant"), (2, "user"), (3, "user")]


def test_a_message_between_two_of_a_conversation_is_of_it_too(change: sqlite3.Connection) -> None:
    change.execute("INSERT INTO conversation (id, title, created, updated) VALUES (5, 'mine', 1, 1)")
    for message, role in ((10, "user"), (12, "user")):
        sql = "INSERT INTO message (id, conversation_id, role, state, created) VALUES (?, 5, ?, 'complete', 1)"
        change.execute(sql, (message, role))
    add_part(change, 11, "An answer.")
    mend(change)
    found = change.execute("SELECT conversation_id, role FROM message WHERE id = 11").fetchone()
    assert found == (5, "assistant")
