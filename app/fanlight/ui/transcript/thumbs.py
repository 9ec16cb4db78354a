"""The pictures of a question, each with a caption that says what the model received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from fanlight.domain.messages import Image
from fanlight.domain.picture_marks import PictureMarks
from fanlight.i18n import _
from fanlight.ui.controls import label
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.widgets.dragging import watch_drag
from fanlight.ui.widgets.pixels import to_qimage

_SIDE = 200
_GAP = 10


class _Picture(QWidget):
    """One picture, scaled once for the screen it is on."""

    def __init__(self, image: QImage, looks: TextStyles, parent: QWidget) -> None:
        super().__init__(parent)
        ratio = self.devicePixelRatioF()
        side = looks.px(_SIDE)
        most = QSize(side, side) * ratio
        if image.width() > most.width() or image.height() > most.height():
            image = image.scaled(most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        self._image = image
        self._line, self._mark = QColor(looks.theme.line), QColor(looks.theme.accent)
        self._edge = looks.px(2)
        self._marks: PictureMarks = ()
        size = (image.deviceIndependentSize() / ratio).toSize()
        self.resize(size.expandedTo(QSize(24, 24)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        edge = QPainterPath()
        edge.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.setClipPath(edge)
        painter.drawImage(self.rect(), self._image)
        self._paint_marks(painter)
        painter.setClipping(False)
        painter.setPen(QPen(self._line, 1))
        painter.drawPath(edge)
        painter.end()

    def mark(self, marks: PictureMarks) -> None:
        if marks != self._marks:
            self._marks = marks
            self.update()

    def _paint_marks(self, painter: QPainter) -> None:
        """Frames with a light one around them: they are seen on any picture."""
        for one in self._marks:
            place = QRectF(
                one.left * self.width(), one.top * self.height(), one.width * self.width(), one.height * self.height()
            ).adjusted(-self._edge, -self._edge, self._edge, self._edge)
            for color, width in ((QColor("white"), 2 * self._edge), (self._mark, self._edge)):
                painter.setPen(QPen(color, width))
                painter.drawRect(place)


class Thumbnails(QWidget):
    """Pictures in rows, right-aligned."""

    dragged = Signal(int)
    """The number of one that the user drags out."""
    clicked = Signal(int)

    def __init__(self, images: Sequence[Image], captions: Sequence[str], looks: TextStyles, parent: QWidget) -> None:
        super().__init__(parent)
        self._looks = looks
        self._cells: list[tuple[_Picture, QLabel]] = []
        for i, image in enumerate(images):
            caption = captions[i] if i < len(captions) else ""
            picture = _Picture(to_qimage(image), looks, self)
            picture.setAccessibleName(
                _("Picture {number}: {caption}").format(number=i + 1, caption=caption)
                if caption
                else _("Picture {number}").format(number=i + 1)
            )
            watch_drag(picture, partial(self.dragged.emit, i), partial(self.clicked.emit, i))
            below = label(caption, wrap=True, parent=self)
            below.setObjectName("footer")
            below.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._cells.append((picture, below))

    def mark(self, marks: Mapping[int, PictureMarks]) -> None:
        """By the numbers of pictures; the others have none."""
        for number, (picture, _below) in enumerate(self._cells):
            picture.mark(marks.get(number, ()))

    def picture_at(self, point: QPoint) -> int | None:
        """Its number."""
        return next((i for i, (picture, _below) in enumerate(self._cells) if picture.geometry().contains(point)), None)

    def arrange(self, width: int) -> QSize:
        """Place the pictures in rows within `width`; returns the size used."""
        gap = self._looks.px(_GAP)
        rows: list[list[tuple[_Picture, QLabel, QSize]]] = [[]]
        x = 0
        for picture, below in self._cells:
            size = self._cell(picture, below, width)
            if rows[-1] and x + size.width() > width:
                rows.append([])
                x = 0
            rows[-1].append((picture, below, size))
            x += size.width() + gap
        total = max(sum(size.width() + gap for *_, size in row) - gap for row in rows)
        y = 0
        for row in rows:
            x = total - (sum(size.width() + gap for *_, size in row) - gap)
            base = max(picture.height() for picture, *_ in row)
            for picture, below, size in row:
                picture.move(x + size.width() - picture.width(), y + base - picture.height())
                below.setGeometry(x, y + base + 3, size.width(), size.height() - picture.height() - 3)
                x += size.width() + gap
            y += max(base + size.height() - picture.height() for picture, _, size in row) + gap
        return QSize(total, y - gap)

    def _cell(self, picture: _Picture, below: QLabel, most: int) -> QSize:
        """The size of a picture with its caption, in one line where there is room."""
        words = below.fontMetrics().horizontalAdvance(below.text()) + 4
        wide = min(most, max(picture.width(), words))
        high = below.heightForWidth(wide) + 4 if below.text() else 0
        return QSize(wide, picture.height() + high)
