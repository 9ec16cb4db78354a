"""Pages that an answer cites, as in [p. 4], become links that show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QUrl, QUrlQuery
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextCursor, QTextDocument, QTextFragment

from fanlight.ui.transcript.looks import KIND, block_property

SCHEME = "page"
_CITED = re.compile(r"(?<![\w.])(?:pages?|pp?\.?|Seiten?|S\.)\s?(\d{1,4})(?:\s?[-–]\s?(\d{1,4}))?(?![\w%])")
_ENDS = re.compile(r"[.!?。！？]\s|\n")
_MOST_LETTERS = 400
"""Of the passage that is looked for on the page."""


def link_pages(document: QTextDocument, color: QColor) -> None:
    """Of a finished answer. Code and what is a link already stay as they are."""
    link_matches(document, color, _addresses)


def link_matches(
    document: QTextDocument, color: QColor, find: Callable[[QTextBlock], Iterable[tuple[int, int, str]]]
) -> None:
    """`find`: (begin, end, address) in a block's text. Code and what is a link already stay as they are."""
    looks = QTextCharFormat()
    looks.setAnchor(True)
    looks.setForeground(color)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        for start, end, address in _unlinked(block, find(block)):
            cursor.setPosition(block.position() + start)
            cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
            looks.setAnchorHref(address)
            cursor.mergeCharFormat(looks)
        block = block.next()
    cursor.endEditBlock()


def page_address(page: int, passage: str) -> QUrl:
    """Of a page of a document, and the words on it that are to be marked."""
    address = QUrl()
    address.setScheme(SCHEME)
    address.setPath(str(page))
    query = QUrlQuery()
    query.addQueryItem("passage", bytes(QUrl.toPercentEncoding(passage).data()).decode("ascii"))
    address.setQuery(query)
    return address


def page_of(address: QUrl) -> tuple[int, str] | None:
    """(the page, the passage); None for another address."""
    if address.scheme() != SCHEME or not address.path().isdecimal():
        return None
    passage = QUrlQuery(address).queryItemValue("passage", QUrl.ComponentFormattingOption.FullyDecoded)
    return int(address.path()), passage


def fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    """The runs of one format in it."""
    place = block.begin()
    while not place.atEnd():
        yield place.fragment()
        place += 1


def _addresses(block: QTextBlock) -> Iterator[tuple[int, int, str]]:
    text = block.text()
    for match in _CITED.finditer(text):
        address = page_address(int(match[1]), _sentence_before(text, match.start()))
        yield match.start(), match.end(), address.toString()


def _unlinked(block: QTextBlock, found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    if block_property(block, KIND).startswith("code"):
        return []
    linked = [
        (part.position() - block.position(), part.length()) for part in fragments(block) if part.charFormat().isAnchor()
    ]
    return [one for one in found if not any(start <= one[0] < start + length for start, length in linked)]


def _sentence_before(text: str, end: int) -> str:
    """What the citation stands behind."""
    said = text[:end].rstrip(" [(")
    begins = [match.end() for match in _ENDS.finditer(said)]
    return said[begins[-1] if begins else 0 :][-_MOST_LETTERS:]
