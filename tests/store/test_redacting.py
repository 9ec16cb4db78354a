"""A kept picture is replaced by another one: in all conversations and backups, with what was read in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Image, Message, Picture
from fanlight.domain.reading import with_text_read
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore


def picture(red: int, data: bytes) -> Picture:
    return Picture(Image.of(1, 1, bytes([red, 0, 0])), data, "jpeg", 9, 9, "a.jpg")


OLD, NEW, OTHER = picture(1, b"the file of hunter2"), picture(2, b"the new file"), picture(3, b"another file")
NAME = name_of(OLD.data)


def ask(store: Database | MemoryStore, text: str, *pictures: Picture) -> int:
    chat = store.create(text.partition("\n")[0])
    store.add_message(chat, Message.of("user", text, [one.image for one in pictures]), pictures)
    return chat


def holds(folder: Path, words: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


def finish(database: Database) -> None:
    while database.searching.index_some():
        pass


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Two conversations with the picture, one of them deleted, and another one; in a backup, and searchable."""
    made = Database(tmp_path)
    ask(made, with_text_read("What is it?", "user hunter2"), OLD, OTHER)
    ask(made, "another", OTHER)
    made.delete(ask(made, "gone", OLD))
    made.searching.keep_picture_text(NAME, "user hunter2")
    finish(made)
    assert made.back_up()
    return made


def test_nothing_of_it_is_on_the_disk(database: Database, tmp_path: Path) -> None:
    assert {NAME, "search.db-wal"} < set(holds(tmp_path, b"hunter2"))
    assert database.redacting.replace_pictures([NAME], NEW) == [1, 3]
    finish(database)
    assert holds(tmp_path, b"hunter2") == []
    assert holds(tmp_path, NAME.encode()) == []
    assert not (tmp_path / "pictures" / NAME[:2] / NAME).exists()
    assert database.picture(name_of(NEW.data)) == NEW.data
    assert database.searching.search("hunter2").hits == ()
    assert [hit.title for hit in database.searching.search("what").hits] == ["What is it?"] * 2


def test_what_is_kept_says_what_it_is_now(database: Database) -> None:
    database.redacting.replace_pictures([NAME], NEW)
    (stored,) = database.messages(1)
    first, second = stored.pictures
    assert (first.sha256, first.name, first.image_id) == (name_of(NEW.data), "a.jpg", NEW.image.id)
    assert second.sha256 == name_of(OTHER.data)
    assert stored.message.text == "What is it?"
    assert database.messages(2)[0].pictures[0].sha256 == name_of(OTHER.data)
    database.restore(3)
    assert database.messages(3)[0].pictures[0].sha256 == name_of(NEW.data)


def test_backups_bring_back_the_new_one(database: Database, tmp_path: Path) -> None:
    database.redacting.replace_pictures([NAME], NEW)
    database.close()
    (tmp_path / "conversations.db").write_bytes(b"not a database")
    again = Database(tmp_path)
    assert again.messages(1)[0].pictures[0].sha256 == name_of(NEW.data)
    again.close()


def test_one_that_is_not_there_any_more_changes_nothing(database: Database) -> None:
    assert database.redacting.replace_pictures(["0" * 64], NEW) == []
    assert database.picture(NAME) == OLD.data
    assert database.redacting.replace_pictures([NAME], OLD) == []
    assert database.picture(NAME) == OLD.data


def test_in_memory_it_is_replaced_as_well() -> None:
    store = MemoryStore()
    ask(store, with_text_read("What is it?", "user hunter2"), OLD, OTHER)
    assert store.redacting.replace_pictures([NAME], NEW) == [1]
    (stored,) = store.messages(1)
    assert [one.sha256 for one in stored.pictures] == [name_of(NEW.data), name_of(OTHER.data)]
    assert stored.message.text == "What is it?"
    with pytest.raises(StoreError):
        store.picture(NAME)
