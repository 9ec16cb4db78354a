"""A page that an answer cites is shown, with the lines that it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QWidget

from fanlight.core.chat.stored_documents import StoredDocumentFile
from fanlight.core.work.file_worker import FileWorker
from fanlight.documents.files import read_document, read_document_bytes
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.transcript.page_links import page_address
from fanlight.ui.window.page_viewer import PageViewer
from support.pdf_files import numbered_pages, pdf, pdf_file
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, ready

pytestmark = pytest.mark.gui
PAGES = numbered_pages(4, {3: "The guarantee of the pump ends after thirty months."})


def reopened() -> StoredDocumentFile:
    data = pdf(["Inside"], password="open")
    return StoredDocumentFile("1" * 64, "a.pdf", "pdf", ("Inside",), lambda: data)


@pytest.fixture
def viewer(qtbot: Any) -> Any:
    window, worker = QWidget(), FileWorker()
    qtbot.addWidget(window)
    made = PageViewer(worker, window)
    yield made
    made.close()
    worker.close()
    worker.join(5)


def test_the_strip_shows_which_pages_were_given_and_pins_others(qtbot: Any, viewer: PageViewer) -> None:
    made, pinned = read_document_bytes(pdf(PAGES), "manual.pdf"), []
    viewer.pin_changed.connect(lambda document, page, on: pinned.append((document.name, page, on)))
    viewer.open(made, 3, given={2, 3}, pinned={4})
    strip = viewer.strip
    assert [strip.item(row).text() for row in range(4)] == ["1", "2, given", "3, given", "4"]
    assert [strip.item(row).checkState() is Qt.CheckState.Checked for row in range(4)] == [False, False, False, True]
    assert strip.currentRow() == 2
    assert not pinned
    blank = strip.item(0).icon().cacheKey()
    qtbot.waitUntil(lambda: all(strip.item(row).icon().cacheKey() != blank for row in (0, 1, 2)), timeout=60_000)
    strip.item(0).setCheckState(Qt.CheckState.Checked)
    strip.item(3).setCheckState(Qt.CheckState.Unchecked)
    assert pinned == [("manual.pdf", 1, True), ("manual.pdf", 4, False)]
    strip.setCurrentRow(1)
    assert viewer.number == 2
    viewer.next.click()
    assert strip.currentRow() == 2


def test_it_shows_a_page_and_marks_the_passage(qtbot: Any, viewer: PageViewer) -> None:
    viewer.open(read_document_bytes(pdf(PAGES), "manual.pdf"), 3, "The guarantee ends after thirty months")
    qtbot.waitUntil(lambda: bool(viewer.picture.marked), timeout=20_000)
    assert [line.text for line in viewer.picture.marked] == ["The guarantee of the pump ends after thirty months."]
    assert viewer.place.text() == "Page 3 of 4"
    assert "thirty months" in viewer.picture.accessibleName()
    assert viewer.picture.width() == pytest.approx(viewer._scroll.viewport().width(), abs=20)
    wide = viewer.picture.width()
    viewer.larger.click()
    assert viewer.picture.width() > wide
    qtbot.keyClick(viewer, Qt.Key.Key_PageDown)
    assert viewer.place.text() == "Page 4 of 4"
    assert not viewer.next.isEnabled()
    qtbot.waitUntil(lambda: not viewer.picture.marked, timeout=20_000)
    for _press in range(5):
        viewer.previous.click()
    assert viewer.number == 1
    assert not viewer.previous.isEnabled()


def test_the_text_is_shown_where_the_page_cannot_be_drawn(qtbot: Any, viewer: PageViewer) -> None:
    viewer.open(reopened(), 1, "Inside")
    qtbot.waitUntil(lambda: not viewer.problem.isHidden(), timeout=60_000)
    assert "protected by a password" in viewer.problem.text()
    assert viewer.text.toPlainText() == "Inside"
    assert len(viewer.text.extraSelections()) == 1


def test_a_protected_one_that_was_opened_with_its_password_is_drawn(qtbot: Any, viewer: PageViewer) -> None:
    viewer.open(read_document_bytes(pdf(["Inside"], password="open"), "a.pdf", "open"), 1, "Inside")
    qtbot.waitUntil(lambda: bool(viewer.picture.marked), timeout=60_000)
    assert viewer.problem.isHidden()
    assert viewer.password.isHidden()


def test_one_of_a_saved_conversation_is_drawn_after_its_password(qtbot: Any, viewer: PageViewer) -> None:
    """Passwords are kept in memory alone."""
    viewer.open(reopened(), 1, "Inside")
    qtbot.waitUntil(lambda: not viewer.password.isHidden(), timeout=60_000)
    qtbot.keyClicks(viewer.password, "wrong")
    qtbot.keyClick(viewer.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not the password" in viewer.problem.text(), timeout=60_000)
    assert not viewer.password.isHidden()
    qtbot.keyClicks(viewer.password, "open")
    qtbot.keyClick(viewer.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(viewer.picture.marked), timeout=60_000)
    assert viewer.password.isHidden()
    viewer.open(reopened(), 1, "Inside")
    qtbot.waitUntil(lambda: bool(viewer.picture.marked), timeout=60_000)


def test_a_text_file_is_shown_as_it_is(viewer: PageViewer, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\nthe valve opens\nthree\n", "utf-8")
    viewer.open(read_document(tmp_path / "a.txt"), 1, "The valve opens")
    (mark,) = viewer.text.extraSelections()
    assert mark.cursor.block().text() == mark.cursor.selectedText() == "the valve opens"


def test_a_citation_in_an_answer_opens_it(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["The guarantee ends after thirty months [p. 3]."]))
    ready(qtbot, window)
    drop(window, mime_of(pdf_file(tmp_path / "manual.pdf", PAGES)))
    read(qtbot, window, 1)
    ask(qtbot, window, "How long is the guarantee?")
    answered(qtbot, window)
    assert window.transcript.entries()[1].cites_pages
    window.page_viewing.follow(QUrl(page_address(3, "guarantee ends after thirty months").toString()))
    viewer = window.page_viewing.viewer
    assert viewer is not None
    qtbot.waitUntil(lambda: bool(viewer.picture.marked), timeout=20_000)
    assert viewer.number == 3
    window.page_viewing.show_attached(0, 0)
    assert viewer.number == 1
    window.page_viewing.show_attached(0, 1)
    window.page_viewing.show_attached(9, 0)
    assert viewer.number == 1
    viewer.close()
