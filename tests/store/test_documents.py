"""Documents in questions: kept whole, once, found by their words, and gone with the conversation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.messages import Image, Message, Picture
from fanlight.domain.stored import StoredDocument
from fanlight.store import search_hits, search_slices
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.parts import PartRow, fitting, part_of, rows_of, stored_document
from fanlight.store.search_index import remove_index
from support.documents import asked, document

MANUAL = document("Unpack the pump.", "", "The valve\nopens \ud83d slowly.", "Größe: 4")


@pytest.fixture(params=[Database, lambda _folder: MemoryStore()], ids=["on disk", "in memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    made: Callable[[Path], Database] = request.param
    return made(tmp_path)


def test_a_document_is_kept_with_its_file_and_the_pages_that_were_given(store: Database) -> None:
    conversation = store.create("x")
    store.add_message(conversation, asked(MANUAL, 1, 3))
    store.add_message(conversation, Message.of("assistant", "It opens [p. 3]."))
    store.add_message(conversation, asked(MANUAL, 4, text="And then?", again=True))
    first, _answer, again = store.messages(conversation)
    (kept,) = first.documents
    assert (kept.sha256, kept.kind, kept.name, kept.pages) == (MANUAL.id, "pdf", "manual.pdf", (1, 3))
    assert kept.texts == ("Unpack the pump.", "", "The valve\nopens \ufffd slowly.", "Größe: 4")
    assert first.message.text == "What is it?"
    assert not first.message.documents
    assert not first.pictures
    (kept,) = again.documents
    assert (kept.pages, kept.texts) == ((4,), ())
    assert store.picture(MANUAL.id) == MANUAL.data


def test_its_words_are_found(store: Database) -> None:
    store.add_message(store.create("x"), asked(MANUAL, 1))
    for text in ("valve opens", "größe", "unpack"):
        (hit,) = store.searching.search(text).hits
        assert hit.kind == "text"
    assert not store.searching.search("nowhere").hits


def test_what_is_read_later_is_kept_in_all_questions_and_found(store: Database) -> None:
    scan = document("", "", name="scan.pdf")
    for conversation in (store.create("x"), store.create("y")):
        store.add_message(conversation, asked(scan, 1))
    store.add_message(conversation, asked(scan, 2, again=True))
    store.add_message(conversation, asked(MANUAL, 1))
    assert not store.searching.search("zeppelin").hits
    store.update_document_texts(scan.id, ("Aa", "a zeppelin\f"))
    first, again, other = store.messages(conversation)
    assert first.documents[0].texts[0] == "Aa"
    assert first.documents[0].texts[1].startswith("a zeppelin")
    assert (again.documents[0].texts, other.documents[0].texts[0]) == ((), "Unpack the pump.")
    assert len(store.searching.search("zeppelin").hits) == 2


PAGES = (*("ordinary " * 20 for _page in range(30)), "the last page has a zeppelin", "with a comet behind it")


def test_all_of_a_long_one_is_found_and_is_one_hit(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_hits, "DOCUMENT_LETTERS", 500)
    store.add_message(store.create("x"), asked(document(*PAGES), 1))
    for text in ("zeppelin", "comet behind", "eppeli", "ordinary", "What is it"):
        (hit,) = store.searching.search(text).hits
        assert hit.kind == "text"
    assert "zeppelin" in store.searching.search("zeppelin").hits[0].snippet.text


def test_a_long_one_is_indexed_and_removed_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_hits, "DOCUMENT_LETTERS", 500)
    monkeypatch.setattr(search_slices, "_SLICE_LETTERS", 600)
    with closing(Database(tmp_path)) as database:
        conversation = database.create("x")
        database.add_message(conversation, asked(document(*PAGES), 1))
        slices = _slices(database)
        assert slices > 5
        assert database.searching.search("comet").hits
        database.delete(conversation)
        database.delete_for_good([conversation])
        assert _slices(database) > 5
        assert not database.searching.search("comet").hits
        assert database.searching.pending() == 0


def test_what_a_killed_process_left_is_indexed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_hits, "DOCUMENT_LETTERS", 500)
    monkeypatch.setattr(search_slices, "_SLICE_LETTERS", 600)
    with closing(Database(tmp_path)) as database:
        database.add_message(database.create("x"), asked(document(*PAGES), 1))
        assert database.searching.index_some(seconds=0)
    with closing(Database(tmp_path)) as database:
        for text in ("ordinary", "comet"):
            assert len(database.searching.search(text).hits) == 1


def test_an_index_that_is_made_anew_in_the_middle_of_a_long_one_has_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_hits, "DOCUMENT_LETTERS", 500)
    monkeypatch.setattr(search_slices, "_SLICE_LETTERS", 600)
    with closing(Database(tmp_path)) as database:
        database.add_message(database.create("x"), asked(document(*PAGES), 1))
        assert database.searching.index_some(seconds=0)
        database.searching.close()
        remove_index(tmp_path)
        _slices(database)
        for text in ("What is it", "ordinary", "comet"):
            assert len(database.searching.search(text).hits) == 1


def _slices(database: Database) -> int:
    count = 1
    while database.searching.index_some(seconds=0):
        count += 1
    return count


def test_it_is_no_picture_for_the_search(store: Database) -> None:
    pixels = Image.of(1, 1, b"\1\2\3")
    store.add_message(store.create("document"), asked(MANUAL, 1))
    store.add_message(
        store.create("picture"), Message.of("user", "?", [pixels]), [Picture(pixels, b"data", "png", 1, 1, "a.png")]
    )
    assert {hit.title for hit in store.searching.search("has:picture").hits} == {"picture"}


def test_its_file_goes_with_the_last_conversation_that_has_it(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        one, two = database.create("one"), database.create("two")
        for conversation in (one, two):
            database.add_message(conversation, asked(MANUAL, 1))
        file = tmp_path / "pictures" / MANUAL.id[:2] / MANUAL.id
        database.delete(one)
        database.delete_for_good([one])
        assert file.is_file()
        database.delete(two)
        database.delete_for_good([two])
        assert not file.exists()
        database.add_message(database.create("three"), asked(MANUAL, 1))
        database.erasing.everything()
        assert not file.exists()


def test_a_crash_before_the_row_leaves_a_file_that_is_known_as_unused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fanlight.store import database as module

    with closing(Database(tmp_path)) as database:
        conversation = database.create("x")

        def torn(*_: object) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr(module, "insert_message", torn)
        with pytest.raises(KeyboardInterrupt):
            database.add_message(conversation, asked(MANUAL, 1))
        monkeypatch.undo()
        assert database.messages(conversation) == []
        sql = "SELECT sha256 FROM unused_picture"
        assert database._connection.execute(sql).fetchall() == [(MANUAL.id,)]
        database.add_message(conversation, asked(MANUAL, 1))
        assert database._connection.execute(sql).fetchall() == []


def test_its_row_is_what_it_was() -> None:
    for part in (
        StoredDocument("a" * 64, "pdf", "a.pdf", (1, 2), ("x", "", "z")),
        StoredDocument("a" * 64, "text", "", (), ("only",)),
        StoredDocument("a" * 64, "pdf", "a.pdf", (3,), ()),
    ):
        assert part_of(rows_of([part])[0]) == part


@pytest.mark.parametrize(
    "details", ["", "[]", "{}", '{"pages": 3}', '{"pages": ["x", -1, true, 2]}', '{"kind": 4}', "x"]
)
def test_damaged_details_cost_its_name_alone(details: str) -> None:
    part = part_of(PartRow("document", "one\ftwo", "a" * 64, details))
    assert isinstance(part, StoredDocument)
    assert part.texts == ("one", "two")
    assert part.pages in ((), (2,))
    assert part_of(PartRow("document", "one", None, details)) is None
    assert fitting("assistant", [part]) == ()
    assert fitting("user", [part]) == (part,)


def test_no_page_holds_the_mark_between_pages() -> None:
    assert stored_document(asked(document("a\fb"), 1).documents[0]).texts == ("a\nb",)
