"""A transcript on the screen: a line for each sentence, with its time beside it. Lines are appended and never laid out
again, even for hours of speech; only the last one, which has not ended, changes."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from fanlight.core.transcription.transcription import Transcription
from fanlight.domain.transcription import clock
from fanlight.i18n import _

GAP = 10


class TranscriptText(QPlainTextEdit):
    """Shows one Transcription at a time. Block n is segment n; the one after the last is what is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recorded")
        self.setAccessibleName(_("Transcript"))
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._shown: Transcription | None = None
        self._count = 0
        self._has_open = False
        self._follows = True
        """The view is at the end, and stays there when the text or the window changes its size."""
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._moved)
        bar.rangeChanged.connect(lambda _first, last: bar.setValue(last) if self._follows else None)
        self._times = _Times(self)
        self.updateRequest.connect(self._on_scrolled)
        self._fit_text()

    def show_transcription(self, one: Transcription | None) -> None:
        """Show its text: from the top, or from the end while it is being transcribed."""
        self._shown, self._count, self._has_open = one, 0, False
        self.clear()
        self._follows = one is None or one.state == "working"
        self.catch_up()

    def catch_up(self) -> None:
        """Append what is not shown yet."""
        one = self._shown
        if one is None:
            return
        if len(one.segments) < self._count:
            self.show_transcription(one)
            return
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if self._has_open:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.removeSelectedText()
        opened = "".join(word.text for word in one.open).strip()
        texts = [*(segment.text for segment in one.segments[self._count :]), *([opened] if opened else [])]
        first = self.document().isEmpty()
        for text in texts:
            if not first:
                cursor.insertBlock()
            first = False
            cursor.insertText(text)
        cursor.endEditBlock()
        self._count, self._has_open = len(one.segments), bool(opened)
        self._fit_text()

    def chosen(self) -> tuple[int, int] | None:
        """The selected segments as a half-open range; None without a selection."""
        cursor = self.textCursor()
        if not cursor.hasSelection() or self._shown is None:
            return None
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1)).blockNumber()
        return first, min(last + 1, self._count)

    def start_of(self, block: int) -> float | None:
        """When the block's speech starts, in seconds; None where that is not known."""
        one = self._shown
        if one is None:
            return None
        if block < min(self._count, len(one.segments)):
            return one.segments[block].start
        return one.open[0].start if one.open and self._has_open else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_text()

    def blocks_in(self, area: QRect) -> list[tuple[QTextBlock, QRectF]]:
        """The visible blocks in `area`, with their rectangles."""
        seen = []
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > area.bottom():
                break
            if block.isVisible() and place.bottom() >= area.top():
                seen.append((block, place))
            block = block.next()
        return seen

    def _fit_text(self) -> None:
        """The margin is as wide as the longest time in it."""
        one = self._shown
        longest = clock(max(600.0, one.upto if one else 0.0))
        width = self.fontMetrics().horizontalAdvance(longest.replace("1", "0")) + 2 * GAP
        if width != self.viewportMargins().left():
            self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._times.setGeometry(inside.left(), inside.top(), width, inside.height())

    def _moved(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - 1

    def _on_scrolled(self, area: QRect, by: int) -> None:
        if by:
            self._times.scroll(0, by)
        else:
            self._times.update(0, area.y(), self._times.width(), area.height())


class _Times(QWidget):
    """The margin: the time of each line."""

    def __init__(self, text: TranscriptText) -> None:
        super().__init__(text)
        self._text = text
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(self._text.viewportMargins().left(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._text.font())
        painter.setPen(QColor(self.palette().color(QPalette.ColorRole.PlaceholderText)))
        height = self._text.fontMetrics().height()
        for block, place in self._text.blocks_in(event.rect()):
            start = self._text.start_of(block.blockNumber())
            if start is not None:
                where = QRectF(0, place.top(), self.width() - GAP, height)
                painter.drawText(where, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), clock(start))
