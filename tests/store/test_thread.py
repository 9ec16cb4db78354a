from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.errors import DiskFull, StoreError, StoreRepaired, StoreUnavailable
from fanlight.domain.messages import Message
from fanlight.store import connection as connection_module
from fanlight.store import thread as thread_module
from fanlight.store.database import Database
from fanlight.store.schema import MIGRATIONS
from fanlight.store.thread import StoreThread

LOCKED = "The conversations file is locked by another program."


@contextmanager
def running(folder: Path, *listeners: Callable[..., None]) -> Iterator[StoreThread]:
    store = StoreThread(folder, *listeners)
    try:
        yield store
    finally:
        store.close()


def open_answer(store: StoreThread) -> tuple[int, int]:
    chat = store.submit(lambda database: database.create("chat")).result()
    return chat, store.submit(lambda it: it.add_message(chat, Message.of("assistant", ""), state="open")).result()


def answers(folder: Path, chat: int) -> list[tuple[str, str, str, str]]:
    database = Database(folder)
    try:
        return [(it.message.text, it.message.thinking, it.state, it.footer) for it in database.messages(chat)]
    finally:
        database.close()


def test_work_runs_in_order_on_one_thread_of_its_own(tmp_path: Path) -> None:
    with running(tmp_path) as store:
        where: list[Future[int]] = [store.submit(lambda _: threading.get_ident()) for _ in range(50)]
        made = [store.submit(lambda database, n=n: database.create(str(n))) for n in range(5)]  # type: ignore[misc]
        assert len({future.result() for future in where} | {threading.get_ident()}) == 2
        assert [future.result() for future in made] == [1, 2, 3, 4, 5]


def test_a_mistake_in_the_work_is_in_the_future_and_the_thread_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as store:
        broken = store.submit(lambda database: database.messages("no number")[0])  # type: ignore[arg-type]
        with pytest.raises(IndexError):
            broken.result()
        assert store.submit(lambda database: database.create()).result() == 1


def test_an_open_answer_is_on_disk_without_being_asked_for(tmp_path: Path) -> None:
    with running(tmp_path) as store:
        _, answer = open_answer(store)
        store.answer(answer, "so far", "thought")
        log = tmp_path / "conversations.db-wal"
        deadline = time.monotonic() + 20
        while b"so far" not in log.read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_thousand_tokens_are_a_few_writes_and_the_newest_text_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[str] = []
    real = Database.update_answer

    def counted(self: Database, message_id: int, text: str, *rest: str) -> None:
        writes.append(text)
        real(self, message_id, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "update_answer", counted)
    with running(tmp_path) as store:
        chat, answer = open_answer(store)
        began = time.monotonic()
        for count in range(1000):
            store.answer(answer, "x" * count, "")
            time.sleep(0.0005)
        store.answer(answer, "the end", "", "complete", "footer")
        assert store.flush()
        took = time.monotonic() - began
    assert writes[-1] == "the end"
    assert len(writes) <= took / thread_module.SECONDS_BETWEEN_WRITES + 3
    assert answers(tmp_path, chat) == [("the end", "", "complete", "footer")]


def test_work_sees_the_answer_as_it_was_when_the_work_was_handed_in(tmp_path: Path) -> None:
    with running(tmp_path) as store:
        chat, answer = open_answer(store)
        for n in range(20):
            store.answer(answer, f"text {n}", "")
            assert store.submit(lambda it: it.messages(chat)[0].message.text).result() == f"text {n}"


def test_closing_does_what_is_left(tmp_path: Path) -> None:
    store = StoreThread(tmp_path)
    chat, answer = open_answer(store)
    futures = [store.submit(lambda database: database.set_draft(chat, "draft")) for _ in range(20)]
    store.answer(answer, "last words", "", "stopped")
    assert store.close()
    assert all(future.done() and not future.exception() for future in futures)
    assert answers(tmp_path, chat) == [("last words", "", "stopped", "")]
    with pytest.raises(StoreError, match="closed"):
        store.submit(lambda database: database.create()).result()
    assert not store.flush()
    store.close()


def test_two_answers_at_once_are_both_kept(tmp_path: Path) -> None:
    store = StoreThread(tmp_path)
    one, first = open_answer(store)
    two, second = open_answer(store)
    store.answer(first, "A", "")
    store.answer(second, "B", "")
    store.close()
    assert answers(tmp_path, one) == [("A", "", "open", "")]
    assert answers(tmp_path, two) == [("B", "", "open", "")]


def test_a_failing_write_is_said_once_kept_and_done_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_module, "SECONDS_BETWEEN_RETRIES", 0.01)
    said: list[StoreError] = []
    recovered = threading.Event()
    full = threading.Event()
    tried = threading.Semaphore(0)
    real = Database.update_answer

    def flaky(self: Database, *arguments: object) -> None:
        if full.is_set():
            tried.release()
            raise DiskFull("The disk is full: the conversation cannot be saved.")
        real(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "update_answer", flaky)
    with running(tmp_path, said.append, recovered.set) as store:
        chat, answer = open_answer(store)
        full.set()
        store.answer(answer, "half", "")
        for _ in range(5):
            assert tried.acquire(timeout=20)
        store.answer(answer, "whole", "", "complete")
        assert not store.flush()
        assert not recovered.is_set()
        full.clear()
        assert recovered.wait(20)
    assert [type(error) for error in said] == [DiskFull]
    assert answers(tmp_path, chat) == [("whole", "", "complete", "")]


def test_a_listeners_mistake_does_not_end_the_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the window is gone")

    monkeypatch.setattr(thread_module, "SECONDS_BETWEEN_RETRIES", 0.01)
    (tmp_path / "conversations.db").write_bytes(b"junk" * 1000)
    with running(tmp_path, fail, fail) as store:
        assert store.submit(lambda database: database.create()).result() == 1


def test_a_database_that_cannot_be_opened_fails_everything_at_once_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    said: list[StoreError] = []
    store = StoreThread(tmp_path / "data", said.append)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            store.submit(lambda database: database.create()).result(timeout=20)
    store.answer(1, "text", "")
    assert not store.flush()
    assert not store.close()
    assert [type(error) for error in said] == [StoreUnavailable]
    assert "Nothing is kept for now" in said[0].text


def locked(folder: Path) -> Callable[[], None]:
    """By a program that merely reads; the result ends it."""
    Database(folder).close()
    reader = sqlite3.connect(folder / "conversations.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM conversation").fetchall()
    return reader.close


def read_by_a_newer_one(folder: Path) -> Callable[[], None]:
    Database(folder).close()

    def version(number: int) -> None:
        with closing(sqlite3.connect(folder / "conversations.db")) as connection, connection:
            connection.execute(f"PRAGMA user_version = {number}")

    version(99)
    return lambda: version(len(MIGRATIONS))


def folder_in_its_place(folder: Path) -> Callable[[], None]:
    (folder / "conversations.db").mkdir(parents=True)
    return (folder / "conversations.db").rmdir


def file_in_the_place_of_pictures(folder: Path) -> Callable[[], None]:
    folder.mkdir()
    (folder / "pictures").write_text("in the way")
    return (folder / "pictures").unlink


UNREACHED = "The conversations on this computer cannot be reached: "
WAYS = [
    pytest.param(locked, LOCKED, id="a reader"),
    pytest.param(read_by_a_newer_one, "The conversations on this computer were saved by a newer Fanlight.", id="newer"),
    pytest.param(folder_in_its_place, f"{UNREACHED}Is a directory.", id="folder"),
    pytest.param(file_in_the_place_of_pictures, f"{UNREACHED}File exists.", id="file"),
]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "SECONDS_TO_WAIT_FOR_LOCK", 0.01)
    monkeypatch.setattr(thread_module, "PAUSES_BEFORE_OPENING", (0.01, 0.02))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("hinder", "sentence"), WAYS)
def test_a_database_that_could_not_be_opened_is_tried_again(
    tmp_path: Path, hinder: Callable[[Path], Callable[[], None]], sentence: str
) -> None:
    end = hinder(tmp_path / "data")
    said: list[StoreError] = []
    told, opened = threading.Event(), threading.Event()

    def hear(error: StoreError) -> None:
        said.append(error)
        told.set()

    with running(tmp_path / "data", hear, opened.set) as store:
        assert told.wait(20)
        time.sleep(0.1)
        assert [(type(error), error.message) for error in said] == [(StoreUnavailable, sentence)], "said once"
        assert not opened.is_set()
        end()
        assert opened.wait(20)
        assert store.submit(lambda database: database.create("kept")).result() == 1


def test_the_pauses_grow_to_a_quarter_of_a_minute() -> None:
    pauses = thread_module.PAUSES_BEFORE_OPENING
    assert sorted(pauses) == list(pauses)
    assert pauses[0] <= 1
    assert pauses[-1] <= 15


@pytest.mark.parametrize("closing_down", [False, True])
def test_asked_for_it_is_opened_at_once_and_what_was_submitted_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closing_down: bool
) -> None:
    monkeypatch.setattr(connection_module, "SECONDS_TO_WAIT_FOR_LOCK", 0.01)
    monkeypatch.setattr(thread_module, "PAUSES_BEFORE_OPENING", (3600.0,))
    end = locked(tmp_path)
    store = StoreThread(tmp_path)
    assert isinstance(store.submit(lambda database: database.create()).exception(20), StoreUnavailable)
    store.open_now()
    assert isinstance(store.submit(lambda database: database.create()).exception(20), StoreUnavailable)
    end()
    store.open_now()
    made = store.submit(lambda database: database.create("kept"))
    if closing_down:
        assert store.close()
    assert made.result(20) == 1
    store.close()


def test_closing_does_not_wait_for_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    store = StoreThread(tmp_path / "data")
    store.submit(lambda database: database.create()).exception(20)
    store.close()


def test_chores_are_done_when_there_is_nothing_else_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_module, "SECONDS_BEFORE_CHORES", 0.0)
    done = threading.Event()
    real = Database.back_up

    def noticed(self: Database, *arguments: Callable[[], bool]) -> bool:
        made = real(self, *arguments)
        done.set()
        return made

    monkeypatch.setattr(Database, "back_up", noticed)
    with running(tmp_path) as store:
        assert done.wait(20)
        assert store.submit(lambda database: database.create()).result() == 1
    assert len(list((tmp_path / "backups").glob("daily-*.db"))) == 1


def test_a_disk_too_full_for_a_backup_costs_only_the_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_module, "SECONDS_BEFORE_CHORES", 0.0)
    tried = threading.Event()

    def full(*_: object) -> bool:
        tried.set()
        raise DiskFull("The disk is full: the conversation cannot be saved.")

    monkeypatch.setattr(Database, "back_up", full)
    said: list[StoreError] = []
    with running(tmp_path, said.append) as store:
        assert tried.wait(20)
        assert store.submit(lambda database: database.create()).result() == 1
    assert said == []


def test_damage_is_said_to_the_listener(tmp_path: Path) -> None:
    (tmp_path / "conversations.db").write_bytes(b"junk" * 1000)
    said: list[StoreError] = []
    with running(tmp_path, said.append) as store:
        store.submit(lambda database: database.create()).result()
    assert [type(error) for error in said] == [StoreRepaired]
    assert "damaged" in said[0].message


def test_a_cancelled_future_is_not_run(tmp_path: Path) -> None:
    gate = threading.Event()
    with running(tmp_path) as store:
        store.submit(lambda _: gate.wait(20))
        never = store.submit(lambda database: database.create("never"))
        assert never.cancel()
        gate.set()
        assert store.submit(lambda database: database.conversations()).result() == []


def test_a_bug_that_ends_the_thread_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[StoreError] = []
    with running(tmp_path, said.append) as store:
        _chat, answer = open_answer(store)
        monkeypatch.setattr(Database, "update_answer", lambda *_: [][0])
        store.answer(answer, "text", "", "complete")
        store._thread.join(20)
        with pytest.raises(StoreError, match="inside Fanlight"):
            store.submit(lambda database: database.conversations()).result(timeout=20)
    assert ["Nothing is kept" in error.text for error in said] == [True]


def test_an_answer_that_grew_while_it_was_being_written_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Database.update_answer
    with running(tmp_path) as store:
        chat, answer = open_answer(store)

        def slow(database: Database, message_id: int, text: str, *rest: Any) -> None:
            real(database, message_id, text, *rest)
            if text == "so far":
                store.answer(message_id, "so far and to its end", "", "complete", "2 s")

        monkeypatch.setattr(Database, "update_answer", slow)
        store.answer(answer, "so far", "", "complete")
        assert store.flush()
        assert store.flush()
    assert answers(tmp_path, chat) == [("so far and to its end", "", "complete", "2 s")]
