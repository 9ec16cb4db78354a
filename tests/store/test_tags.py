"""Archived conversations and tags: on disk and in memory, from older databases, out of damage and backups."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import Message, TextPart
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.schema import MIGRATIONS
from fanlight.store.whole_backup import new_copy, unpacked, write_backup
from support.old_database import write_old

Store = Database | MemoryStore


@pytest.fixture(params=[Database, lambda _folder: MemoryStore()], ids=["on disk", "in memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Store = request.param(tmp_path)
    for title in ("one", "two", "three"):
        made.add_message(made.create(title), Message.of("user", f"{title}?"))
    return made


def tags(store: Store) -> dict[str, tuple[str, ...]]:
    return {row.title: row.tags for row in store.conversations()}


def ids(store: Store, *titles: str) -> list[int]:
    """The last number is of none."""
    known = {row.title: row.id for row in store.conversations()}
    return [known.get(title, 999) for title in titles]


def archived(store: Store) -> set[str]:
    return {row.title for row in store.conversations() if row.archived}


def test_a_tag_is_one_whatever_its_case_and_spelled_alike_everywhere(store: Store) -> None:
    store.tagging.change(ids(store, "one", "two"), ["Straße", "b"])
    store.tagging.change(ids(store, "two", "three", "nobody"), ["STRASSE", "B", "a", "A"])
    assert tags(store) == {"one": ("b", "Straße"), "two": ("a", "b", "Straße"), "three": ("a", "b", "Straße")}
    store.tagging.change(ids(store, "one", "two", "three"), ["new"], ["strasse", "never there"])
    assert tags(store) == {"one": ("b", "new"), "two": ("a", "b", "new"), "three": ("a", "b", "new")}


def test_a_tag_takes_another_case_or_another_name_or_becomes_one_with_another(store: Store) -> None:
    store.tagging.change(ids(store, "one", "two"), ["work"])
    store.tagging.change(ids(store, "two", "three"), ["Job"])
    store.tagging.rename("WORK", "Work")
    assert tags(store) == {"one": ("Work",), "two": ("Job", "Work"), "three": ("Job",)}
    store.tagging.rename("work", " JOB ")
    assert tags(store) == {"one": ("JOB",), "two": ("JOB",), "three": ("JOB",)}
    store.tagging.rename("job", " \0 ")
    store.tagging.rename("unknown", "other")
    assert tags(store) == {"one": ("JOB",), "two": ("JOB",), "three": ("JOB",)}
    everyone = ids(store, "one", "two", "three")
    store.delete(everyone[2])
    assert sorted(store.tagging.remove("Job")) == everyone
    store.restore(everyone[2])
    assert set(tags(store).values()) == {()}
    assert store.tagging.remove("Job") == []


def test_several_are_archived_and_a_question_brings_one_back_an_answer_does_not(store: Store) -> None:
    one, two = ids(store, "one", "two")
    store.set_pinned(two, True)
    store.tagging.change(ids(store, "two"), ["a"])
    store.set_archived(ids(store, "one", "two", "nobody"), True)
    assert archived(store) == {"one", "two"}
    store.add_message(one, Message.of("assistant", "late"))
    store.add_message(two, Message.of("user", "again?"))
    assert archived(store) == {"one"}
    store.delete(one)
    store.restore(one)
    assert archived(store) == {"one"}
    store.set_archived(ids(store, "one"), False)
    assert archived(store) == set()
    (second,) = (row for row in store.conversations() if row.title == "two")
    assert (second.pinned, second.tags) == (True, ("a",))


def test_an_imported_one_keeps_its_place_and_its_tags(store: Store) -> None:
    store.tagging.change(ids(store, "one"), ["Work"])
    said = (ArchivedMessage("user", (TextPart("q"),), created=1),)
    store.importing.add(ArchivedConversation("four", 1, 1, said, True, archived=True, tags=("new", "WORK")))
    (row,) = (row for row in store.conversations() if row.title == "four")
    assert (row.pinned, row.archived, row.tags) == (True, True, ("new", "Work"))


@pytest.mark.parametrize("tags_fit", ["tag:work", 'tag:"wor"', "tag:WORK tag:home", "tag:work -tag:gone"])
def test_a_search_finds_archived_ones_says_so_and_is_narrowed_by_tags(store: Store, tags_fit: str) -> None:
    store.tagging.change(ids(store, "two"), ["Work", "home"])
    store.tagging.change(ids(store, "three"), ["Home"])
    store.set_archived(ids(store, "two"), True)
    (hit,) = [hit for hit in store.searching.search(f"two {tags_fit}").hits if hit.kind == "text"]
    assert (hit.title, hit.archived) == ("two", True)
    assert {hit.title for hit in store.searching.search(tags_fit).hits} == {"two"}
    assert not store.searching.search(f"two {tags_fit} -is:archived").hits
    assert {hit.title for hit in store.searching.search("-tag:work").hits} == {"one", "three"}
    assert {hit.title for hit in store.searching.search("is:archived").hits} == {"two"}
    assert not store.searching.search("tag:workshop").hits


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_an_older_database_has_none_and_can_have_them_and_a_copy_was_made(tmp_path: Path, version: int) -> None:
    if version == 1:
        write_old(tmp_path, 2)
    else:
        with closing(Database(tmp_path, MIGRATIONS[:1])), closing(sqlite3.connect(":memory:")):
            pass
        with closing(sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)) as old:
            for number, step in enumerate(MIGRATIONS[1:version], 2):
                old.executescript(f"BEGIN; {step}; PRAGMA user_version = {number}; COMMIT;")
            sql = "INSERT INTO conversation (title, created, updated) VALUES (?, 1, 2)"
            old.executemany(sql, [("conversation 1",), ("conversation 2",)])
    with closing(Database(tmp_path)) as database:
        assert {(row.archived, row.tags) for row in database.conversations()} == {(False, ())}
        database.set_archived([1], True)
        database.tagging.change([1, 2], ["Work"])
    with closing(Database(tmp_path)) as database:
        assert tags(database) == {"conversation 1": ("Work",), "conversation 2": ("Work",)}
        assert archived(database) == {"conversation 1"}
    (copy,) = (tmp_path / "backups").glob(f"*-version-{version}.db")
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("PRAGMA user_version").fetchone() == (version,)
        assert not before.execute("SELECT 1 FROM sqlite_master WHERE name = 'tag'").fetchall()


def fill(folder: Path) -> None:
    with closing(Database(folder)) as database:
        for number in range(1, 6):
            database.add_message(database.create(f"c{number}"), Message.of("user", "words " * 200))
        database.tagging.change([1, 2], ["Work", "עבודה"])
        database.tagging.change([3], ["secret-of-three"])
        database.set_archived([2, 4], True)


FILLED = {"c1": ("Work", "עבודה"), "c2": ("Work", "עבודה"), "c3": ("secret-of-three",), "c4": (), "c5": ()}


def test_a_change_of_tags_or_of_what_is_archived_is_worth_a_backup(tmp_path: Path) -> None:
    fill(tmp_path)
    with closing(Database(tmp_path)) as database:
        assert database.back_up()
        assert not database.back_up()
        changes = (
            lambda: database.set_archived([5], True),
            lambda: database.tagging.rename("Work", "Word"),
            lambda: database.tagging.change([5], ["Work"]),
            lambda: database.tagging.remove("word"),
        )
        for change in changes:
            change()
            assert database.back_up()


@pytest.mark.parametrize("lost", ["the first page", "the file"])
def test_damage_costs_neither_where_the_rows_or_a_backup_are_left(tmp_path: Path, lost: str) -> None:
    fill(tmp_path)
    if lost == "the file":
        with closing(Database(tmp_path)) as database:
            database.back_up()
        (tmp_path / "conversations.db").unlink()
    else:
        with (tmp_path / "conversations.db").open("r+b") as file:
            file.write(b"\xff" * 4096)
    with closing(Database(tmp_path)) as database:
        assert database.notice
        assert tags(database) == FILLED
        assert archived(database) == {"c2", "c4"}


def test_a_damaged_name_is_the_tag_that_it_says_and_one_of_nobody_is_gone(tmp_path: Path) -> None:
    fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / "conversations.db")) as connection, connection:
        connection.execute("UPDATE tag SET name = 'Wor%' WHERE conversation_id = 1 AND key = 'work'")
        connection.execute("INSERT INTO tag (conversation_id, key, name) VALUES (77, 'x', 'X')")
    with (tmp_path / "conversations.db").open("r+b") as file:
        file.write(b"\xff" * 100)
    with closing(Database(tmp_path)) as database:
        assert tags(database) == FILLED | {"c1": ("Wor%", "עבודה")}
        database.tagging.change([1], remove=["wor%"])
        assert tags(database)["c1"] == ("עבודה",)
        assert database._connection.execute("SELECT count(*) FROM tag WHERE conversation_id = 77").fetchone() == (0,)


def test_a_whole_backup_brings_them_into_another_home_and_nothing_back_that_was_removed(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    fill(one)
    with closing(Database(one)) as database:
        database.copy_to(copy := new_copy(one))
    file = write_backup(one, copy, tmp_path / "all")
    for home, expected in ((two, FILLED), (one, FILLED | {"c1": ("new",)})):
        with closing(Database(home)) as database:
            if home is one:
                database.tagging.change([1], ["new"], ["Work", "עבודה"])
                database.set_archived([2], False)
            with unpacked(file, home) as backup:
                database.importing.add_backup(backup)
            assert tags(database) == expected
            assert archived(database) == ({"c4"} if home is one else {"c2", "c4"})


def test_what_is_deleted_for_good_takes_its_tags_along_from_every_file(tmp_path: Path) -> None:
    fill(tmp_path)
    with closing(Database(tmp_path)) as database:
        database.back_up()
        database.delete(3)
        database.delete_for_good([3])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 1
    assert not [path for path in files if b"secret-of-three" in path.read_bytes()]
    with closing(Database(tmp_path)) as database:
        database.erasing.everything()
        database.create("c1")
        assert tags(database) == {"c1": ()}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "עבודה".encode() in path.read_bytes()]


def test_another_program_that_removes_the_file_costs_none_of_it(tmp_path: Path) -> None:
    fill(tmp_path)
    database = Database(tmp_path)
    (tmp_path / "conversations.db").unlink()
    with pytest.raises(Exception, match="put back"):
        database.set_archived([1], True)
    shutil.rmtree(tmp_path / "backups")
    with closing(Database(tmp_path)) as again:
        assert tags(again) == FILLED
