"""Which kept pictures belong into the index of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.picture_finding import KnownPicture, PicturePlace
from fanlight.domain.stored import StoredPicture
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path)) as opened:
        yield opened


def add(database: Database, title: str, *contents: bytes, created: float = 1_000) -> int:
    """A conversation with a message for each picture."""
    pictures = [StoredPicture(name_of(data), "png", f"{data.decode()}.png", 1, 1, "id") for data in contents]
    messages = tuple(ArchivedMessage("user", (picture,), created=created) for picture in pictures)
    files = {name_of(data): data for data in contents}
    return database.importing.add(ArchivedConversation(title, 1, 2, messages, False, files))


def names(database: Database) -> set[str]:
    found = database.searching.pictures.all()
    assert found is not None
    return {one.title.split("\n")[0] for one in found}


def test_each_picture_once_with_its_name_its_conversation_and_its_date(database: Database) -> None:
    add(database, "First", b"a", b"a", created=500)
    second = add(database, "Second", b"a", created=700)
    assert database.searching.pictures.all() == [
        KnownPicture(PicturePlace(name_of(b"a"), kept=True), "a.png\nSecond", 700.0)
    ]
    (place,) = database.searching.pictures.places([name_of(b"a"), "0" * 64]).items()
    assert place[0] == name_of(b"a")
    assert place[1][0] == second


def test_what_is_deleted_is_none_of_them_until_it_is_restored(database: Database) -> None:
    gone = add(database, "Gone", b"a")
    add(database, "Here", b"b")
    database.delete(gone)
    assert names(database) == {"b.png"}
    assert database.searching.pictures.places([name_of(b"a")]) == {}
    database.restore(gone)
    assert names(database) == {"a.png", "b.png"}


def test_a_damaged_date_is_none(database: Database) -> None:
    add(database, "Damaged", b"a")
    database._connection.execute("UPDATE message SET created = 'soon'")
    assert [one.taken for one in database.searching.pictures.all() or ()] == [0.0]


def test_conversations_in_memory_say_nothing() -> None:
    store = MemoryStore()
    assert store.searching.pictures.all() is None
    assert store.searching.pictures.places(["a"]) == {}
    assert store.searching.known_picture_text("a") is None
