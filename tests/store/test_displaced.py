"""Another program removes the files of the conversations while Fanlight has them open, or puts others in their place:
what is written from then on is in the right place, and nothing of what was there is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fanlight.domain.errors import DatabaseDisplaced, StoreError, StoreRepaired
from fanlight.domain.messages import Message
from fanlight.store import displaced
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread
from store.conftest import Opened


def titles(folder: Path) -> list[str]:
    database = Database(folder)
    try:
        assert database.notice == ""
        return sorted(row.title for row in database.conversations())
    finally:
        database.close()


def another(folder: Path) -> bytes:
    database = Database(folder)
    database.create("elsewhere")
    database.close()
    return (folder / "conversations.db").read_bytes()


def remove(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).unlink()


def rename(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).rename(folder / f"old-{name}")


def replace_log(folder: Path) -> None:
    remove(folder, DB, LOG)
    (folder / LOG).write_bytes(b"x" * 9)


DB, LOG = "conversations.db", "conversations.db-wal"
REMOVED: dict[str, Callable[[Path], None]] = {
    "the database": lambda folder: remove(folder, DB),
    "its log": lambda folder: remove(folder, LOG),
    "both": lambda folder: remove(folder, DB, LOG),
    "both, and a log of another is there": replace_log,
    "both were renamed": lambda folder: rename(folder, DB, LOG),
}


@pytest.fixture
def said() -> list[StoreError | None]:
    return []


@pytest.fixture
def store(tmp_path: Path, said: list[StoreError | None]) -> Iterator[StoreThread]:
    made = StoreThread(tmp_path / "home", said.append, lambda: said.append(None))
    made.submit(lambda it: it.create("before")).result(20)
    yield made
    made.close()


@pytest.mark.parametrize("what", REMOVED)
def test_what_was_removed_is_put_back_with_all_that_is_written_later(
    tmp_path: Path, store: StoreThread, said: list[StoreError | None], what: str
) -> None:
    REMOVED[what](tmp_path / "home")
    store.submit(lambda it: it.create("after")).result(20)
    assert titles_in(store) == ["after", "before"]
    repaired = [one for one in said if isinstance(one, StoreRepaired)]
    assert len(repaired) == 1
    assert "removed the conversations file" in str(repaired[0])
    assert said[-2] is None  # the window no longer says that nothing is kept
    store.submit(lambda it: it.create("later")).result(20)
    assert len(said) == 3  # once
    assert store.close()
    assert titles(tmp_path / "home") == ["after", "before", "later"]


def titles_in(store: StoreThread) -> list[str]:
    return store.submit(lambda it: sorted(row.title for row in it.conversations())).result(20)


@pytest.mark.parametrize("log_too", [False, True])
def test_a_file_that_was_put_in_its_place_is_kept_beside(
    tmp_path: Path, store: StoreThread, said: list[StoreError | None], log_too: bool
) -> None:
    home, other = tmp_path / "home", another(tmp_path / "other")
    if log_too:
        remove(home, LOG)
    (tmp_path / "new").write_bytes(other)
    (tmp_path / "new").replace(home / DB)
    chat = store.submit(lambda it: it.create("after")).result(20)
    store.submit(lambda it: it.add_message(chat, Message.of("user", "hello"))).result(20)
    assert titles_in(store) == ["after", "before"]
    (kept,) = home.glob("damaged-*")
    assert (kept / DB).read_bytes() == other
    assert [str(kept) in str(one) for one in said if isinstance(one, StoreRepaired)] == [True]
    assert store.close()
    assert titles(home) == ["after", "before"]


def test_an_answer_that_grows_meanwhile_is_written(tmp_path: Path, store: StoreThread) -> None:
    chat = store.submit(lambda it: it.create("chat")).result(20)
    answer = store.submit(lambda it: it.add_message(chat, Message.of("assistant", ""), state="open")).result(20)
    remove(tmp_path / "home", DB, LOG)
    store.answer(answer, "whole", "", "complete")
    assert store.flush()
    texts = store.submit(lambda it: [message.message.text for message in it.messages(chat)]).result(20)
    assert texts == ["whole"]


def test_what_is_removed_just_before_the_end_is_put_back(tmp_path: Path, store: StoreThread) -> None:
    remove(tmp_path / "home", DB, LOG)
    assert store.close()
    assert titles(tmp_path / "home") == ["before"]


def test_a_disk_that_fails_while_it_is_put_back_costs_nothing(
    tmp_path: Path, store: StoreThread, said: list[StoreError | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_folder: Path) -> None:
        raise OSError(5, "Input/output error")

    remove(tmp_path / "home", DB, LOG)
    with monkeypatch.context() as patched:
        patched.setattr(displaced, "sync_folder", fails)
        store.submit(lambda it: it.create("after")).result(20)
    assert titles_in(store) == ["after", "before"]
    assert any(isinstance(one, StoreRepaired) for one in said)


def test_a_folder_that_is_gone_is_said_and_nothing_is_closed(tmp_path: Path, opened: Opened) -> None:
    home = tmp_path / "home"
    database = opened(home)
    database.create("before")
    home.rename(tmp_path / "away")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        database.create("after")
    assert not isinstance(caught.value, DatabaseDisplaced)
    (tmp_path / "away").rename(home)
    database.create("after")
    database.close()
    assert titles(home) == ["after", "before"]
