"""Conversations in which nothing is asked any more are deleted by themselves, counted in days on which Fanlight
runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fanlight.domain.messages import Message
from fanlight.store.database import Database
from fanlight.store.schema import MIGRATIONS

DAY = 86_400.0


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    made = Database(tmp_path, MIGRATIONS, clock)
    for title in ("old", "used", "pinned", "in trash"):
        made.add_message(made.create(title), Message.of("user", f"{title}?"))
    made.set_pinned(3, True)
    yield made
    made.close()


def pass_days(database: Database, clock: Clock, days: int) -> None:
    for _unused in range(days):
        clock.now += DAY
        database.keep_house()


def titles(database: Database) -> list[str]:
    return sorted(row.title for row in database.conversations())


def test_what_was_not_used_for_so_long_is_gone(database: Database, clock: Clock, tmp_path: Path) -> None:
    database.back_up()
    pass_days(database, clock, 20)
    answer = database.add_message(2, Message.of("assistant", ""), (), "open")
    database.erasing.unused(30)
    assert titles(database) == ["in trash", "old", "pinned", "used"]
    pass_days(database, clock, 10)
    database.delete(4)
    database.erasing.unused(30, keep=[1])
    assert titles(database) == ["old", "pinned", "used"]
    database.erasing.unused(30)
    assert titles(database) == ["pinned", "used"]
    assert [row.title for row in database.trash()] == ["in trash"]
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and b"old?" in one.read_bytes()]
    pass_days(database, clock, 15)
    database.update_answer(answer, "later", "", "complete")
    pass_days(database, clock, 15)
    database.erasing.unused(30)
    assert titles(database) == ["pinned", "used"]


def test_a_clock_that_jumps_deletes_nothing(database: Database, clock: Clock) -> None:
    clock.now += 3_000 * DAY
    database.keep_house()
    database.erasing.unused(30)
    assert len(titles(database)) == 4


def test_what_comes_back_from_the_trash_is_not_old(database: Database, clock: Clock) -> None:
    database.delete(1)
    pass_days(database, clock, 29)
    database.restore(1)
    pass_days(database, clock, 2)
    database.erasing.unused(30)
    assert "old" in titles(database)


def test_at_the_end_all_but_the_pinned_go_and_the_trash(database: Database) -> None:
    database.delete(4)
    database.erasing.unused(0)
    assert titles(database) == ["pinned"]
    assert database.trash() == []
