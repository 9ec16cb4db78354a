"""Boxes and points on a picture, with their labels: below an answer, and in the viewer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from fanlight.domain.picture_regions import REGION_COLORS, PictureRegion

_POINT = 5
_NEAR = 0.015
_AROUND = 0.1


def color_of(number: int) -> QColor:
    return QColor(REGION_COLORS[number % len(REGION_COLORS)])


def rectangle_of(region: PictureRegion, picture: QRectF) -> QRectF:
    """Where it is on a picture that is drawn there."""
    return QRectF(
        picture.left() + region.left * picture.width(),
        picture.top() + region.top * picture.height(),
        (region.right - region.left) * picture.width(),
        (region.bottom - region.top) * picture.height(),
    )


def cut_out(image: QImage, region: PictureRegion) -> QImage:
    """Its pixels; of a point what is around it."""
    box = rectangle_of(region, QRectF(image.rect()))
    if region.is_point:
        around = _AROUND * min(image.width(), image.height())
        box.adjust(-around, -around, around, around)
    return image.copy(box.toAlignedRect().intersected(image.rect()))


def region_at(regions: Sequence[PictureRegion], across: float, down: float) -> int:
    """The smallest that is there, in shares of the picture; -1 for none."""
    near = _NEAR
    there = [
        (0.0 if one.is_point else (one.right - one.left) * (one.bottom - one.top), number)
        for number, one in enumerate(regions)
        if one.left - near <= across <= one.right + near and one.top - near <= down <= one.bottom + near
    ]
    return min(there)[1] if there else -1


def paint_regions(
    painter: QPainter, picture: QRectF, regions: Sequence[PictureRegion], current: int, edge: float, font: QFont
) -> None:
    """On a picture that is drawn at `picture`; lines are `edge` wide. Of one that is `current` the others are faint."""
    for number, region in enumerate(regions):
        if number != current:
            painter.setOpacity(1.0 if current < 0 else 0.45)
            _paint(painter, rectangle_of(region, picture), region, color_of(number), edge)
    painter.setOpacity(1.0)
    if 0 <= current < len(regions):
        _paint(painter, rectangle_of(regions[current], picture), regions[current], color_of(current), 1.5 * edge)
    for number, region in enumerate(regions):
        if current in (-1, number):
            _paint_label(painter, picture, region, str(number + 1), color_of(number), font, whole=number == current)


def _paint(painter: QPainter, box: QRectF, region: PictureRegion, color: QColor, edge: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for shade, width in ((QColor("white"), 2 * edge), (color, edge)):
        painter.setPen(QPen(shade, width))
        if region.is_point:
            radius = _POINT * edge / 2
            painter.drawEllipse(box.topLeft(), radius, radius)
        else:
            painter.drawRect(box)


def _paint_label(
    painter: QPainter, picture: QRectF, region: PictureRegion, number: str, color: QColor, font: QFont, *, whole: bool
) -> None:
    """Its number; with its words where it is the current one."""
    text = f"{number} {region.label}" if whole and region.label else number
    metrics = QFontMetricsF(font)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, picture.width() - 8)
    size = QRectF(0, 0, metrics.horizontalAdvance(text) + 8, metrics.height() + 2)
    box = rectangle_of(region, picture)
    left = min(max(picture.left(), box.left()), picture.right() - size.width())
    above = box.top() - size.height()
    top = above if above >= picture.top() else min(box.top(), picture.bottom() - size.height())
    size.moveTopLeft(QPointF(left, top))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(size, 3, 3)
    painter.setFont(font)
    painter.setPen(QColor("white"))
    painter.drawText(size, Qt.AlignmentFlag.AlignCenter, text)
