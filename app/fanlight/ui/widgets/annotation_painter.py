"""Paints annotations, in pixels of the picture: on the screen and into what is sent and kept alike.

A redaction is made of nothing that it covers. Blur and mosaics that are made of the covered pixels can be reversed
where the letters are known (Hill et al. 2016, "On the (in)effectiveness of mosaicing and blurring as tools for document
redaction", PETS; Bishop Fox's Unredacter, 2022), and what is half transparent can be made visible again. So it is
filled with black, or with tiles in shades of what is around it, which look blurred.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from math import atan2, cos, hypot, pi, sin

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from fanlight.domain.annotations import (
    Annotation,
    Annotations,
    Area,
    Arrow,
    Crop,
    Frame,
    NumberBadge,
    Redaction,
    Words,
    covering,
    crop_of,
)

_TILES = 4
"""Along the shorter side of a redaction."""
_AROUND = 48
"""Places around a redaction where colors are taken."""


def annotated(image: QImage, annotations: Annotations, turned: int = 0) -> QImage:
    """What is sent and kept: pixels alone, without what the file says beside them, cut and turned. Any thread."""
    made = QImage(image.size(), QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.drawImage(0, 0, _plain(image))
    paint_annotations(painter, image, annotations)
    painter.end()
    if (crop := crop_of(annotations)) is not None:
        made = made.copy(_aligned(crop.area).intersected(made.rect()))
    return made.transformed(QTransform().rotate(turned)) if turned else made


def paint_annotations(painter: QPainter, image: QImage, annotations: Annotations) -> None:
    """Over `image`, whose pixels the painter's units are. What is cropped is not painted."""
    covers = covering(annotations)
    for cover in covers:
        _paint_redaction(painter, image, cover, covers)
    unit = unit_of(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one in annotations:
        _paint(painter, one, unit)


def unit_of(image: QImage) -> float:
    """A line's width, so that it is seen when all of the picture is shown."""
    return max(1.5, max(image.width(), image.height()) / 450)


def bounds_of(one: Annotation, unit: float) -> QRectF:
    """Where it is grasped."""
    match one:
        case Redaction(area) | Frame(area) | Crop(area):
            return _rect(area)
        case Arrow(begin, end):
            return (
                QRectF(QPointF(*begin), QPointF(*end)).normalized().adjusted(-3 * unit, -3 * unit, 3 * unit, 3 * unit)
            )
        case Words(place, text):
            metrics = QFontMetricsF(_font(unit))
            return QRectF(*place, metrics.horizontalAdvance(text), metrics.height())
        case NumberBadge(place):
            radius = 8 * unit
            return QRectF(place[0] - radius, place[1] - radius, 2 * radius, 2 * radius)


def _paint(painter: QPainter, one: Annotation, unit: float) -> None:
    match one:
        case Redaction() | Crop():
            pass
        case Frame(area, colour):
            path = QPainterPath()
            path.addRect(_rect(area))
            _stroke(painter, path, colour, unit)
        case Arrow(begin, end, colour):
            _paint_arrow(painter, begin, end, colour, unit)
        case Words(place, text, colour):
            font, path = _font(unit), QPainterPath()
            path.addText(place[0], place[1] + QFontMetricsF(font).ascent(), font, text)
            _fill(painter, path, colour, unit)
        case NumberBadge(place, number, colour):
            _paint_badge(painter, QPointF(*place), number, colour, unit)


def _paint_redaction(painter: QPainter, image: QImage, one: Redaction, others: Iterable[Redaction]) -> None:
    """Whole pixels, nothing of them shines through."""
    box = _aligned(one.area).intersected(image.rect())
    if box.isEmpty():
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    if one.cover == "black":
        painter.fillRect(box, Qt.GlobalColor.black)
    else:
        _paint_tiles(painter, box, _colours_around(image, box, [_aligned(other.area) for other in others]))
    painter.restore()


def _paint_tiles(painter: QPainter, box: QRect, colours: list[QColor]) -> None:
    """Shades between the colors, by chance; the same at each painting."""
    chance = random.Random(f"{box.getRect()}")
    side = max(2, min(box.width(), box.height()) // _TILES)
    dark, light = min(colours, key=QColor.lightness), max(colours, key=QColor.lightness)
    for top in range(box.top(), box.bottom() + 1, side):
        for left in range(box.left(), box.right() + 1, side):
            share = chance.random()
            tile = QColor(*(_between(share, one, other) for one, other in zip(_rgb(dark), _rgb(light), strict=True)))
            painter.fillRect(QRect(left, top, side, side).intersected(box), tile)


def _colours_around(image: QImage, box: QRect, covered: list[QRect]) -> list[QColor]:
    """Of pixels that stay visible; a light and a dark one where there are none, or all are alike."""
    ring = box.adjusted(-2, -2, 2, 2)
    found = []
    for step in range(_AROUND):
        x = ring.left() + ring.width() * step // _AROUND
        y = ring.top() + ring.height() * step // _AROUND
        for place in ((x, ring.top()), (x, ring.bottom()), (ring.left(), y), (ring.right(), y)):
            is_inside = image.rect().contains(*place) and not any(one.contains(*place) for one in covered)
            if is_inside:
                found.append(image.pixelColor(*place))
    lightness = [colour.lightness() for colour in found] or [128]
    if max(lightness) - min(lightness) < 60:
        found.append(QColor(140, 140, 140) if abs(lightness[0] - 140) > 50 else QColor(230, 230, 230))
    return found or [QColor(140, 140, 140), QColor(230, 230, 230)]


def _between(share: float, one: int, other: int) -> int:
    return round(one + share * (other - one))


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def _paint_arrow(
    painter: QPainter, begin: tuple[float, float], end: tuple[float, float], colour: str, unit: float
) -> None:
    long = hypot(end[0] - begin[0], end[1] - begin[1])
    if not long:
        return
    angle, head = atan2(end[1] - begin[1], end[0] - begin[0]), min(9 * unit, long)
    neck = QPointF(end[0] - 0.8 * head * cos(angle), end[1] - 0.8 * head * sin(angle))
    sides = [QPointF(end[0] - head * cos(angle + way), end[1] - head * sin(angle + way)) for way in (pi / 7, -pi / 7)]
    shaft = QPainterPath(QPointF(*begin))
    shaft.lineTo(neck)
    tip = QPainterPath()
    tip.addPolygon(QPolygonF([QPointF(*end), *sides]))
    tip.closeSubpath()
    for pen_colour, wide in ((_edge(colour), 4 * unit), (QColor(colour), 2 * unit)):
        painter.strokePath(shaft, _pen(pen_colour, wide))
        painter.strokePath(tip, _pen(pen_colour, wide - 2 * unit + 0.01))
        painter.fillPath(tip, pen_colour)


def _paint_badge(painter: QPainter, place: QPointF, number: int, colour: str, unit: float) -> None:
    circle = QPainterPath()
    circle.addEllipse(place, 8 * unit, 8 * unit)
    _fill(painter, circle, colour, unit)
    font, path, text = _font(unit), QPainterPath(), f"{number}"
    font.setPixelSize(max(1, round(10 * unit)))
    path.addText(0, 0, font, text)
    ink = path.boundingRect()
    path.translate(place - ink.center())
    painter.fillPath(path, _edge(colour))


def _stroke(painter: QPainter, path: QPainterPath, colour: str, unit: float) -> None:
    painter.strokePath(path, _pen(_edge(colour), 4 * unit))
    painter.strokePath(path, _pen(QColor(colour), 2 * unit))


def _fill(painter: QPainter, path: QPainterPath, colour: str, unit: float) -> None:
    painter.strokePath(path, _pen(_edge(colour), 2 * unit))
    painter.fillPath(path, QColor(colour))


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _edge(colour: str) -> QColor:
    """What is seen beside it."""
    is_dark = QColor(colour).lightness() < 150
    return QColor(Qt.GlobalColor.white if is_dark else Qt.GlobalColor.black)


def _font(unit: float) -> QFont:
    font = QFont()
    font.setPixelSize(max(8, round(13 * unit)))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _rect(area: Area) -> QRectF:
    return QRectF(area.left, area.top, area.width, area.height)


def _aligned(area: Area) -> QRect:
    return _rect(area).toAlignedRect()


def _plain(image: QImage) -> QImage:
    """At one pixel a unit, whatever the file says."""
    if image.devicePixelRatio() == 1.0:
        return image
    copy = image.copy()
    copy.setDevicePixelRatio(1.0)
    return copy
