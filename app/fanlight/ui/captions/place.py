"""Where the bar of live captions stands: where it was left, and always on a screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize

EDGE, ABOVE_END = 8, 48
"""To the ends of the screen; above its lower end, where nobody has moved it. Logical pixels."""


def written_place(place: QRect) -> str:
    return f"{place.x()},{place.y()},{place.width()}"


def kept_place(text: str) -> QRect | None:
    """Without a height. None where there is none that can be used."""
    try:
        x, y, width = (int(part) for part in text.split(","))
    except ValueError:
        return None
    if not 0 < width < 2**15 or max(abs(x), abs(y)) >= 2**15:
        return None
    return QRect(x, y, width, 1)


def placed(corner: QPoint | None, width: int, height: int, screens: list[QRect]) -> QRect:
    """On the screen that has the middle of its first line, or else the first of `screens`, which have at least one."""
    size = QSize(width, height)
    middle = corner + QPoint(width // 2, 1) if corner is not None else None
    on = next((screen for screen in screens if middle is not None and screen.contains(middle)), None)
    screen = on or screens[0]
    size = size.boundedTo(QSize(screen.width() - 2 * EDGE, screen.height() - 2 * EDGE))
    if corner is None or on is None:
        left = screen.left() + (screen.width() - size.width()) // 2
        return QRect(QPoint(left, screen.bottom() + 1 - ABOVE_END - size.height()), size)
    left = max(screen.left() + EDGE, min(corner.x(), screen.right() + 1 - EDGE - size.width()))
    top = max(screen.top() + EDGE, min(corner.y(), screen.bottom() + 1 - EDGE - size.height()))
    return QRect(QPoint(left, top), size)
