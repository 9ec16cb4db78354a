"""`python pattern_child.py X Y W H TITLE [managed]`: another program's window in whose pixels every place is written:
red is x, green is y, blue tells apart blocks of 256 (see `colour`). Without Qt's scaling: X, Y, W and H are device
pixels. Says "ready" once it is painted, and each key it gets."""

from __future__ import annotations

import os
import sys

os.environ.update(QT_SCALE_FACTOR="1", QT_SCREEN_SCALE_FACTORS="", QT_ENABLE_HIGHDPI_SCALING="0")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


def colour(x: int, y: int) -> tuple[int, int, int]:
    return x & 255, y & 255, (x >> 8) * 16 + (y >> 8)


def picture(width: int, height: int) -> QImage:
    rows = b"".join(
        bytes(v for x in range(width) for v in (*colour(x, y)[::-1], 255)) for y in range(height)
    )  # fmt: skip
    return QImage(rows, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class Pattern(QWidget):
    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        super().__init__()
        self._picture, self._said = picture(width, height), False
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
