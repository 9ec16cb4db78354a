"""Times that an answer cites, as in [0:12] or [1:02:03], become links that show that moment of a clip."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QTextBlock, QTextDocument

from fanlight.domain.clips import parse_time
from fanlight.ui.transcript.page_links import link_matches

SCHEME = "moment"
_CITED = re.compile(r"(?<=[\[(,;–-])\s?((?:\d{1,2}:)?\d{1,3}:\d{2}(?:\.\d{1,3})?)(?=\s?[\]),;–-])")


def link_times(document: QTextDocument, color: QColor) -> None:
    """Of a finished answer. Code and what is a link already stay as they are."""
    link_matches(document, color, _citations)


def time_address(seconds: float) -> QUrl:
    address = QUrl()
    address.setScheme(SCHEME)
    address.setPath(f"{seconds:.3f}")
    return address


def time_of(address: QUrl) -> float | None:
    """Seconds; None for another address."""
    if address.scheme() != SCHEME:
        return None
    try:
        return parse_time(address.path())
    except ValueError:
        return None


def _citations(block: QTextBlock) -> Iterator[tuple[int, int, str]]:
    """(begin, end, address) in the block's text."""
    for match in _CITED.finditer(block.text()):
        try:
            seconds = parse_time(match[1])
        except ValueError:
            continue
        yield match.start(1), match.end(1), time_address(seconds).toString()
