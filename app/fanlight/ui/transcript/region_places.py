"""Where the numbers of places in a picture stand in the text of an answer, as it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QTextEdit

from fanlight.domain.picture_regions import PictureRegion
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import Theme
from fanlight.ui.transcript.body import MessageBody

_MARK = int(QTextFormat.Property.UserProperty) + 77
"""Tells the mark of a place from those of a search."""


def region_spans(body: MessageBody, text: str, regions: Sequence[PictureRegion]) -> list[tuple[int, int]]:
    """(begin, end) of each in the document of `body`, which shows `text`; (-1, -1) for what Markdown has changed."""
    shown = body.toPlainText()
    spans: list[tuple[int, int]] = []
    done = 0
    before: tuple[int, int] | None = None
    for region in regions:
        if before == (region.start, region.end):  # several in one tag
            spans.append(spans[-1])
            continue
        before = (region.start, region.end)
        found = shown.find(text[region.start : region.end], done)
        if found < 0:
            spans.append((-1, -1))
            continue
        done = found + region.end - region.start
        begin = utf16_length(shown[:found])
        spans.append((begin, begin + utf16_length(shown[found:done])))
    return spans


def region_at_position(body: MessageBody, spans: Sequence[tuple[int, int]], position: int) -> int:
    """The number of the place that is there, or that alone stands in that line; -1 for none."""
    for number, (begin, end) in enumerate(spans):
        if begin <= position <= end and begin >= 0:
            return number
    block = body.document().findBlock(position)
    in_line = [
        number
        for number, (begin, end) in enumerate(spans)
        if begin >= 0 and begin < block.position() + block.length() and end > block.position()
    ]
    return in_line[0] if len(in_line) == 1 else -1


def mark_region(body: MessageBody, span: tuple[int, int] | None, theme: Theme) -> None:
    """None: no longer. Marks of a search stay."""
    others = [one for one in body.extraSelections() if not one.format.boolProperty(_MARK)]
    if span is not None and span[0] >= 0:
        mark = QTextEdit.ExtraSelection()
        shape = QTextCharFormat()
        shape.setBackground(QColor(theme.selection))
        shape.setForeground(QColor(theme.on_selection))
        shape.setProperty(_MARK, True)
        cursor = QTextCursor(body.document())
        cursor.setPosition(span[0])
        cursor.setPosition(span[1], QTextCursor.MoveMode.KeepAnchor)
        mark.cursor, mark.format = cursor, shape
        others.append(mark)
    body.setExtraSelections(others)
