"""The seconds until a capture."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal

TICK_MS = 50


class Countdown(QObject):
    seconds_left_changed = Signal(int)
    """Whole seconds, rounded up; 0 when there is nothing to show."""
    finished = Signal()
    """`seconds_left_changed` is not emitted for it: the last number stays until `stop`."""

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._until = 0.0
        self._shown = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._count_down)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def start(self, seconds: float) -> None:
        self._until, self._shown = self._clock() + seconds, 0
        self._timer.start()
        self._count_down()

    def stop(self) -> None:
        """`finished` does not follow."""
        self._timer.stop()
        self._show_seconds(0)

    def _count_down(self) -> None:
        left = self._until - self._clock()
        if left <= 0:
            self._timer.stop()
            self.finished.emit()
        else:
            self._show_seconds(ceil(left))

    def _show_seconds(self, seconds: int) -> None:
        if seconds != self._shown:
            self._shown = seconds
            self.seconds_left_changed.emit(seconds)
