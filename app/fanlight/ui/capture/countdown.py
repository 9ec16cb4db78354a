"""The seconds until a capture, large and in nobody's way: it takes no click, no key and no focus, so that a menu that
is open stays open. The capture puts it away before it looks."""

from __future__ import annotations

from math import ceil
from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent

from fanlight.ui.capture.notice import ClickThroughWindow
from fanlight.ui.theme import DARK
from fanlight.ui.widgets.banner import announce

SIDE = 92
TICK_MS = 50


class Countdown(ClickThroughWindow):
    over = Signal()

    def __init__(self) -> None:
        super().__init__("Seconds until the capture")
        self.resize(SIDE, SIDE)
        self._until = self._seconds = 0.0
        self._shown = 0
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.setTimerType(Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._look)

    @property
    def runs(self) -> bool:
        return self._tick.isActive()

    def start(self, seconds: float) -> None:
        """On the screen with the pointer; `over` follows."""
        self._seconds, self._until = seconds, monotonic() + seconds
        self.place()
        self._tick.start()
        self._look()
        self.show()

    def stop(self) -> None:
        """No `over`."""
        self._tick.stop()
        self.hide()

    def _look(self) -> None:
        left = self._until - monotonic()
        if left <= 0:
            self._tick.stop()
            self.over.emit()
        elif ceil(left) != self._shown or not self.isVisible():
            self._shown = ceil(left)
            self.setAccessibleName(f"Capture in {self._shown} seconds")
            announce(self, str(self._shown))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter, 3)
        font = QFont(painter.font())
        font.setPixelSize(SIDE // 2)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(DARK.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._shown))
        painter.end()
