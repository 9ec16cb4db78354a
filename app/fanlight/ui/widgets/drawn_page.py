"""A drawn page with words of it marked, and the same for a page that is text alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from fanlight.documents.passages import PageLine

MARK, EDGE = QColor(255, 210, 0, 90), QColor(190, 120, 0)
_AROUND = 2


class DrawnPageView(QWidget):
    """`marked` are the runs of text that are."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._fitted = QPixmap()
        self.marked: list[PageLine] = []
        self.has_edges = False
        """The marks are to be seen on any ground, as in a photograph."""

    def show_page(self, image: QImage, marked: Sequence[PageLine]) -> None:
        self._image, self.marked, self._fitted = image, list(marked), QPixmap()
        self.update()

    def mark(self, lines: Sequence[PageLine]) -> None:
        """These instead, on the page that is shown."""
        if list(lines) != self.marked:
            self.marked = list(lines)
            self.update()

    def fit(self, width: int) -> None:
        """That wide, as high as the page is then."""
        if not self._image.isNull():
            self.resize(width, round(width * self._image.height() / self._image.width()))

    def box_of(self, line: PageLine) -> QRectF:
        across, down = self.width(), self.height()
        corner = (line.left * across, line.top * down)
        size = ((line.right - line.left) * across, (line.bottom - line.top) * down)
        return QRectF(*corner, *size).adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        if not self._image.isNull():
            painter.drawPixmap(0, 0, self._fit_now())
        for line in self.marked:
            painter.fillRect(self.box_of(line), MARK)
            if self.has_edges:
                painter.setPen(QPen(EDGE, 1.5))
                painter.drawRect(self.box_of(line))
        painter.end()

    def _fit_now(self) -> QPixmap:
        """As large as it is shown: marks that come and go do not have it scaled again."""
        size = QSize(self.width(), self.height()) * self.devicePixelRatioF()
        if self._fitted.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._fitted = QPixmap.fromImage(self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
            self._fitted.setDevicePixelRatio(self.devicePixelRatioF())
        return self._fitted


def mark_lines(view: QPlainTextEdit, numbers: Sequence[int]) -> None:
    """Mark these lines of its text, counted from 0, and show the first of them."""
    marks = []
    for number in numbers:
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(view.document().findBlockByNumber(number))
        mark.cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        mark.format.setBackground(MARK)
        marks.append(mark)
    view.setExtraSelections(marks)
    if marks:
        view.setTextCursor(QTextCursor(marks[0].cursor.block()))
