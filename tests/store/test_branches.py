"""A conversation keeps all its branches: over a restart, a change of the schema, damage, and a restore."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.branches import path_to
from fanlight.domain.messages import Message
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.schema import MIGRATIONS
from fanlight.store.whole_backup import new_copy, unpacked, write_backup
from support.branches import LINKS, SHOWN, add_tree, links, shown

LINEAR_VERSION = 4
"""The last version without branches."""
STORES = pytest.mark.parametrize("store", [Database, lambda _folder: MemoryStore()], ids=["on disk", "in memory"])


def files(folder: Path) -> set[bytes]:
    return {path.read_bytes()[:9] for path in (folder / "pictures").rglob("*") if path.is_file()}


def number_of(database: Any, chat: int, text: str) -> int:
    found: int = next(one.id for one in database.messages(chat) if one.message.text == text)
    return found


@STORES
def test_all_branches_are_kept_and_one_is_shown(tmp_path: Path, store: Callable[[Path], Any]) -> None:
    database = store(tmp_path)
    chat = add_tree(database)
    assert (links(database, chat), shown(database, chat)) == (LINKS, SHOWN)
    database.add_message(chat, Message.of("user", "more"), follows=number_of(database, chat, "2nd"))
    assert shown(database, chat) == ["one", "first", "two", "2nd", "more"]
    database.close()


@STORES
def test_what_is_cut_off_goes_with_all_that_follows_it_and_nothing_else(
    tmp_path: Path, store: Callable[[Path], Any]
) -> None:
    database = store(tmp_path)
    chat = add_tree(database)
    database.truncate(chat, number_of(database, chat, "first"))
    assert links(database, chat) == {"": ["one", "uno"], "one": ["second"], "uno": ["primo"]}
    assert shown(database, chat) == ["uno", "primo"]
    database.close()


def assert_end_is_that_of_the_whole(database: Database, chat: int) -> None:
    whole = database.messages(chat)
    path = path_to({one.id: one.parent for one in whole}, database.shown_end(chat))
    for count in range(1, 6):
        is_line = len(path) == len(whole) and len(whole) > count
        found = database.last_messages(chat, count)
        assert (found is not None) == is_line
        if found is not None:
            assert (found[0], [one.id for one in found[1]]) == (len(whole) - count, path[-count:])


@pytest.mark.parametrize("changes", [{3: 3, 5: 3}, {2: 1.5, 3: 2.5, 5: 3}], ids=["itself", "in another conversation"])
def test_damage_that_cancels_out_is_no_line(tmp_path: Path, changes: dict[int, float]) -> None:
    """The sum of what they follow is that of a line; `changes`: places, and halves for what stands between two."""
    with closing(Database(tmp_path)) as database:
        chat, other = database.create(), database.create()
        ids: list[int] = []
        for _unused in range(8):
            ids.append(database.add_message(chat, Message.of("user", "a")))
            database.add_message(other, Message.of("user", "b"))
        for place, follows in changes.items():
            parent = ids[0] + round(2 * follows)
            database._connection.execute("UPDATE message SET parent = ? WHERE id = ?", (parent, ids[place]))
        assert_end_is_that_of_the_whole(database, chat)


def test_the_end_alone_is_that_of_the_whole_however_its_rows_are_damaged(tmp_path: Path) -> None:
    """Messages follow what comes later, nothing, or what is in no conversation or in another one."""
    dice = random.Random(6)
    with closing(Database(tmp_path)) as database:
        for _unused in range(150):
            chat, length = database.create(), dice.randrange(9)
            ids = [database.add_message(chat, Message.of("user", str(place))) for place in range(length)]
            changes = dice.choice((0, 0, 1, 1, 2))
            for one in dice.sample(ids, min(changes, length)):
                parent = dice.choice([None, 0, -1, one, one + 1, one - 1, one - 3, 10**9, "x", ids[0] - 1, *ids])
                database._connection.execute("UPDATE message SET parent = ? WHERE id = ?", (parent, one))
            if dice.random() < 0.2:
                leaf = dice.choice([*ids, 10**9])
                database._connection.execute("UPDATE conversation SET leaf = ? WHERE id = ?", (leaf, chat))
            assert_end_is_that_of_the_whole(database, chat)


def test_branches_survive_a_restart(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        chat = add_tree(database)
    with closing(Database(tmp_path)) as database:
        assert (links(database, chat), shown(database, chat)) == (LINKS, SHOWN)


def test_pictures_of_all_branches_are_used_until_their_conversation_is_gone(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        chat, other = add_tree(database), add_tree(database)
        database.truncate(other, number_of(database, other, "uno"))
        for _day in range(60):
            database.keep_house()
        assert files(tmp_path) == {b"picture 1", b"picture 2", b"picture 3"}
        database.delete(chat)
        database.restore(chat)
        assert (links(database, chat), shown(database, chat)) == (LINKS, SHOWN)
        database.delete(chat)
        database.delete_for_good([chat])
        assert files(tmp_path) == {b"picture 1", b"picture 2"}
        database.delete(other)
        database.delete_for_good([other])
        assert files(tmp_path) == set()


def test_a_conversation_from_before_branches_is_one_branch(tmp_path: Path) -> None:
    Database(tmp_path, MIGRATIONS[:LINEAR_VERSION]).close()
    with closing(sqlite3.connect(tmp_path / "conversations.db")) as old, old:
        for _chat in (1, 2):
            old.execute("INSERT INTO conversation (title, created, updated) VALUES ('old', 1, 1)")
        for number in range(1, 9):
            values = (number * 3, number % 2 + 1, "user" if number % 4 < 2 else "assistant")
            old.execute(
                "INSERT INTO message (id, conversation_id, role, state, created) VALUES (?, ?, ?, 'open', 1)", values
            )
    with closing(Database(tmp_path)) as database:
        for chat in (1, 2):
            numbers = [one.id for one in database.messages(chat)]
            assert [one.parent for one in database.messages(chat)] == [0, *numbers[:-1]]
            assert database.shown_end(chat) == numbers[-1]


@pytest.mark.parametrize("loss", ["header", "schema", "pages"])
def test_branches_are_brought_back_from_a_damaged_file(tmp_path: Path, loss: str) -> None:
    with closing(Database(tmp_path)) as database:
        chat = add_tree(database)
    path = tmp_path / "conversations.db"
    data = bytearray(path.read_bytes())
    start, end = {"header": (0, 100), "schema": (100, 4096), "pages": (0, 4096)}[loss]
    data[start:end] = bytes(end - start)
    path.write_bytes(data)
    with closing(Database(tmp_path)) as database:
        assert database.notice
        assert (links(database, chat), shown(database, chat)) == (LINKS, SHOWN)


def test_a_lost_message_closes_up_where_nothing_branches(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        chat = add_tree(database)
        gone = number_of(database, chat, "three")
    with closing(sqlite3.connect(tmp_path / "conversations.db")) as broken, broken:
        broken.execute("DELETE FROM message WHERE id = ?", (gone,))
    with closing(Database(tmp_path)) as database:
        assert shown(database, chat)[-1] == "third"
        assert sum(map(len, links(database, chat).values())) == 8


def restored(backup: Path, home: Path) -> None:
    with closing(Database(home)) as database, unpacked(backup, home) as found:
        database.importing.add_backup(found)


def backed_up(home: Path, place: Path) -> Path:
    copy = new_copy(home)
    with closing(Database(home)) as database:
        database.copy_to(copy)
    return write_backup(home, copy, place)


@pytest.mark.parametrize("taken", [0, 1])
def test_branches_are_restored_elsewhere_and_only_once(tmp_path: Path, taken: int) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    with closing(Database(home)) as database:
        add_tree(database)
    with closing(Database(other, clock=lambda: 1.0)) as database:  # their numbers may be taken
        for _one in range(taken):
            database.add_message(database.create("here"), Message.of("user", "hello"))
    file = backed_up(home, tmp_path / "all.fanlight-backup")
    for _time in range(2):
        restored(file, other)
        with closing(Database(other)) as database:
            (chat,) = [row.id for row in database.conversations() if row.title == "a tree"]
            assert (links(database, chat), shown(database, chat)) == (LINKS, SHOWN)


def test_a_newer_backup_goes_on_below_what_an_older_one_has_brought(tmp_path: Path) -> None:
    """Its numbers are free again, and lower than those of what it follows."""
    home, other = tmp_path / "home", tmp_path / "other"
    with closing(Database(home)) as database:
        chat = database.create("talk")
        for number in range(4):
            database.add_message(chat, Message.of("user", f"{number}"))
    older = backed_up(home, tmp_path / "older.fanlight-backup")
    with closing(Database(home)) as database:
        for number in range(4, 6):
            database.add_message(chat, Message.of("user", f"{number}"))
    newer = backed_up(home, tmp_path / "newer.fanlight-backup")
    with closing(Database(other, clock=lambda: 1.0)) as database:
        own = database.create("own")
        for number in range(10):
            database.add_message(own, Message.of("user", f"mine {number}"))
    restored(older, other)
    with closing(Database(other)) as database:
        database.delete(own)
        database.delete_for_good([own])
    restored(newer, other)
    with closing(Database(other)) as database:
        (chat,) = [row.id for row in database.conversations()]
        assert shown(database, chat) == [f"{number}" for number in range(6)]


@pytest.mark.parametrize("closed_up", [False, True], ids=["gap", "closed up"])
@pytest.mark.parametrize("text", ["uno", "two", "third", "three", "one"])
def test_a_restore_brings_back_a_lost_message_where_it_was(tmp_path: Path, text: str, closed_up: bool) -> None:
    """`closed_up`: as a damaged database of an older version, which said nothing of what a message follows."""
    with closing(Database(tmp_path)) as database:
        chat = add_tree(database)
        gone = number_of(database, chat, text)
    file = backed_up(tmp_path, tmp_path / "all.fanlight-backup")
    with closing(sqlite3.connect(tmp_path / "conversations.db")) as broken, broken:
        broken.execute("DELETE FROM message WHERE id = ?", (gone,))
        broken.execute("DELETE FROM part WHERE message_id = ?", (gone,))
        if closed_up:
            broken.execute("UPDATE message SET parent = ? WHERE parent = ?", (gone - 1, gone))
    restored(file, tmp_path)
    with closing(Database(tmp_path)) as database:
        assert links(database, chat) == LINKS
        assert shown(database, chat) == SHOWN


def test_a_restore_leaves_the_branch_that_is_shown_now(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        chat = database.create("talk")
        for role, text in (("user", "one"), ("assistant", "1st"), ("user", "two"), ("assistant", "2nd")):
            database.add_message(chat, Message.of(role, text))  # type: ignore[arg-type]
    file = backed_up(tmp_path, tmp_path / "all.fanlight-backup")
    with closing(Database(tmp_path)) as database:
        database.truncate(chat, number_of(database, chat, "two"))
        database.add_message(chat, Message.of("user", "zwei"))
    restored(file, tmp_path)
    with closing(Database(tmp_path)) as database:
        assert shown(database, chat) == ["one", "1st", "zwei"]
        assert links(database, chat)["1st"] == ["two", "zwei"]


def test_a_message_that_was_written_again_is_not_doubled(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        chat = add_tree(database)
    file = backed_up(tmp_path, tmp_path / "all.fanlight-backup")
    with closing(Database(tmp_path)) as database:
        follows = number_of(database, chat, "one")
        database.truncate(chat, number_of(database, chat, "second"))
        database.add_message(chat, Message.of("assistant", "second"), follows=follows)
    restored(file, tmp_path)
    with closing(Database(tmp_path)) as database:
        assert links(database, chat)["one"] == ["first", "second"]


def test_a_search_says_the_way_to_a_branch_and_a_copy_of_the_home_has_it(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "home")) as database:
        chat = add_tree(database)
        hit = database.searching.search("2nd").hits[0]
        assert database.searching.steps_to(chat, hit.message_id) == (0, 0, 0, 0)
        assert database.searching.steps_to(chat, number_of(database, chat, "third")) == (0, 0, 1, 0)
        assert database.searching.steps_to(chat, 999) == ()
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    with closing(Database(tmp_path / "copy")) as database:
        assert shown(database, chat) == SHOWN
