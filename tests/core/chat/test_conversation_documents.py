"""A question about a document is asked with the pages that it needs."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from fanlight.core.chat import page_thumbnails
from fanlight.core.chat.reopening import fetch_conversation, rebuild_turns
from fanlight.core.chat.stored_documents import PageIndexes, StoredDocumentFile
from fanlight.core.chat.stored_pictures import PictureShelf
from fanlight.core.chat.turns import question
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.documents import Document
from fanlight.domain.messages import Image, Message
from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from support.documents import attached, document
from support.pdf_files import numbered_pages
from support.rooms import Open

PAGES = numbered_pages(
    60, {31: "The guarantee of the pump ends after thirty months.", 50: "Invoice 4711 was paid in Lisbon."}
)


def pages(message: Message) -> list[int]:
    return [page for part in message.documents for page in part.pages]


def test_a_short_document_is_given_whole_and_read_ahead(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["A [p. 2]."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set((attached(["Bread", "Soup"]),))
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert pages(engine.prefilled[-1][-1]) == [1, 2]
    room.session.send("What is hot?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    assert pages(engine.asked[-1][-1]) == [1, 2]
    assert room.texts == ["What is hot?", "A [p. 2]."]
    assert room.session.entries()[0].captions == ("manual.pdf, 2 pages",)


def test_pinned_pages_are_given_with_the_next_question_about_it(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["Ok."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set((made := attached(PAGES),))
    assert made.document is not None
    room.session.pages.pin(made.document.id, 7, pinned=True)
    room.session.pages.pin(made.document.id, 8, pinned=True)
    room.session.pages.pin(made.document.id, 8, pinned=False)
    room.session.send("How long is the guarantee of the pump?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    assert {7, 31} <= set(pages(engine.asked[-1][-1]))
    given = room.session.pages.given(made.document.id)
    assert given == set(pages(engine.asked[-1][-1]))
    other = next(page for page in range(60, 0, -1) if page not in given | {50})
    room.session.pages.pin(made.document.id, other, pinned=True)
    room.session.send("Where was invoice 4711 paid?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 4)
    assert {other, 50} <= set(pages(engine.asked[-1][-1]))
    assert room.session.pages.given(made.document.id) >= given | {other, 50}


def test_of_a_long_one_the_pages_that_each_question_needs_are_given(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["Ok."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set((attached(PAGES),))
    room.session.send("How long is the guarantee of the pump?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    first = pages(engine.asked[-1][-1])
    assert 31 in first
    assert len(first) < 30
    assert "of 60" in room.session.entries()[0].captions[0]
    room.session.send("Where was invoice 4711 paid?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 4)
    more = pages(engine.asked[-1][-1])
    assert 50 in more
    assert not set(more) & set(first)
    assert pages(engine.asked[-1][0]) == first
    assert not any(message.images for message in engine.asked[-1])


def test_an_edited_question_gets_its_pages_anew(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["Ok."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set((attached(PAGES),))
    room.session.send("How long is the guarantee of the pump?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    room.session.begin_edit()
    assert [one.name for one in room.session.attachments.read] == ["manual.pdf"]
    room.session.send("Where was invoice 4711 paid?")
    qtbot.waitUntil(lambda: room.idle and room.texts[0].startswith("Where"))
    assert 50 in pages(engine.asked[-1][-1])
    assert len(engine.asked[-1][-1].documents) == 1


def test_a_file_that_is_on_disk_is_not_kept_in_memory() -> None:
    one = attached(["a", "b"])
    assert one.document is not None
    turn = question("What?", [one], room=100)
    data = one.document.data
    kept = PictureShelf().shelved_turn(turn, lambda _name: data)
    assert kept == turn
    for stored in (kept.message.documents[0].document, kept.attachments[0].document):
        assert isinstance(stored, StoredDocumentFile)
        assert stored.data == data
        assert stored.texts == ("a", "b")
    assert PictureShelf().shelved_turn(kept, lambda _name: data) is kept
    assert PictureShelf().shelved_turn(turn, lambda _name: b"other") is turn


def test_the_first_page_that_was_given_is_shown_with_the_question(
    qtbot: Any, enter: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def draw(_document: Document, page: int) -> Image:
        drawn.append(page)
        return Image.of(4, 4, bytes([page]) * 48)

    monkeypatch.setattr(page_thumbnails, "_thumbnail", draw)
    room = enter(ScriptedEngine(["Ok."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    worker = FileWorker()
    thumbnails = page_thumbnails.PageThumbnails(worker, lambda: room.session, room.session)
    room.session.turns_appended.connect(thumbnails.show_missing)
    room.session.attachments.set((attached(PAGES),))
    for count, text in enumerate(("How long is the guarantee of the pump?", "Invoice 4711?"), 1):
        room.session.send(text)
        qtbot.waitUntil(lambda count=count: room.idle and len(room.texts) == 2 * count)
    assert pages(room.session.turns[2].message) == [50]
    qtbot.waitUntil(lambda: room.session.entries()[2].thumbnails[0].rgb[:1] == bytes([50]))
    room.session.pages.show_thumbnail("another", 50, attached(["x"]).thumbnail)  # type: ignore[arg-type]
    (first,), (again,) = room.session.turns[0].attachments, room.session.turns[2].attachments
    assert (first.thumbnail_page, again.thumbnail_page) == (1, 50)
    thumbnails.show_missing()
    assert room.session.pages.to_draw() == []
    assert drawn == [50]
    worker.close()
    worker.join(5)


def test_an_index_is_made_once_while_it_is_kept() -> None:
    indexes = PageIndexes(most_letters=40)
    first, second = document("abc", "def"), document("x" * 50)
    made = indexes.of(first)
    assert indexes.of(first) is made
    assert indexes.of(document("abc", "def")) is made
    other = indexes.of(Document(first.id, first.name, "pdf", ("abc", "ghi")))
    assert other.texts == ("abc", "ghi")
    indexes.of(second)
    assert indexes.of(second) is indexes.of(second)
    assert indexes.of(first) is not made


def test_a_saved_one_is_asked_about_again(qtbot: Any, enter: Open) -> None:
    room = enter(ScriptedEngine(["Ok."]))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set((attached(PAGES),))
    for count, text in enumerate(("How long is the guarantee of the pump?", "Where was invoice 4711 paid?"), 1):
        room.session.send(text)
        qtbot.waitUntil(lambda count=count: room.idle and len(room.texts) == 2 * count)
    expected = [pages(turn.message) for turn in room.session.turns]
    captions = [entry.captions for entry in room.session.entries()]
    room.close()
    with closing(Database(room.home)) as database:
        found = rebuild_turns(fetch_conversation(database, database.conversations()[0].id), 512, PictureShelf())
        turns = found.turns.shown
        assert [pages(turn.message) for turn in turns] == expected
        assert [turn.entry().captions for turn in turns] == captions
        assert all(one.index is not None for turn in turns for one in turn.attachments)
        assert [one.page_to_draw for one in turns[0].attachments] == [
            (one.document, expected[0][0]) for one in turns[0].attachments
        ]
        made = turns[0].attachments[0].document
        assert made is not None
        assert made.texts == tuple(PAGES)
        assert made.data == attached(PAGES).document.data  # type: ignore[union-attr]
