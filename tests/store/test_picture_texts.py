"""What was read in kept pictures is found, and is gone with them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import TextPart
from fanlight.domain.stored import StoredPicture
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore

Opened = Callable[..., Database]
FILES = {name: f"file {name}".encode() for name in ("invoice", "menu", "empty")}


def show(database: Database, title: str, *names: str) -> int:
    parts = tuple(StoredPicture(name_of(FILES[name]), "png", f"{name}.png", 3, 2, "id") for name in names)
    message = ArchivedMessage("user", (*parts, TextPart(f"about {title}")), created=1)
    files = {name_of(FILES[name]): FILES[name] for name in names}
    return database.importing.add(ArchivedConversation(title, 1, 2, (message,), False, files))


def read_all(database: Database) -> list[str]:
    """As the reader does; the text of a picture is its name twice."""
    read = []
    while (sha256 := database.searching.unread_picture()) is not None:
        name = next(name for name, file in FILES.items() if name_of(file) == sha256)
        database.searching.keep_picture_text(sha256, "" if name == "empty" else f"{name}text Größe {name}")
        read.append(name)
    while database.searching.index_some():
        pass
    return read


def found(database: Database, text: str) -> list[tuple[str, str]]:
    return [(hit.title, hit.kind) for hit in database.searching.search(text).hits]


def test_a_picture_is_found_by_its_text_wherever_it_is_shown(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    show(database, "old", "invoice")
    show(database, "new", "menu", "empty", "invoice")
    assert read_all(database)[0] == "invoice"
    assert found(database, "invoicetext") == [("new", "picture"), ("old", "picture")]
    assert found(database, "groesse") == []
    assert found(database, "grosse -menu") == [("new", "picture"), ("old", "picture")]
    assert [hit.snippet.text for hit in database.searching.search("menutext").hits] == ["menutext Größe menu"]
    assert found(database, "menutext has:picture") == [("new", "picture")]
    assert found(database, "about") == [("new", "text"), ("old", "text")]
    hit = database.searching.search("menutext").hits[0]
    assert database.searching.steps_to(hit.conversation_id, hit.message_id) == (0,)


def test_each_is_read_once_also_after_a_restart(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    show(database, "one", "invoice", "empty")
    first = database.searching.unread_picture()
    assert first is not None
    database.searching.keep_picture_text(first, "")
    database.close()
    database = opened(tmp_path)
    assert database.searching.unread_picture() not in (None, first)
    assert len(read_all(database)) == 1
    assert database.searching.unread_picture() is None


def test_what_is_deleted_is_forgotten(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    one, _two = show(database, "one", "invoice", "menu"), show(database, "two", "menu")
    read_all(database)
    database.delete(one)
    assert found(database, "invoicetext") == []
    database.delete_for_good([one])
    while database.searching.index_some():
        pass
    assert found(database, "menutext") == [("two", "picture")]
    database.close()
    assert not [path for path in tmp_path.rglob("*.db*") if b"invoicetext" in path.read_bytes()]


def test_a_message_that_was_truncated_leaves_no_entries(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    number = show(database, "one", "invoice", "menu")
    read_all(database)
    database.truncate(number, database.messages(number)[0].id)
    while database.searching.index_some():
        pass
    assert found(database, "menutext") == []


def test_without_its_index_pictures_are_read_again(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    show(database, "one", "invoice")
    read_all(database)
    database.close()
    for path in tmp_path.glob("search.db*"):
        path.unlink()
    database = opened(tmp_path)
    assert read_all(database) == ["invoice"]
    assert found(database, "invoicetext") == [("one", "picture")]


def test_an_index_from_before_is_used_on(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    show(database, "one", "invoice")
    while database.searching.index_some():
        pass
    assert database.searching._index is not None
    database.searching._index._connection.execute("DROP TABLE picture")
    database.close()
    database = opened(tmp_path)
    assert database.searching.pending() == 0
    assert read_all(database) == ["invoice"]


def test_a_damaged_index_stops_nothing(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    show(database, "one", "invoice")
    database.close()
    (tmp_path / "search.db").write_bytes(b"nonsense" * 1_000)
    database = opened(tmp_path)
    assert database.searching.unread_picture() is None  # it is made anew meanwhile
    assert read_all(database) == ["invoice"]
    shutil.rmtree(tmp_path / "pictures")
    assert found(database, "invoicetext") == [("one", "picture")]


def test_pictures_in_memory_are_not_read() -> None:
    store = MemoryStore()
    assert store.searching.unread_picture() is None


def test_a_picture_that_was_deleted_while_it_was_read_leaves_no_text(tmp_path: Path, opened: Opened) -> None:
    database = opened(tmp_path)
    show(database, "one", "invoice")
    sha256 = database.searching.unread_picture()
    assert sha256 is not None
    database.erasing.everything()
    database.searching.keep_picture_text(sha256, "invoicetext")
    database.close()
    assert not [path for path in tmp_path.rglob("*.db*") if b"invoicetext" in path.read_bytes()]
