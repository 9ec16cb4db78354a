"""Line icons from `resources/icons`, drawn in a theme's color and sharp on every screen."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fanlight import paths

SIZE = 18
GAP = 4
"""Pixels between an icon of that size and a word, in addition to Qt's own 4."""
_SCALES = (1, 2, 3)


@cache
def icon(name: str, colour: str, disabled: str = "", size: int = SIZE, gap: int = 0) -> QIcon:
    """The icon `name` in `colour` (#rrggbb); `disabled` is its color while the control cannot be used. `gap` is room on
    its right, before a word: no style sheet can set it."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(_drawn(name, colour, size, gap, scale))
        if disabled:
            made.addPixmap(_drawn(name, disabled, size, gap, scale), QIcon.Mode.Disabled)
    return made


def _drawn(name: str, colour: str, size: int, gap: int, scale: int) -> QPixmap:
    source = _source(name).replace("currentColor", colour)
    pixmap = QPixmap(QSize(size + gap, size) * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


@cache
def _source(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text("utf-8")
