"""A database that is found damaged while Fanlight runs is repaired at once, and nothing that waits is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fanlight.domain.errors import DatabaseDamaged, StoreError, StoreRepaired, StoreUnavailable
from fanlight.domain.messages import Message
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread
from support.damaging import damage


class Watched:
    """A store and what it reported, in order; None: all is well again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[StoreError | None] = []
        self.store = StoreThread(folder, self.said.append, lambda: self.said.append(None))

    def damage(self, **pages: int) -> None:
        self.store.submit(lambda database: damage(database, self.folder, **pages)).result(20)

    def add(self, chat: int, text: str) -> int:
        return self.store.submit(lambda it: it.add_message(chat, Message.of("user", text))).result(20)

    def texts(self) -> list[str]:
        def read(it: Database) -> list[str]:
            return [message.message.text for row in it.conversations() for message in it.messages(row.id)]

        return self.store.submit(read).result(20)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.store.close()


def test_a_read_that_finds_damage_is_done_on_the_repaired_database(watched: Watched) -> None:
    chat = watched.store.submit(lambda it: it.create("chat")).result()
    for number in range(60):
        watched.add(chat, f"message {number} " + "words " * 100)
    watched.damage(first_page=4, pages=5)
    texts = watched.texts()
    assert len(texts) > 20  # what stood on other pages
    kinds = [type(one) for one in watched.said]
    assert kinds == [StoreUnavailable, type(None), StoreRepaired]
    assert "damaged" in str(watched.said[0])
    assert list(watched.folder.glob("damaged-*"))


def test_a_write_that_finds_damage_is_made_on_the_repaired_database(watched: Watched) -> None:
    watched.store.submit(lambda it: it.create("lost")).result()
    watched.damage()
    chat = watched.store.submit(lambda it: it.create("kept")).result(20)
    watched.add(chat, "after it")
    assert watched.texts() == ["after it"]
    watched.store.close()
    again = Database(watched.folder)
    assert again.notice == ""
    assert again.conversations()[0].title == "kept"
    again.close()


def test_what_waits_behind_it_is_done_in_its_order(watched: Watched) -> None:
    watched.damage()
    made = [watched.store.submit(lambda it, title=str(number): it.create(title)) for number in range(20)]  # type: ignore[misc]
    assert sorted(future.result(20) for future in made) == list(range(1, 21))


def test_an_answer_that_grows_finds_it_too(watched: Watched) -> None:
    chat = watched.store.submit(lambda it: it.create("chat")).result()
    answer = watched.store.submit(lambda it: it.add_message(chat, Message.of("assistant", ""), state="open")).result()
    watched.damage()
    watched.store.answer(answer, "whole", "", "complete")
    assert watched.store.flush()
    assert any(isinstance(one, StoreRepaired) for one in watched.said)


def test_closing_finds_it_and_still_writes_what_is_left(watched: Watched) -> None:
    watched.damage()
    futures = [watched.store.submit(lambda it: it.create("last")) for _number in range(3)]
    assert watched.store.close()
    assert [future.result(0) for future in futures] == [1, 2, 3]


def test_damage_that_comes_back_at_once_is_an_error_and_no_loop(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    real = Database.__init__

    def counted(self: Database, folder: Path, *rest: object, **more: object) -> None:
        opened.append(folder)
        real(self, folder, *rest, **more)  # type: ignore[arg-type]

    def broken(_database: Database) -> None:
        raise DatabaseDamaged("The conversations file is damaged.")

    monkeypatch.setattr(Database, "__init__", counted)
    with pytest.raises(DatabaseDamaged):
        watched.store.submit(broken).result(20)
    assert len(opened) == 1
    with pytest.raises(DatabaseDamaged):
        watched.store.submit(broken).result(20)
    assert len(opened) == 1
