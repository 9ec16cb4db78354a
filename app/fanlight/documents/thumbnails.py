"""What a document looks like, small: one of its pages."""

from __future__ import annotations

from fanlight.documents.files import page_pictures
from fanlight.domain.documents import Document
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image

_SHAPE = 0.71
"""Of a sheet of paper: its width as a share of its height."""
_LINE_LETTERS, _MOST_LINES = 80, 44
_PAPER, _INK = b"\xff\xff\xff", b"\xa8\xa8\xa8"


def page_thumbnail(document: Document, page: int, side: int) -> Image:
    """At most `side` pixels long. Of a page that cannot be drawn, and of a text, a sheet with its lines. Slow."""
    if document.kind == "pdf":
        try:
            return page_pictures(document, [page], side)[0]
        except FanlightError:  # damaged, protected, or its file is lost
            pass
    return sheet(document.texts[page - 1], side)


def sheet(text: str, side: int) -> Image:
    """A bar for each line of the text. Milliseconds."""
    width, margin = round(side * _SHAPE), side // 14
    step = max(3, (side - 2 * margin) // _MOST_LINES)
    rows = [_PAPER * width] * side
    for number, line in enumerate(text.split("\n")[:_MOST_LINES]):
        top = margin + number * step
        indent, letters = len(line) - len(line.lstrip()), len(line.rstrip())
        left, right = (
            margin + (width - 2 * margin) * min(n, _LINE_LETTERS) // _LINE_LETTERS for n in (indent, letters)
        )
        if right > left and top + step - 2 < side - margin:
            row = _PAPER * left + _INK * (right - left) + _PAPER * (width - right)
            rows[top : top + step - 2] = [row] * (step - 2)
    return Image.of(width, side, b"".join(rows))
