"""A picture that can be moved, turned, and enlarged until its pixels are seen; a part of it can be marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from fanlight.domain.picture_regions import PictureRegion
from fanlight.ui.widgets.region_painter import cut_out, paint_regions, region_at

_LABEL_PIXELS = 13
_STEP, _LEAST, _MOST = 1.25, 0.02, 32.0
_WHEEL_NOTCH = 120
_SHARP_FROM = 2.0
"""Device pixels for one of the picture's, from which on they are drawn as squares."""
_SHADE = QColor(0, 0, 0, 110)
_LEAST_PART = 4
"""Pixels of a part that is marked: less was a click."""


class ZoomView(QGraphicsView):
    """`scale` is device pixels for one of the picture's; while it `fits`, it follows the size of the window."""

    changed = Signal()
    """The scale, or what is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._scene = QGraphicsScene(self)
        self._item = QGraphicsPixmapItem()
        self._marked = QRect()
        self._scene.addItem(self._item)
        self.setScene(self._scene)
        self.factor, self.turned, self.fits = 1.0, 0, True
        self._begun: QPointF | None = None
        """Where the part that is being marked begins."""
        self._marks = False
        self.regions: Sequence[PictureRegion] = ()
        """Places in it, drawn on it, of which the mouse is over number `current`; -1: over none."""
        self.current = -1
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.set_marking(on=False)

    def show_image(self, image: QImage) -> None:
        self._image, self.turned = image, 0
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self._item.setPixmap(QPixmap.fromImage(image))
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.setSceneRect(self._item.sceneBoundingRect())
        self.unmark()
        self.fit()

    @property
    def image(self) -> QImage:
        return self._image

    def show_regions(self, regions: Sequence[PictureRegion], current: int = -1) -> None:
        self.regions, self.current = regions, current
        self.viewport().setMouseTracking(bool(regions))
        self.viewport().update()

    def region_part(self) -> QImage:
        """The pixels of the current place; null where there is none."""
        if not 0 <= self.current < len(self.regions):
            return QImage()
        return cut_out(self.pixels(), self.regions[self.current])

    def pixels(self) -> QImage:
        """What a part is cut from."""
        return self._image

    # larger and smaller

    def fit(self) -> None:
        """All of it in view, no larger than it is."""
        self.fits = True
        size = self._turned_size()
        if size.isEmpty():
            return
        room = self.viewport().size()
        across = room.width() / size.width()
        self._apply(min(self._ratio, across * self._ratio, room.height() / size.height() * self._ratio))

    def show_pixels(self) -> None:
        """One device pixel for each of the picture's."""
        self.zoom_to(1.0)

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        self.zoom_to(self.factor * factor, around)

    def zoom_to(self, factor: float, around: QPoint | None = None) -> None:
        """What is at `around` in the view, or in its middle, stays there."""
        self.fits = False
        place = around if around is not None else self.viewport().rect().center()
        before = self.mapToScene(place)
        self._apply(min(_MOST, max(_LEAST, factor)))
        now = self.mapToScene(place)
        self._move(self.transform().map(before) - self.transform().map(now))

    def turn(self, by: int = 90) -> None:
        self.turned = (self.turned + by) % 360
        if self.fits:
            self.fit()
        else:
            self._apply(self.factor)

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _turned_size(self) -> QRectF:
        return QTransform().rotate(self.turned).mapRect(QRectF(self._image.rect()))

    def _apply(self, factor: float) -> None:
        self.factor = factor
        shown = factor / self._ratio
        self.setTransform(QTransform().rotate(self.turned).scale(shown, shown))
        smooth = (
            Qt.TransformationMode.SmoothTransformation
            if factor < _SHARP_FROM
            else Qt.TransformationMode.FastTransformation
        )
        self._item.setTransformationMode(smooth)
        self.changed.emit()

    # moving

    @property
    def can_move(self) -> bool:
        """Whether a part of it is out of view."""
        return any(bar.maximum() > bar.minimum() for bar in (self.horizontalScrollBar(), self.verticalScrollBar()))

    def move_by(self, across: int, down: int) -> None:
        self._move(QPointF(across, down))

    def _move(self, by: QPointF) -> None:
        for bar, way in ((self.horizontalScrollBar(), by.x()), (self.verticalScrollBar(), by.y())):
            bar.setValue(bar.value() + round(way))

    # a part

    def set_marking(self, *, on: bool) -> None:
        """Whether dragging marks a part, or moves the picture."""
        self._marks, self._begun = on, None
        self.setDragMode(QGraphicsView.DragMode.NoDrag if on else QGraphicsView.DragMode.ScrollHandDrag)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.OpenHandCursor)

    @property
    def marked(self) -> QRect:
        """In pixels of the picture; empty where nothing is."""
        return self._marked

    def mark(self, part: QRectF) -> None:
        inside = part.intersected(QRectF(self._image.rect()))
        if min(inside.width(), inside.height()) < _LEAST_PART:
            inside = QRectF()
        self._marked = inside.toAlignedRect() if not inside.isEmpty() else QRect()
        self.viewport().update()
        self.changed.emit()

    def unmark(self) -> None:
        self.mark(QRectF())

    def part(self) -> QImage:
        """What is marked, or else what is in view, with all of its pixels, turned as it is shown."""
        shown = self.mapToScene(self.viewport().rect()).boundingRect()
        wanted = self.marked if not self.marked.isEmpty() else shown.toAlignedRect()
        cut = self.pixels().copy(wanted.intersected(self._image.rect()))
        return cut.transformed(QTransform().rotate(self.turned)) if self.turned else cut

    # what the mouse and the touch pad do

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._marks and event.button() == Qt.MouseButton.LeftButton:
            self._begun = self.mapToScene(event.position().toPoint())
            self.unmark()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._begun is not None:
            self.mark(QRectF(self._begun, self.mapToScene(event.position().toPoint())).normalized())
        else:
            super().mouseMoveEvent(event)
            self._point_to(self.mapToScene(event.position().toPoint()))

    def _point_to(self, place: QPointF) -> None:
        size = self._image.size()
        if self.regions and not size.isEmpty():
            current = region_at(self.regions, place.x() / size.width(), place.y() / size.height())
            if current != self.current:
                self.current = current
                self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._begun is not None:
            self.mark(QRectF(self._begun, self.mapToScene(event.position().toPoint())).normalized())
            self._begun = None
        else:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A touch pad moves it, a wheel makes it larger or smaller; both zoom with Ctrl."""
        is_pad = not event.pixelDelta().isNull()
        if is_pad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        notches = event.angleDelta().y() / _WHEEL_NOTCH
        if notches:
            self.zoom_by(_STEP**notches, event.position().toPoint())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.fits:
            self.zoom_to(max(1.0, self.factor * _STEP), event.position().toPoint())
        else:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fits:
            self.fit()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Another color than the paper of most pictures."""
        painter.fillRect(rect, self.palette().window().color().darker(115))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: ARG002
        """Places that are named; what is not marked is darker; the line is seen on any color."""
        if self.regions:
            pixel = self._ratio / self.factor
            font = QFont(self.font())
            font.setPixelSize(max(1, round(_LABEL_PIXELS * pixel)))
            paint_regions(painter, self._item.sceneBoundingRect(), self.regions, self.current, 2 * pixel, font)
        if self._marked.isEmpty():
            return
        around, part = QPainterPath(), QPainterPath()
        around.addRect(self._item.sceneBoundingRect())
        part.addRect(QRectF(self._marked))
        painter.fillPath(around - part, _SHADE)
        for color, width in ((Qt.GlobalColor.black, 3), (Qt.GlobalColor.white, 1)):
            pen = QPen(color, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(part)
