"""Shows Markdown as one page of the manual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCursor, QTextTable
from PySide6.QtWidgets import QTextBrowser, QWidget

from fanlight.i18n import _
from fanlight.ui.help.pages import heading_id
from fanlight.ui.theme import in_text_size

MARGIN, LINE_PERCENT = 14, 118


class PageView(QTextBrowser):
    """One page of Markdown, of which nothing is ever loaded: no picture, no style, no other document."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setAccessibleName(_("Help page"))

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        return None

    def show_markdown(self, text: str) -> None:
        self.document().setDefaultFont(self.font())
        self.document().setDocumentMargin(in_text_size(MARGIN))
        self.setMarkdown(text)
        for block in self._blocks():
            cursor = QTextCursor(block)
            cursor.setBlockFormat(_spaced(block))
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._format_table(frame)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def headings(self) -> dict[str, QTextBlock]:
        """The page's headings by the name that links give them."""
        found: dict[str, QTextBlock] = {}
        for block in self._blocks():
            if block.blockFormat().headingLevel():
                found.setdefault(heading_id(block.text()), block)
        return found

    def scroll_to_heading(self, heading: str) -> None:
        """To its line at the upper edge; the top of the page for one that is not there."""
        block = self.headings().get(heading)
        if block is None:
            self.moveCursor(QTextCursor.MoveOperation.Start)
            self.verticalScrollBar().setValue(0)
            return
        self.setTextCursor(QTextCursor(block))
        top = self.document().documentLayout().blockBoundingRect(block).top()
        self.verticalScrollBar().setValue(round(top))

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self.document().begin()
        while block.isValid():
            yield block
            block = block.next()

    def _format_table(self, table: QTextTable) -> None:
        looks = table.format()
        looks.setBorderBrush(self.palette().mid())
        looks.setCellPadding(in_text_size(6))
        looks.setTopMargin(in_text_size(4))
        looks.setBottomMargin(in_text_size(12))
        table.setFormat(looks)


def _spaced(block: QTextBlock) -> QTextBlockFormat:
    """Room around the block by what it is; long lines of code wrap."""
    looks = block.blockFormat()
    above, below = (16, 6) if looks.headingLevel() else (0, 4) if block.textList() else (0, 9)
    if QTextCursor(block).currentTable() is not None:
        above = below = 0
    looks.setTopMargin(in_text_size(above))
    looks.setBottomMargin(in_text_size(below))
    looks.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    looks.setNonBreakableLines(False)
    return looks
