"""Where the numbers of places in a picture stand in the text of an answer, as it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QTextEdit

from fanlight.domain.region_pictures import PlacedRegions
from fanlight.ui.text_units import utf16_length
from fanlight.ui.theme import Theme
from fanlight.ui.transcript.body import MessageBody

_MARK = int(QTextFormat.Property.UserProperty) + 77
"""Tells the mark of a place from those of a search."""


def region_spans(body: MessageBody, text: str, found: Sequence[PlacedRegions], place: int) -> list[tuple[int, int]]:
    """(begin, end) of each that is in `found[place]`, in the document of `body`, which shows `text`; (-1, -1) for what
    Markdown has changed. `found` are all that the text names: the same numbers may be there for another picture."""
    shown = body.toPlainText()
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    done = 0
    for start, end in sorted({(region.start, region.end) for placed in found for region in placed.regions}):
        at = shown.find(text[start:end], done)
        if at < 0:
            continue
        done = at + end - start
        begin = utf16_length(shown[:at])
        spans[start, end] = (begin, begin + utf16_length(shown[at:done]))
    return [spans.get((region.start, region.end), (-1, -1)) for region in found[place].regions]


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
