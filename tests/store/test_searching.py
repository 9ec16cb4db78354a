"""Whatever is said is found: at once, after a change of the schema, and whatever happens to the index."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.messages import Message
from fanlight.domain.search import SearchResult
from fanlight.store import search_index, searching
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.schema import MIGRATIONS
from fanlight.store.thread import StoreThread
from support import indexing_child

Opened = Callable[..., Database]
WITHOUT_INDEX = MIGRATIONS[:3]


def say(database: Database, *texts: str, title: str = "") -> int:
    conversation = database.create(title)
    for place, text in enumerate(texts):
        database.add_message(conversation, Message.of("assistant" if place % 2 else "user", text))
    return conversation


def write_many(folder: Path, count: int) -> None:
    """Questions and answers, in one transaction."""
    Database(folder).close()
    with closing(sqlite3.connect(folder / "conversations.db")) as connection, connection:
        connection.execute("INSERT INTO conversation (title, created, updated) VALUES ('Many', 1, 1)")
        for number in range(count):
            role, text = ("assistant", f"answer {number}") if number % 2 else ("user", f"question {number}")
            connection.execute("INSERT INTO message VALUES (?, 1, ?, 'complete', '', 1, NULL)", (number + 1, role))
            sql = "INSERT INTO part (message_id, position, kind, text) VALUES (?, 0, 'text', ?)"
            connection.execute(sql, (number + 1, text))


def found(result: SearchResult) -> list[str]:
    return [hit.snippet.text for hit in result.hits]


def looked_for(database: Database, text: str) -> list[str]:
    return found(database.searching.search(text))


@pytest.mark.parametrize("store", [Database, lambda _folder: MemoryStore()], ids=["on disk", "in memory"])
def test_titles_questions_and_answers_are_found_the_newest_first(
    tmp_path: Path, store: Callable[[Path], Database]
) -> None:
    database = store(tmp_path)
    old = say(database, "Where is the red car?", "In the garage.")
    new = say(database, "A red carpet", "It is 3 m long.", title="Redecorating")
    result = database.searching.search("red")
    assert [(hit.conversation_id, hit.kind) for hit in result.hits] == [(new, "title"), (new, "text"), (old, "text")]
    assert looked_for(database, "red -carpet") == ["Redecorating", "Where is the red car?"]
    assert looked_for(database, '"red car"') == ["Where is the red car?"]
    assert looked_for(database, "arag") == ["In the garage."]
    last = result.hits[-1]
    assert database.searching.steps_to(last.conversation_id, last.message_id) == (0,)
    assert not result.has_more
    assert not result.pending
    assert database.searching.search("r", limit=2).has_more
    database.close()


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '" OR "',
        "NEAR(a b)",
        "text:red",
        "a* OR b",
        "^red",
        "red AND",
        "(",
        "{a}",
        "-",
        "'; DROP TABLE entry; --",
        "%",
        "\0",
    ],
)
def test_what_is_typed_is_never_read_as_syntax(tmp_path: Path, opened: Opened, typed: str) -> None:
    database = opened(tmp_path)
    say(database, "A plain red text")
    assert looked_for(database, typed) in ([], ["A plain red text"])
    assert looked_for(database, "plain") == ["A plain red text"]
    say(database, f"quoted {typed} here")
    assert f"quoted {typed} here".replace("\0", " ") in [
        text.replace("\0", " ") for text in looked_for(database, "quoted")
    ]


def test_what_changes_is_found_as_it_is(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    conversation = say(database, "first question", title="Old name")
    answer = database.add_message(conversation, Message.of("assistant", "draft"), state="open")
    assert looked_for(database, "draft") == ["draft"]
    database.update_answer(answer, "the final words", "", "complete")
    database.rename(conversation, "New name")
    assert looked_for(database, "draft") == looked_for(database, "old") == []
    assert looked_for(database, "final") == ["the final words"]
    assert looked_for(database, "new") == ["New name"]
    database.truncate(conversation, answer)
    assert looked_for(database, "final") == []
    database.delete(conversation)
    assert looked_for(database, "first") == []
    database.restore(conversation)
    assert looked_for(database, "first") == ["first question"]


def test_what_is_deleted_for_good_leaves_the_index_file_too(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    for number in range(8):
        say(database, f"some other words {number}")
        database.searching.index_some()
    secret = say(database, "abracadabra zauberwort")
    assert looked_for(database, "zauber")
    database.delete(secret)
    database.delete_for_good([secret])
    while database.searching.index_some():
        pass
    database.close()
    files = [path for path in tmp_path.iterdir() if path.name.startswith("search.db")]
    assert files
    assert all(b"zauberwort" not in path.read_bytes() for path in files)


def test_an_old_database_is_indexed_in_the_background(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)) as old:
        for number, step in enumerate(WITHOUT_INDEX, 1):
            old.executescript(f"{step}; PRAGMA user_version = {number};")
        old.execute("INSERT INTO conversation (title, created, updated) VALUES ('Long ago', 1, 1)")
        for number in range(1, 1001):
            old.execute("INSERT INTO message VALUES (?, 1, 'user', 'complete', '', 1)", (number,))
            old.execute(
                "INSERT INTO part (message_id, position, kind, text) VALUES (?, 0, 'text', ?)", (number, f"n{number}")
            )
    with closing(Database(tmp_path)) as database:
        assert database.searching.search("n999").pending > 0
        assert database.searching.index_some(0.0)
        assert looked_for(database, "n999") == ["n999"]
        while database.searching.index_some():
            pass
        assert looked_for(database, '"n1"') == ["n1"]
        assert not database.searching.search("x").pending


def test_long_messages_are_read_a_few_at_a_time(tmp_path: Path, opened: Opened) -> None:
    """What is to be saved waits until a slice is done."""
    database = opened(tmp_path)
    conversation = say(database, *("word " * 12_000 for _unused in range(5)), title="Long")

    def left_after_each_slice() -> list[int]:
        left = [database.searching.pending()]
        while left[-1] and database.searching.index_some(0.0):
            left.append(database.searching.pending())
        return left

    assert left_after_each_slice() == [6, 4, 2, 0]
    assert len(database.searching.search("word").hits) == 5
    database.delete(conversation)
    database.delete_for_good([conversation])
    assert left_after_each_slice() == [6, 4, 2, 0]


def test_the_thread_indexes_while_it_has_nothing_else_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanlight.store.thread.SECONDS_BEFORE_INDEXING", 0.0)
    store = StoreThread(tmp_path)
    store.submit(lambda database: say(database, "a red car")).result()
    end = time.monotonic() + 60
    while store.submit(lambda database: database.searching.pending()).result():
        assert time.monotonic() < end
        time.sleep(0.01)
    store.close()


def half_of_it(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def zeros_inside(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:-4096] = bytes(len(data) - 8192)
    path.write_bytes(data)


def other_file(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)


def other_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def a_table_less(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE word_data")


@pytest.mark.parametrize(
    "damage",
    [half_of_it, zeros_inside, other_file, other_version, a_table_less, Path.unlink],
    ids=lambda it: it.__name__,
)
def test_a_damaged_index_is_made_again_and_costs_nothing(
    tmp_path: Path, opened: Opened, damage: Callable[[Path], None]
) -> None:
    write_many(tmp_path, 600)
    database = opened(tmp_path)
    while database.searching.index_some():
        pass
    database.close()
    damage(tmp_path / search_index.FILE)
    database = opened(tmp_path)
    assert database.notice == ""
    for _again in range(3):  # the first may be without an index
        result = database.searching.search("answer 599")
        database.searching.index_some()
    assert found(result) == ["answer 599"]
    while database.searching.index_some():
        pass
    assert looked_for(database, '"question 6"') == ["question 6"]
    assert len(database.messages(1)) == 600


def test_the_index_of_another_database_is_not_used(tmp_path: Path, opened: Opened) -> None:
    for name, text in (("a", "apples"), ("b", "bananas")):
        database = opened(tmp_path / name)
        say(database, text)
        assert looked_for(database, text) == [text]
        database.close()
    (tmp_path / "a" / search_index.FILE).replace(tmp_path / "b" / search_index.FILE)
    database = opened(tmp_path / "b")
    assert looked_for(database, "apples") == []
    assert looked_for(database, "bananas") == ["bananas"]


def test_where_no_index_can_be_written_search_looks_at_each_message(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / search_index.FILE).mkdir()
    database = opened(tmp_path)
    say(database, "a red car", "Yes.", title="Cars")
    assert looked_for(database, "red") == ["a red car"]
    assert looked_for(database, "cars") == ["Cars"]
    assert not database.searching.index_some()


@pytest.mark.parametrize("name", ["has_fts5", "_GRAMS"])
def test_a_poorer_sqlite_searches_too(
    tmp_path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name == "_GRAMS":
        monkeypatch.setattr(search_index, name, "CREATE VIRTUAL TABLE gram USING fts5 (text, tokenize = unknown)")
    else:
        monkeypatch.setattr(searching, name, lambda: False)
    database = opened(tmp_path)
    say(database, "a red car")
    assert looked_for(database, "red") == ["a red car"]


def test_after_kills_while_it_is_indexed_everything_is_found(tmp_path: Path) -> None:
    """The child says each message once it is saved, and indexes and searches all the while."""
    chance = random.Random(7)
    said: list[str] = []
    for run in range(4):
        with subprocess.Popen(
            [sys.executable, indexing_child.__file__, str(tmp_path), str(run)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as child:  # fmt: skip
            assert child.stdout is not None
            wanted = chance.randint(1, 120)
            while wanted and (line := child.stdout.readline()):
                said.append(line.strip())
                wanted -= 1
            child.send_signal(signal.SIGKILL)
            said += [line for line in child.stdout.read().split("\n")[:-1] if line]
    assert len(said) > 4
    assert "error" not in " ".join(said)
    with closing(Database(tmp_path)) as database:
        assert database.notice == ""
        while database.searching.index_some():
            pass
        for word in said:
            assert [hit.snippet.text.split()[0] for hit in database.searching.search(f'"{word}"').hits] == [word]
