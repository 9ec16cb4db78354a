"""Where the pill stands: at the text cursor where the program tells its place, else beside the pointer, or in the
window that gets the text where the pointer is elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize

GAP, EDGE, LINE = 22, 8, 12
"""Below the anchor, and to the end of the screen; a line of text needs less distance than a pointer. Logical
pixels."""


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


def pill_anchor(pointer: QPoint, window: QRect | None, caret: QRect | None) -> QRect:
    """What it must not cover: the line of the text cursor, where that is in `window`; else the pointer while it is over
    `window`, else the lower middle of that."""
    if caret is not None and (window is None or window.contains(caret.topLeft())):
        return caret.adjusted(0, LINE, 0, -LINE)
    if window is None or window.contains(pointer):
        return QRect(pointer, QSize(1, 1))
    return QRect(window.center().x(), window.bottom() - window.height() // 4, 1, 1)


def pill_corner(anchor: QRect, size: QSize, free: QRect) -> QPoint:
    """Its upper left corner: below the anchor, or above it where there is no room; inside of `free`."""
    left = max(free.left() + EDGE, min(anchor.center().x() - size.width() // 2, free.right() - EDGE - size.width()))
    top = anchor.bottom() + GAP
    if top + size.height() > free.bottom() - EDGE:
        top = anchor.top() - GAP - size.height()
    return QPoint(left, max(free.top() + EDGE, top))
