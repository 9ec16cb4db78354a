"""`python pattern_child.py X Y W H TITLE [managed]`: another program's window in whose pixels every place is written:
red is x, green is y, blue tells apart blocks of 256 (see `pixels`). Without Qt's scaling: X, Y, W and H are device
pixels. Says "ready" once it is painted, and each key it gets."""

from __future__ import annotations

import os
import sys

os.environ.update(QT_SCALE_FACTOR="1", QT_SCREEN_SCALE_FACTORS="", QT_ENABLE_HIGHDPI_SCALING="0")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


def pixels(left: int, top: int, width: int, height: int) -> bytes:
    """That part of the pattern, RGB."""
    made = []
    for y in range(top, top + height):
        row = bytearray(3 * width)
        row[0::3] = bytes(x & 255 for x in range(left, left + width))
        row[1::3] = bytes([y & 255]) * width
        row[2::3] = bytes((x >> 8) * 16 + (y >> 8) & 255 for x in range(left, left + width))
        made.append(bytes(row))
    return b"".join(made)


class Pattern(QWidget):
    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        super().__init__()
        self._said = False
        self._picture = QImage(
            pixels(0, 0, width, height), width, height, 3 * width, QImage.Format.Format_RGB888
        ).copy()
        self.setGeometry(x, y, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self._picture)
        painter.end()
        if not self._said:
            self._said = True
            QTimer.singleShot(150, lambda: print("ready", flush=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        print(f"key {event.text()}", flush=True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        print("mouse down", flush=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        print("mouse up", flush=True)


if __name__ == "__main__":
    left, top, wide, high = map(int, sys.argv[1:5])
    application = QApplication(sys.argv[:1])
    pattern = Pattern(left, top, wide, high)
    pattern.setWindowTitle(sys.argv[5])
    if "managed" not in sys.argv[6:]:
        pattern.setWindowFlags(Qt.WindowType.X11BypassWindowManagerHint)
    pattern.show()
    sys.exit(application.exec())
