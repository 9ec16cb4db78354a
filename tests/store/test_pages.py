"""Rows are found on the pages of a file and of its log, without the schema."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.messages import Message
from fanlight.store.database import Database
from fanlight.store.pages import rows_on_pages
from fanlight.store.wal_pages import holds_transactions, newer_pages

Opened = Callable[..., Database]

VALUES: list[tuple[Any, ...]] = [
    (None, 0, 1, -1, 127, 128, 32_767, 32_768),
    (2**23 - 1, 2**23, 2**31 - 1, 2**31, 2**47, -(2**63), 2**63 - 1, 0.5),
    ("", "☂ text", b"", b"\0\xff", "x" * 60, "y" * 5_000, b"z" * 300_000, "end"),
    (1.0, -2.0, 1e300, -1e-300, "a" * 4_000, "b" * 4_061, "c" * 4_096, "d" * 20_000),
]


@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_every_kind_of_value_is_read_as_sqlite_wrote_it(tmp_path: Path, page_size: int) -> None:
    path = tmp_path / "any.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute("CREATE TABLE any (a, b, c, d, e, f, g, h)")
        connection.executemany("INSERT INTO any VALUES (?, ?, ?, ?, ?, ?, ?, ?)", VALUES)
        connection.execute("INSERT INTO any (rowid, a) VALUES (?, ?)", (2**40, "far"))
    found = [row for row in rows_on_pages(path) if len(row.values) == 8]
    assert sorted(row.id for row in found) == [1, 2, 3, 4, 2**40]
    assert [row.values for row in sorted(found, key=lambda row: row.id)][:4] == VALUES
    assert all(row.whole for row in found)


def test_a_text_whose_end_is_lost_is_told_from_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "any.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE any (a)")
        connection.execute("INSERT INTO any VALUES (?)", ("words " * 10_000,))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 8192 * 4096])
    (row,) = (row for row in rows_on_pages(path) if len(row.values) == 1)
    assert not row.whole
    assert 10_000 < len(str(row.values[0])) < 50_000
    assert ("words " * 10_000).startswith(str(row.values[0]))


def test_the_log_is_read_as_far_as_it_was_committed(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    chat = database.create("chat")
    for number in range(20):
        database.add_message(chat, Message.of("user", f"message {number}"))
    log = tmp_path / "conversations.db-wal"
    copy = tmp_path / "copy-wal"
    copy.write_bytes(log.read_bytes())
    newer = newer_pages(copy, 4096)
    database.close()
    assert not log.exists()
    data = (tmp_path / "conversations.db").read_bytes()
    assert newer
    assert all(data[4096 * (number - 1) : 4096 * number] == page for number, page in newer.items())
    (tmp_path / "copy").write_bytes(b"")
    texts = [value for row in rows_on_pages(tmp_path / "copy") for value in row.values]
    assert {f"message {number}" for number in range(20)} <= set(texts)

    whole = copy.read_bytes()
    copy.write_bytes(whole[:-4096] + bytes(4096))
    assert set(newer_pages(copy, 4096)) <= set(newer)
    assert newer_pages(copy, 512) == {}
    copy.write_bytes(b"x" + whole[1:])
    assert newer_pages(copy, 4096) == {}


@pytest.mark.parametrize("seed", range(10))
def test_any_bytes_are_read_to_the_end(tmp_path: Path, opened: Opened, seed: int) -> None:
    database = opened(tmp_path)
    chat = database.create("chat")
    database.add_message(chat, Message.of("user", "words " * 5_000))
    database.close()
    path = tmp_path / "conversations.db"
    data = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(2000):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    path.write_bytes(data if seed % 2 else data[: chance.randrange(len(data))])
    assert isinstance(list(rows_on_pages(path)), list)


def test_a_log_that_another_program_removes_meanwhile_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "any.db-wal"
    monkeypatch.setattr(Path, "exists", lambda path: True)  # just now it was there
    assert newer_pages(log, 4096) == {}
    assert not holds_transactions(log)
