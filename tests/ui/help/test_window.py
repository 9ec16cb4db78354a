"""The manual opens offline, its links lead somewhere, and nothing in it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from fanlight import i18n, paths
from fanlight.ui.help import window as help_module
from fanlight.ui.help.pages import PAGES, PageLink, heading_id, link_target
from fanlight.ui.help.window import HelpWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def manual(qtbot: Any) -> HelpWindow:
    shown = HelpWindow()
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def links(window: HelpWindow) -> list[QUrl]:
    found: list[QUrl] = []
    block = window.view.document().begin()
    while block.isValid():
        found += [QUrl(span.format.anchorHref()) for span in block.textFormats() if span.format.isAnchor()]
        block = block.next()
    return found


def test_every_page_is_shown_and_every_link_inside_the_manual_leads_to_a_heading(manual: HelpWindow) -> None:
    headings = {}
    for page in PAGES:
        manual.open_page(PageLink(page))
        headings[page] = set(manual.view.headings())
        assert len(headings[page]) >= 1
    inside = 0
    for page in PAGES:
        manual.open_page(PageLink(page))
        for url in links(manual):
            if target := link_target(url, page):
                inside += 1
                assert not target.heading or target.heading in headings[target.page], url.toString()
            else:
                assert url.scheme() == "https", url.toString()
    assert inside >= 10


def test_a_heading_is_scrolled_to(manual: HelpWindow) -> None:
    manual.open_page(PageLink("manual", "troubleshooting"))
    assert manual.view.verticalScrollBar().value() > 1000
    assert manual.view.textCursor().block().text() == "Troubleshooting"
    manual.open_page(PageLink("manual", "no-such-heading"))
    assert manual.view.verticalScrollBar().value() == 0


def test_a_link_to_another_page_selects_it_in_the_list(manual: HelpWindow) -> None:
    manual.view.anchorClicked.emit(QUrl("cli.md#models"))
    assert manual.page == "cli"
    assert manual.list.currentRow() == list(PAGES).index("cli")
    assert manual.view.textCursor().block().text() == "models"


def test_an_address_outside_is_asked_about(manual: HelpWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(help_module, "ask_to_open", lambda url, parent: asked.append(url.toString()))
    manual.view.anchorClicked.emit(QUrl("https://example.org/"))
    assert asked == ["https://example.org/"]


def test_nothing_is_loaded(manual: HelpWindow, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes((paths.resources() / "samples" / "shapes.png").read_bytes())
    manual.view.show_markdown(f"![x]({QUrl.fromLocalFile(str(picture)).toString()})")
    assert manual.view.loadResource(2, QUrl.fromLocalFile(str(picture))) is None


def test_search_finds_the_next_place_and_starts_again_at_the_end(manual: HelpWindow) -> None:
    QTest.keyClick(manual, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert manual.search.hasFocus()
    QTest.keyClicks(manual.search, "microphone")
    first = manual.view.textCursor().selectionStart()
    assert manual.view.textCursor().selectedText().lower() == "microphone"
    QTest.keyClick(manual.search, Qt.Key.Key_Return)
    second = manual.view.textCursor().selectionStart()
    assert second > first
    assert manual.find_next("microphone", backward=True)
    assert manual.view.textCursor().selectionStart() == first
    assert manual.find_next("microphone", backward=True)
    assert manual.view.textCursor().selectionStart() > second
    assert not manual.find_next("no such words at all")


def test_a_page_that_is_missing_says_so(manual: HelpWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    manual.open_page(PageLink("privacy"))
    assert "missing from the installation" in manual.view.toPlainText()


def test_headings_are_named_as_on_github() -> None:
    assert heading_id("What does it do?  (Really!)") == "what-does-it-do--really"
    assert heading_id("Talk hands-free") == "talk-hands-free"


@pytest.mark.parametrize(("language", "noted"), [("en", False), ("de", True)])
def test_it_says_that_its_pages_are_in_english_where_all_else_is_not(
    qtbot: Any, catalogs: Path, language: str, noted: bool
) -> None:
    i18n.use(language, catalogs)
    try:
        shown = HelpWindow()
    finally:
        i18n.use("en")
    qtbot.addWidget(shown)
    shown.show()
    assert shown.language_note.isVisible() is noted
