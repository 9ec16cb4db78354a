"""The picture below an answer that names places in it: with a box or a point for each, which the text and the picture
show each other. Of several pictures one is shown at a time."""

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

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.messages import Image
from fanlight.domain.picture_regions import PictureRegion, RegionFrame
from fanlight.domain.region_pictures import PlacedRegions, placed_regions
from fanlight.domain.stored import answered_by
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.transcript.button import KEYBOARD
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.versions import ArrowSwitch
from fanlight.ui.widgets.pixels import to_qimage
from fanlight.ui.widgets.region_painter import paint_regions, region_at

_SIDE, _LEAST_SIDE = 320, 120
_SHARE = 0.55
"""Of the width where that is small, as in the panel of a capture."""


class AnswerRegions:
    """The places that an answer names, looked for when its text has changed."""

    def __init__(self) -> None:
        self._looked_at: tuple[str, tuple[RegionFrame, ...]] | None = None
        self.known: Sequence[PlacedRegions] = ()

    def of(self, entry: TranscriptEntry) -> Sequence[PlacedRegions]:
        if entry.pictured is None or entry.role == "user":
            self._looked_at, self.known = None, ()
            return ()
        frames = entry.pictured.frames
        if model := answered_by(entry.footer):
            frames = tuple(replace(frame, model=model) for frame in frames)
        if self._looked_at != (entry.text, frames):
            self._looked_at, self.known = (entry.text, frames), placed_regions(entry.text, frames)
        return self.known


class RegionPicture(QWidget):
    """`place` is the number of the picture that is shown among those in which there is something; `current` that of the
    box, or point, in it that the mouse or the keyboard is on, -1 for none."""

    pointed = Signal(int)
    """`current` has changed here."""
    wanted = Signal(str, int)
    """What is to be done ("show", "copy", "ask") with that place; -1: with the picture."""
    reached = Signal(object)
    turned = Signal()
    """Another picture is shown."""

    def __init__(self, images: Sequence[Image], looks: TextStyles, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._looks = looks
        self._images = images
        self._drawn: tuple[int, QImage] = (-1, QImage())
        """Of the picture with that number, as large as it is shown."""
        self._side = looks.px(_SIDE)
        self.found: Sequence[PlacedRegions] = ()
        self.place = 0
        self.current = -1

    @property
    def shown(self) -> PlacedRegions:
        return self.found[self.place]

    @property
    def regions(self) -> Sequence[PictureRegion]:
        return self.found[self.place].regions if self.found else ()

    def show_regions(self, found: Sequence[PlacedRegions]) -> None:
        """Those that are known by now."""
        if list(found) != list(self.found):
            before = self.shown.picture if self.found else -1
            self.found = tuple(found)
            self.place = next((i for i, one in enumerate(found) if one.picture == before), 0)
            self.current = min(self.current, len(self.regions) - 1)
            self._name()
            self.update()

    def point(self, number: int, place: int | None = None) -> None:
        """That one is meant, as the text says; without `pointed`."""
        self._show(self.place if place is None else place)
        if number != self.current:
            self.current = number
            self.update()

    def turn(self, by: int) -> None:
        """To another picture."""
        self._move_to(-1)
        self._show(self.place + by)

    def _show(self, place: int) -> None:
        if place != self.place and 0 <= place < len(self.found):
            self.place, self.current = place, -1
            self._name()
            self.update()
            self.turned.emit()

    def size_for(self, width: int) -> QSize:
        """As large as the largest of the pictures: what follows stays where it is when another one is shown."""
        self._side = min(width, self._looks.px(_SIDE), max(self._looks.px(_LEAST_SIDE), int(_SHARE * width)))
        whole = QSize(24, 24)
        for placed in self.found:
            whole = whole.expandedTo(self._size_of(placed.picture))
        return whole

    def _size_of(self, picture: int) -> QSize:
        size = QSize(self._images[picture].width, self._images[picture].height)
        size.scale(self._side, self._side, Qt.AspectRatioMode.KeepAspectRatio)
        return size.expandedTo(QSize(1, 1))

    @property
    def _area(self) -> QRectF:
        """Where the picture is drawn."""
        return QRectF(QPointF(), self._size_of(self.shown.picture).boundedTo(self.size())) if self.found else QRectF()

    def _pixels(self, size: QSize) -> QImage:
        picture = self.shown.picture
        if self._drawn[0] != picture or self._drawn[1].size() != size:
            how = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._drawn = picture, to_qimage(self._images[picture]).scaled(size, *how)
        return self._drawn[1]

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
        if not self.found:
            return
        area, painter = self._area, QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        edge = QPainterPath()
        edge.addRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.setClipPath(edge)
        painter.drawImage(area, self._pixels((area.size() * self.devicePixelRatioF()).toSize()))
        paint_regions(painter, area, self.regions, self.current, self._looks.px(2), self._looks.body)
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
        if event.button() == Qt.MouseButton.LeftButton and self._area.contains(event.position()):
            self.wanted.emit("show", self._at(event.position()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        number = self.current if by_key else self._at(QPointF(event.pos()))
        self.menu(number).popup(self.mapToGlobal(QPoint(0, 0)) if by_key else event.globalPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self.regions)
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left) and count:
            self._step(1 if event.key() == Qt.Key.Key_Right else -1)
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

    def _step(self, by: int) -> None:
        """To the next one, in the next picture behind the last one of this, and around."""
        number = self.current + by if self.current >= 0 else (0 if by > 0 else len(self.regions) - 1)
        if not 0 <= number < len(self.regions):
            self._move_to(-1)
            self._show((self.place + by) % len(self.found))
            number = 0 if by > 0 else len(self.regions) - 1
        self._move_to(number)

    def _at(self, place: QPointF) -> int:
        area = self._area
        return region_at(self.regions, place.x() / max(1.0, area.width()), place.y() / max(1.0, area.height()))


class RegionSwitch(ArrowSwitch):
    """Which of the pictures is shown; and that the answer does not say which one it means, where that is so."""

    def __init__(self, looks: TextStyles, parent: QWidget) -> None:
        super().__init__(looks, parent, _("Show the picture before this one"), _("Show the picture after this one"))
        self.count.setWordWrap(True)
        self.row.insertWidget(1, self.arrows[1])
        self.row.setStretchFactor(self.count, 1)

    def show_place(self, picture: RegionPicture, pictures: int) -> None:
        """`pictures`: how many the answer is about."""
        numbers = {"number": format_number(picture.shown.picture + 1), "count": format_number(pictures)}
        text = _("Picture {number} of {count}")
        if not picture.shown.is_told:
            text = _("Picture {number} of {count}. The answer does not say which one it means.")
        self.count.setText(text.format(**numbers))
        names = (_("Previous picture; this is {number} of {count}"), _("Next picture; this is {number} of {count}"))
        self.show_arrows(names, picture.place + 1, len(picture.found))
