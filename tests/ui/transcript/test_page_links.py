"""Pages that an answer cites are links that say which page, and which words on it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QTextDocument

from fanlight.ui.transcript.page_links import fragments, link_pages, page_address, page_of

pytestmark = pytest.mark.gui


def links(text: str, markdown: bool = False) -> list[tuple[str, int]]:
    """(its words, the page) of each link to a page."""
    document = QTextDocument()
    if markdown:
        document.setHtml(text)
    else:
        document.setPlainText(text)
    link_pages(document, QColor("blue"))
    found: list[tuple[str, int]] = []
    block = document.begin()
    while block.isValid():
        for part in fragments(block):
            cited = page_of(QUrl(part.charFormat().anchorHref()))
            if cited is not None:
                found.append((part.text(), cited[0]))
        block = block.next()
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It opens [p. 3].", [("p. 3", 3)]),
        ("It opens (p. 3, p. 14).", [("p. 3", 3), ("p. 14", 14)]),
        ("See pages 3–5 and page 7.", [("pages 3–5", 3), ("page 7", 7)]),
        ("Siehe Seite 12.", [("Seite 12", 12)]),
        ("[pp. 2-4]", [("pp. 2-4", 2)]),
        ("The homepage 3 costs 5 p and 12 p. m.", []),
        ("p. 12345", []),
        ("No page at all", []),
    ],
)
def test_citations_are_links(qapp: Any, text: str, found: list[tuple[str, int]]) -> None:
    assert links(text) == found


def test_what_is_a_link_already_stays_one(qapp: Any) -> None:
    assert links('<a href="https://example.org">see p. 3</a>, and p. 4', markdown=True) == [("p. 4", 4)]


@pytest.mark.parametrize("passage", ["It opens slowly", "100 % & more? #1 +", "größer ☂", ""])
def test_an_address_holds_the_page_and_the_passage(passage: str) -> None:
    address = QUrl(page_address(12, passage).toString())
    assert page_of(address) == (12, passage)
    assert page_of(QUrl("https://example.org/12")) is None
    assert page_of(QUrl("page:x")) is None


def test_the_passage_is_the_sentence_before_it(qapp: Any) -> None:
    document = QTextDocument("First things. The valve opens slowly [p. 3]. Then more.")
    link_pages(document, QColor("blue"))
    (address,) = (
        QUrl(part.charFormat().anchorHref()) for part in fragments(document.begin()) if part.charFormat().isAnchor()
    )
    assert page_of(address) == (3, "The valve opens slowly")
