"""The picture below an answer that names places in it: with a box or a point for each, which the text and the picture
show each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from fanlight.core.chat.answer_footer import answered_by
from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.messages import Image
from fanlight.domain.picture_regions import PictureRegion, RegionFrame, find_regions
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.transcript.button import KEYBOARD
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.widgets.region_painter import paint_regions, region_at

_SIDE = 320


class AnswerRegions:
    """The places that an answer names, looked for when its text has changed."""

    def __init__(self) -> None:
        self._looked_at: tuple[str, RegionFrame] | None = None
        self.known: Sequence[PictureRegion] = ()

    def of(self, entry: TranscriptEntry) -> Sequence[PictureRegion]:
        if entry.pictured is None or entry.role == "user":
            self._looked_at, self.known = None, ()
            return ()
        frame = entry.pictured.frame
        if model := answered_by(entry.footer):
            frame = replace(frame, model=model)
        if self._looked_at != (entry.text, frame):
            self._looked_at, self.known = (entry.text, frame), find_regions(entry.text, frame)
        return self.known


class RegionPicture(QWidget):
    """`current` is the number of the place that the mouse or the keyboard is on, -1 for none."""

    pointed = Signal(int)
    """`current` has changed here."""
    wanted = Signal(str, int)
    """What is to be done ("show", "copy", "ask") with that place; -1: with the picture."""
    reached = Signal(object)

    def __init__(self, image: Image, looks: TextStyles, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._looks = looks
        self._whole = to_qimage(image)
        self._image = QImage()
        self.regions: Sequence[PictureRegion] = ()
        self.current = -1

    def show_regions(self, regions: Sequence[PictureRegion]) -> None:
        """Those that are known by now."""
        if list(regions) != list(self.regions):
            self.regions = tuple(regions)
            self.current = min(self.current, len(self.regions) - 1)
            self._name()
            self.update()

    def point(self, number: int) -> None:
        """That place is meant, as the text says; without `pointed`."""
        if number != self.current:
            self.current = number
            self.update()

    def size_for(self, width: int) -> QSize:
        side = min(width, self._looks.px(_SIDE))
        size = QSize(self._whole.width(), self._whole.height())
        size.scale(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        ratio = self.devicePixelRatioF()
        if self._image.size() != size * ratio:
            how = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._image = self._whole.scaled(size * ratio, *how)
        return size.expandedTo(QSize(24, 24))

    def menu(self, number: int) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Look at it"), lambda: self.wanted.emit("show", number))
        if number >= 0:
            menu.addAction(_("Copy this part"), lambda: self.wanted.emit("copy", number))
            menu.addAction(_("Ask about this part"), lambda: self.wanted.emit("ask", number))
        return menu

    def _name(self) -> None:
        count = len(self.regions)
        text = ngettext("Picture with {count} place: {places}", "Picture with {count} places: {places}", count)
        labels = ", ".join(self._words(number) for number in range(count))
        self.setAccessibleName(text.format(count=format_number(count), places=labels))
        self.setAccessibleDescription(_("The arrow keys go from one to the next, Enter shows it, Ctrl+C copies it."))

    def _words(self, number: int) -> str:
        return self.regions[number].label or _("place {number}").format(number=format_number(number + 1))

    def _move_to(self, number: int) -> None:
        if number != self.current:
            self.current = number
            self.update()
            self.pointed.emit(number)

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        edge = QPainterPath()
        edge.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.setClipPath(edge)
        painter.drawImage(self.rect(), self._image)
        paint_regions(painter, QRectF(self.rect()), self.regions, self.current, self._looks.px(2), self._looks.body)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        focused = self.hasFocus()
        painter.setPen(QColor(self._looks.theme.focus if focused else self._looks.theme.line))
        painter.drawPath(edge)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        self._move_to(number)
        if number >= 0 and self.regions[number].label:
            QToolTip.showText(event.globalPosition().toPoint(), plain_tip(self.regions[number].label), self)
        else:
            QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:
        self._move_to(-1)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.wanted.emit("show", self._at(event.position()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        number = self.current if by_key else self._at(QPointF(event.pos()))
        self.menu(number).popup(self.mapToGlobal(QPoint(0, 0)) if by_key else event.globalPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self.regions)
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left) and count:
            by = 1 if event.key() == Qt.Key.Key_Right else -1
            self._move_to((self.current + by) % count if self.current >= 0 else (0 if by > 0 else count - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.wanted.emit("show", self.current)
        elif (
            event.key() == Qt.Key.Key_C
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and self.current >= 0
        ):
            self.wanted.emit("copy", self.current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD:
            self.reached.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._move_to(-1)

    def _at(self, place: QPointF) -> int:
        return region_at(self.regions, place.x() / max(1, self.width()), place.y() / max(1, self.height()))
