"""Where the pill stands: beside the pointer, or in the window that gets the text where the pointer is elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize

GAP, EDGE = 22, 8
"""Below the pointer, and to the end of the screen; logical pixels."""


def logical_rect(box: tuple[int, int, int, int], screens: list[tuple[QRect, float]]) -> QRect | None:
    """A box of device pixels of the whole desktop in Qt's coordinates; None where its middle is on no screen.
    `screens`: the geometry of each, and its device pixels per logical pixel."""
    left, top, width, height = box
    for geometry, scale in screens:
        device = QRect(geometry.topLeft(), QSize(round(geometry.width() * scale), round(geometry.height() * scale)))
        if device.contains(left + width // 2, top + height // 2):
            corner = geometry.topLeft() + QPoint(
                round((left - device.left()) / scale), round((top - device.top()) / scale)
            )
            return QRect(corner, QSize(round(width / scale), round(height / scale)))
    return None


def pill_anchor(pointer: QPoint, window: QRect | None) -> QPoint:
    """The pointer while it is over `window`, else the lower middle of that."""
    if window is None or window.contains(pointer):
        return pointer
    return QPoint(window.center().x(), window.bottom() - window.height() // 4)


def pill_corner(anchor: QPoint, size: QSize, free: QRect) -> QPoint:
    """Its upper left corner: below the anchor, or above it where there is no room; inside of `free`."""
    left = max(free.left() + EDGE, min(anchor.x() - size.width() // 2, free.right() - EDGE - size.width()))
    top = anchor.y() + GAP
    if top + size.height() > free.bottom() - EDGE:
        top = anchor.y() - GAP - size.height()
    return QPoint(left, max(free.top() + EDGE, top))
