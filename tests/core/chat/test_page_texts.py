"""Pages without text are read in the background: those that are asked for first, and not while the model answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.chat import page_texts
from fanlight.core.chat.page_texts import PageTexts, ReadPages
from fanlight.core.chat.turn_list import TurnList
from fanlight.core.chat.turns import question
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Priority
from fanlight.documents.page_index import PageIndex
from fanlight.domain.documents import Document
from fanlight.domain.errors import InputError, OcrError
from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine
from support.documents import attached, document
from support.timers import ManualClock


class Desk:
    """Pages are drawn as pictures as wide as their number; what they say is "page N", later, one call at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(page_texts, "_drawn", lambda _document, page: Image.of(page, 1, bytes(3 * page)))
        self.files, self.clock = FileWorker(), ManualClock()
        self.busy = False
        self.asked: list[tuple[int, Priority]] = []
        self.answers: list[Callable[[Any], object]] = []
        self.told: list[ReadPages] = []
        self.texts = PageTexts(self.read, self.files, lambda: self.busy, make_timer=self.clock.timer)
        self.texts.pages_read.connect(self.told.append)

    def read(self, image: Image, then: Callable[[Any], object], priority: Priority) -> None:
        self.asked.append((image.width, priority))
        self.answers.append(then)

    def answer(self, qtbot: Any, result: Any = None) -> None:
        qtbot.waitUntil(lambda: bool(self.answers))
        page = self.asked[-1][0]
        self.answers.pop()(result if result is not None else (TextLine(f"page {page}", 0, 0, 50, 10),))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    made = Desk(monkeypatch)
    yield made
    made.files.close()


def scan(count: int, **texts: str) -> Document:
    return document(*(texts.get(f"p{number}", "") for number in range(1, count + 1)), name="scan.pdf")


def test_the_first_pages_are_told_as_soon_as_they_are_read(qtbot: Any, desk: Desk) -> None:
    found: list[Any] = []
    desk.texts.begin(scan(30), [1, 2], found.append)
    desk.answer(qtbot)
    assert not found
    desk.answer(qtbot)
    qtbot.waitUntil(lambda: bool(found))
    assert found[0].document.texts[:3] == ("page 1", "page 2", "")
    assert found[0].left == 28
    assert found[0].index.ranked("page 2")[0] == 2
    assert [priority for _page, priority in desk.asked[:2]] == [Priority.WINDOW] * 2


def test_what_is_asked_for_comes_next_and_is_told_at_once(qtbot: Any, desk: Desk) -> None:
    made = scan(30, p3="text of its own")
    desk.texts.begin(made)
    qtbot.waitUntil(lambda: bool(desk.answers))
    desk.texts.want(made.id, [20, 3, 99])
    desk.answer(qtbot)
    desk.answer(qtbot)
    desk.answer(qtbot)
    assert [page for page, _priority in desk.asked[:4]] == [1, 20, 2, 4][: len(desk.asked)]
    qtbot.waitUntil(lambda: bool(desk.told))
    assert desk.told[0].document.texts[19] == "page 20"
    assert desk.told[0].document.texts[2] == "text of its own"


def test_all_are_read_and_told_a_few_times_only(qtbot: Any, desk: Desk) -> None:
    made = scan(20)
    desk.texts.begin(made)
    for _page in range(20):
        desk.answer(qtbot)
    qtbot.waitUntil(lambda: bool(desk.told) and not desk.told[-1].left)
    assert [one.left for one in desk.told] == [12, 4, 0]
    assert all(desk.told[-1].document.texts)
    desk.texts.begin(made)  # a conversation that is opened again
    assert desk.told[-1].document.texts == desk.told[-2].document.texts
    assert len(desk.asked) == 20
    told = len(desk.told)
    desk.texts.begin(desk.told[-1].document)
    assert len(desk.told) == told


def test_while_the_model_answers_only_what_somebody_waits_for_is_read(qtbot: Any, desk: Desk) -> None:
    desk.busy = True
    made = scan(9)
    desk.texts.begin(made)
    desk.clock.advance(10_000)
    assert not desk.asked
    desk.texts.want(made.id, [5])
    desk.answer(qtbot)
    assert [page for page, _priority in desk.asked] == [5]
    desk.busy = False
    desk.clock.advance(1_000)
    desk.answer(qtbot)
    assert [page for page, _priority in desk.asked] == [5, 1]


def test_a_page_that_cannot_be_read_is_left_and_one_without_a_reader_ends_all(qtbot: Any, desk: Desk) -> None:
    found: list[Any] = []
    desk.texts.begin(scan(3), [1, 2], found.append)
    desk.answer(qtbot, InputError("This one is too dark."))
    desk.answer(qtbot, OcrError("There is no reader."))
    qtbot.waitUntil(lambda: bool(found))
    assert isinstance(found[0], OcrError)
    assert desk.texts.left_of(scan(3).id) == 0


def test_texts_and_files_that_are_no_pdf_are_left_alone(desk: Desk) -> None:
    desk.texts.begin(document("a", "b"))
    desk.texts.begin(Document("x", "a.txt", "text", ("", "b")))
    assert not desk.asked


def test_a_question_that_was_asked_has_them_from_then_on() -> None:
    made = attached(["", ""], name="scan.pdf")
    asked = question("What is it?", [made], room=1000)
    assert made.document is not None
    read = Document(made.document.id, "scan.pdf", "pdf", ("Aa", "Bb"))
    now = asked.with_pages_read(read, PageIndex(read.texts), left=1)
    assert now.message.documents[0].document.texts == ("Aa", "Bb")
    assert now.attachments[0].caption.endswith(", 1 is still read")
    assert now.entry().captions[0].endswith(", more are being read")
    assert "Aa" in now.message.documents[0].text
    again = made.with_pages_read(Document(read.id, "scan.pdf", "pdf", ("Aa", "")), PageIndex(("Aa", "")), left=1)
    assert [part.pages for part in question("What?", [again], room=1000).message.documents] == [(1,)]
    other = Document("other", "scan.pdf", "pdf", ("x", "y"))
    assert asked.with_pages_read(other, PageIndex(other.texts), 0) is asked
    assert Path(now.attachments[0].name).suffix == ".pdf"


def test_what_is_on_the_screen_changes_when_it_begins_and_when_all_are_read(qtbot: Any) -> None:
    turns, made, changes = TurnList(owner := QObject()), attached(["", "", ""], name="scan.pdf"), [0]
    turns.append(question("What is it?", [made], room=1000))
    turns.captions_changed.connect(lambda: changes.append(1))
    assert made.document is not None
    for left, texts in ((2, ("a", "", "")), (1, ("a", "b", "")), (0, ("a", "b", "c"))):
        turns.show_pages_read(Document(made.document.id, "scan.pdf", "pdf", texts), PageIndex(texts), left)
    assert sum(changes) == 2
    assert turns.all[0].message.documents[0].document.texts == ("a", "b", "c")
    owner.deleteLater()
