"""A few frames of a clip side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

from fanlight.domain.messages import Image
from fanlight.ui.widgets.pixels import to_qimage

MOST = 4
_GAP = 1


def clip_strip(frames: Sequence[Image], height: int, ratio: float) -> QPixmap:
    """At most MOST of them, evenly chosen, each as a square of `height` (device-independent pixels)."""
    count = min(MOST, len(frames))
    chosen = [frames[round(place * (len(frames) - 1) / max(1, count - 1))] for place in range(count)]
    side, gap = round(height * ratio), round(_GAP * ratio)
    strip = QPixmap(count * (side + gap) - gap, side)
    strip.fill(Qt.GlobalColor.transparent)
    painter = QPainter(strip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for number, frame in enumerate(chosen):
        least = min(frame.width, frame.height)
        middle = QRect((frame.width - least) // 2, (frame.height - least) // 2, least, least)
        painter.drawImage(QRect(number * (side + gap), 0, side, side), to_qimage(frame), middle)
    painter.end()
    strip.setDevicePixelRatio(ratio)
    return strip
