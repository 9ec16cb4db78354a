"""A picture on which is drawn before it is sent or kept, with the mouse or with keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from fanlight.domain.annotations import (
    COLOURS,
    Annotation,
    Annotations,
    Area,
    Arrow,
    Cover,
    Crop,
    Edits,
    Frame,
    NumberBadge,
    Redaction,
    Words,
    covering,
    crop_of,
    moved,
    next_number,
    resized,
)
from fanlight.domain.secret_places import SecretPlace
from fanlight.ui.widgets.annotation_painter import annotated, bounds_of, paint_annotations, unit_of
from fanlight.ui.window.zoom_view import ZoomView

Tool = Literal["choose", "redact", "crop", "arrow", "frame", "words", "number"]

_CLICK = 4.0
"""Pixels of the screen: what is dragged less far is a click."""
_SHADE = QColor(0, 0, 0, 150)


@dataclass(frozen=True, slots=True)
class _Press:
    """Where the button went down, what was there before, and the number of what is moved."""

    place: QPointF
    edits: Edits
    grasped: int | None


class AnnotationView(ZoomView):
    """`annotations` are those of the picture that is shown; with a `tool` the mouse draws, without one it moves the
    picture."""

    edited = Signal()
    """`annotations`, or which of them is chosen."""
    words_wanted = Signal(QPointF)
    """At this place of the picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits = Edits()
        self.tool: Tool | None = None
        self.colour = COLOURS[0]
        self.cover: Cover = "black"
        self.chosen: int | None = None
        self._press: _Press | None = None

    @property
    def annotations(self) -> Annotations:
        return self._edits.now

    @property
    def can_undo(self) -> bool:
        return bool(self._edits.before)

    @property
    def can_redo(self) -> bool:
        return bool(self._edits.after)

    def show_image(self, image: QImage) -> None:
        self._edits, self.chosen = Edits(), None
        super().show_image(image)
        self.edited.emit()

    def forget_edits(self) -> None:
        self._edits, self.chosen = Edits(), None
        self._show_edits()

    def pixels(self) -> QImage:
        """A part of it is not without what is drawn on it."""
        return annotated(self.image, tuple(one for one in self.annotations if not isinstance(one, Crop)))

    def use_tool(self, tool: Tool | None) -> None:
        self.tool = tool
        self.set_marking(on=False)
        if tool not in (None, "choose"):
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    # what is drawn

    def add(self, one: Annotation) -> None:
        after = (*_without_crop(self.annotations, one), one)
        self._to(after, choose=len(after) - 1)

    def offer(self, places: Sequence[SecretPlace]) -> int:
        """Redact what was found, unless it is covered already; how many are new. Each can be switched off."""
        covered = [one.area for one in self.annotations if isinstance(one, Redaction)]
        bounds = QRectF(self.image.rect())
        new: list[Annotation] = []
        for place in places:
            box = QRectF(QPointF(place.left, place.top), QPointF(place.right, place.bottom)).intersected(bounds)
            if not box.isEmpty() and not any(_holds(area, box) for area in covered):
                new.append(Redaction(Area(box.x(), box.y(), box.width(), box.height()), self.cover, place.kind))
        if new:
            self._to((*self.annotations, *new))
        return len(new)

    def use_cover(self, cover: Cover) -> None:
        """From now on, and of the redaction that is chosen."""
        self.cover = cover
        if isinstance(one := self.chosen_one, Redaction):
            self._replace_chosen(replace(one, cover=cover))

    @property
    def covers(self) -> bool:
        """Whether something is redacted."""
        return bool(covering(self.annotations))

    @property
    def step(self) -> float:
        """By which a key moves what is chosen: a little on the screen, a pixel where pixels are seen."""
        return max(1.0, round(8 * self._ratio / self.factor))

    def undo(self) -> None:
        self._edits, self.chosen = self._edits.undone(), None
        self._show_edits()

    def redo(self) -> None:
        self._edits, self.chosen = self._edits.redone(), None
        self._show_edits()

    def remove_chosen(self) -> None:
        if self.chosen is not None:
            self._to((*self.annotations[: self.chosen], *self.annotations[self.chosen + 1 :]))

    def switch_chosen(self) -> None:
        """What was found is covered, or is not."""
        one = self.chosen_one
        if isinstance(one, Redaction) and one.found is not None:
            self._replace_chosen(replace(one, on=not one.on))

    def choose_next(self, by: int) -> None:
        if count := len(self.annotations):
            self.chosen = (by - 1 if by < 0 else 0) if self.chosen is None else self.chosen + by
            self.chosen %= count
            self._show_edits()

    def unchoose(self) -> None:
        self._choose(None)

    def _choose(self, at: int | None) -> None:
        if at != self.chosen:
            self.chosen = at
            self._show_edits()

    @property
    def chosen_one(self) -> Annotation | None:
        return self.annotations[self.chosen] if self.chosen is not None else None

    def move_chosen(self, across: float, down: float, *, resize: bool) -> None:
        if (one := self.chosen_one) is not None:
            self._replace_chosen(resized(one, across, down) if resize else moved(one, across, down))

    def add_in_middle(self) -> None:
        """With the tool, without a mouse."""
        shown = self.mapToScene(self.viewport().rect()).boundingRect().intersected(QRectF(self.image.rect()))
        middle, across, down = shown.center(), shown.width() / 8, shown.height() / 16
        self._draw(QPointF(middle.x() - across, middle.y() - down), QPointF(middle.x() + across, middle.y() + down))

    def _draw(self, begin: QPointF, end: QPointF) -> None:
        if self.tool == "words":
            self.words_wanted.emit(begin)
        elif (one := self._drawn(begin, end)) is not None:
            self.add(one)

    def _drawn(self, begin: QPointF, end: QPointF) -> Annotation | None:
        first, last = begin.toTuple(), end.toTuple()
        area = Area.between(first, last)
        match self.tool:
            case "redact":
                return Redaction(area, self.cover)
            case "crop":
                return Crop(area)
            case "frame":
                return Frame(area, self.colour)
            case "arrow":
                return Arrow(first, last, self.colour)
            case "number":
                return NumberBadge(last, next_number(self.annotations), self.colour)
            case _:
                return None

    def add_words(self, place: QPointF, text: str) -> None:
        if text.strip():
            self.add(Words(place.toTuple(), text.strip(), self.colour))

    def _replace_chosen(self, one: Annotation) -> None:
        assert self.chosen is not None
        at = self.chosen
        self._to((*self.annotations[:at], one, *self.annotations[at + 1 :]), choose=at)

    def _to(self, annotations: Annotations, choose: int | None = None) -> None:
        self._edits = self._edits.to(annotations)
        self.chosen = choose
        self._show_edits()

    def _show_edits(self) -> None:
        self.viewport().update()
        self.edited.emit()

    # the mouse

    def _at(self, place: QPointF) -> int | None:
        """The one that is uppermost there."""
        near, unit = _CLICK / max(0.01, self.transform().m11() or self.transform().m12()), unit_of(self.image)
        for number, one in reversed(list(enumerate(self.annotations))):
            bounds = bounds_of(one, unit).adjusted(-abs(near), -abs(near), abs(near), abs(near))
            if bounds.contains(place) and not isinstance(one, Crop):
                return number
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.mapToScene(event.position().toPoint())
        grasped = self._at(place) if self.tool == "choose" else None
        draws = self.tool not in (None, "choose") or grasped is not None
        if event.button() != Qt.MouseButton.LeftButton or not draws:
            self.unchoose()
            super().mousePressEvent(event)
            return
        self._press = _Press(place, self._edits, grasped)
        if grasped is not None:
            self._choose(grasped)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (press := self._press) is None:
            super().mouseMoveEvent(event)
            return
        place = self.mapToScene(event.position().toPoint())
        if self._is_click(press.place, place):
            return
        if press.grasped is not None:
            before = press.edits.now
            one = moved(before[press.grasped], *(place - press.place).toTuple())
            self._edits = press.edits.to((*before[: press.grasped], one, *before[press.grasped + 1 :]))
        elif (drawn := self._drawn(press.place, place)) is not None:
            self._edits = press.edits.to((*_without_crop(press.edits.now, drawn), drawn))
            self.chosen = len(self.annotations) - 1
        self._show_edits()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (press := self._press) is None:
            super().mouseReleaseEvent(event)
            return
        self._press = None
        if not self._is_click(press.place, self.mapToScene(event.position().toPoint())):
            return
        if press.grasped is not None:
            self.switch_chosen()
        elif self.tool in ("words", "number"):
            self._draw(press.place, press.place)
        else:
            self._choose(self._at(press.place))

    def _is_click(self, begin: QPointF, end: QPointF) -> bool:
        return (self.mapFromScene(begin) - self.mapFromScene(end)).manhattanLength() < _CLICK

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.tool is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    # the screen

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.save()
        paint_annotations(painter, self.image, self.annotations)
        painter.restore()
        if (crop := crop_of(self.annotations)) is not None:
            _shade_around(painter, QRectF(self.image.rect()), bounds_of(crop, 1.0))
        for number, one in enumerate(self.annotations):
            is_off = isinstance(one, Redaction) and not one.on
            if is_off or number == self.chosen or isinstance(one, Redaction):
                _outline(painter, bounds_of(one, unit_of(self.image)), chosen=number == self.chosen, dashed=is_off)
        super().drawForeground(painter, rect)


def _without_crop(annotations: Annotations, one: Annotation) -> Annotations:
    """There is one at most."""
    kept = annotations if not isinstance(one, Crop) else (other for other in annotations if not isinstance(other, Crop))
    return tuple(kept)


def _holds(area: Area, box: QRectF) -> bool:
    return QRectF(area.left, area.top, area.width, area.height).contains(box)


def _shade_around(painter: QPainter, whole: QRectF, part: QRectF) -> None:
    around, inside = QPainterPath(), QPainterPath()
    around.addRect(whole)
    inside.addRect(part)
    painter.fillPath(around - inside, _SHADE)


def _outline(painter: QPainter, box: QRectF, *, chosen: bool, dashed: bool) -> None:
    """Seen on any color."""
    for colour, width in ((Qt.GlobalColor.black, 5 if chosen else 3), (Qt.GlobalColor.white, 3 if chosen else 1)):
        pen = QPen(colour, width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
