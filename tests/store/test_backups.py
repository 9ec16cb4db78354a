"""A copy of the database for each day on which something changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.errors import DatabaseDamaged, DiskFull
from fanlight.domain.messages import Message
from fanlight.store import backups as backups_module
from fanlight.store import schema
from fanlight.store.backups import KEPT_DAYS, Interrupted
from fanlight.store.database import Database
from fanlight.store.schema import MIGRATIONS

DAY = 86_400.0
NOON = 1_700_000_000.0


class Calendar:
    now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def database(tmp_path: Path, calendar: Calendar) -> Database:
    made = Database(tmp_path, MIGRATIONS, calendar)
    chat = made.create("chat")
    made.add_message(chat, Message.of("user", "hello"))
    return made


def copies(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "backups").iterdir())


def texts(copy: Path) -> list[str]:
    with closing(sqlite3.connect(copy)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM part ORDER BY id")]


def test_each_day_on_which_something_changed_has_one_and_seven_stay(
    tmp_path: Path, database: Database, calendar: Calendar
) -> None:
    for day in range(10):
        assert database.back_up()
        assert not database.back_up()
        calendar.now += DAY
        assert not database.back_up(), "nothing has changed"
        database.add_message(1, Message.of("user", f"day {day}"))
    found = copies(tmp_path)
    assert len(found) == KEPT_DAYS
    assert all(name.startswith("daily-") and name.endswith(".db") for name in found)
    assert texts(tmp_path / "backups" / found[-1]) == ["hello", *(f"day {day}" for day in range(9))]


def test_a_later_one_of_the_same_day_takes_the_place_of_the_first(tmp_path: Path, database: Database) -> None:
    database.back_up()
    database.add_message(1, Message.of("user", "more"))
    assert database.back_up()
    (name,) = copies(tmp_path)
    assert texts(tmp_path / "backups" / name) == ["hello", "more"]


def test_titles_drafts_and_deletions_are_changes(database: Database) -> None:
    changes: list[Callable[[], None]] = [
        lambda: database.rename(1, "a longer name"),
        lambda: database.set_draft(1, "draft"),
        lambda: database.delete(1),
    ]
    for change in changes:
        database.back_up()
        change()
        assert database.back_up()


def test_a_damaged_database_replaces_no_copy(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.back_up()
    before = {path.name: path.read_bytes() for path in (tmp_path / "backups").iterdir()}
    database.add_message(1, Message.of("user", "more"))

    def damaged(_: object) -> None:
        raise DatabaseDamaged("The conversations file is damaged.")

    monkeypatch.setattr(backups_module, "check_whole", damaged)
    with pytest.raises(DatabaseDamaged):
        database.back_up()
    assert {path.name: path.read_bytes() for path in (tmp_path / "backups").iterdir()} == before


def test_other_work_goes_first(tmp_path: Path, database: Database) -> None:
    with pytest.raises(Interrupted):
        backups_interrupted(database)
    assert copies(tmp_path) == []
    assert database.back_up()


def backups_interrupted(database: Database) -> None:
    for _ in range(20):
        database.add_message(1, Message.of("user", "many pages " * 20_000))
    database.back_up(lambda: False)


def test_a_full_disk_leaves_the_copies_as_they_were(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.back_up()
    before = copies(tmp_path)
    database.add_message(1, Message.of("user", "more"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            database.back_up()
    assert copies(tmp_path) == before
    assert database.back_up()


def test_what_a_killed_process_left_is_cleared(tmp_path: Path, database: Database) -> None:
    (tmp_path / "backups").mkdir()
    for end in ("new", "new-journal", "new-wal"):
        (tmp_path / "backups" / f"daily-{'20231114'}.{end}").write_bytes(b"half of it" * 1000)
    assert database.back_up()
    (name,) = (name for name in copies(tmp_path) if name.endswith(".db"))
    assert texts(tmp_path / "backups" / name) == ["hello"]


def test_a_clock_that_went_back_costs_no_copy_of_what_is_new(
    tmp_path: Path, database: Database, calendar: Calendar
) -> None:
    for day in range(KEPT_DAYS):
        database.add_message(1, Message.of("user", f"day {day}"))
        database.back_up()
        calendar.now += DAY
    calendar.now = NOON - 400 * DAY
    database.add_message(1, Message.of("user", "newest"))
    assert database.back_up()
    assert len(copies(tmp_path)) == KEPT_DAYS
    assert "newest" in texts(tmp_path / "backups" / copies(tmp_path)[0])
    assert not database.back_up(), "nothing has changed"


def test_a_copy_that_a_killed_process_was_deleting_from_is_whole(tmp_path: Path, database: Database) -> None:
    database.back_up()
    database.close()
    (name,) = copies(tmp_path)
    copy = tmp_path / "backups" / name
    child = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('PRAGMA cache_size = 1')\n"
        "connection.execute('PRAGMA foreign_keys = ON')\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "connection.execute('DELETE FROM conversation')\n"
        "connection.execute('CREATE TABLE filler (text)')\n"
        "connection.executemany('INSERT INTO filler VALUES (?)', [('x' * 3000,)] * 200)\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", child, str(copy)], check=True)
    assert copy.with_name(f"{name}-journal").exists()
    backups = backups_module.Backups(tmp_path / "backups")
    found = [held.execute("SELECT text FROM part").fetchall() for held in backups.opened()]
    assert found == [[("hello",)]]


def test_the_copy_before_a_change_of_the_schema_stays_whatever_the_clock_says(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for hour in range(schema.KEPT_COPIES):
        (folder / f"29990101-0{hour}0000-version-1.db").touch()
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as connection:
        schema.migrate(connection, None, MIGRATIONS[:1])
        schema.migrate(connection, folder)
    assert len([name for name in copies(tmp_path) if not name.startswith("2999")]) == 1
    assert len(copies(tmp_path)) == schema.KEPT_COPIES


def test_only_the_conversation_that_was_deleted_leaves_the_copies(tmp_path: Path, database: Database) -> None:
    """A copy of another database, or of a time before, may hold another one of that number."""
    database.back_up()
    (name,) = copies(tmp_path)
    backups = backups_module.Backups(tmp_path / "backups")
    backups.remove_conversations([(1, NOON + 1)])
    assert texts(tmp_path / "backups" / name) == ["hello"]
    backups.remove_conversations([(1, NOON)])
    assert texts(tmp_path / "backups" / name) == []
