"""How long the window's thread was busy at a time, by its own clock, and how late it was, by the wall's."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, thread_time

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from bench.child import CanNotMeasure

_BEAT_MS = 1


class Heartbeat(QObject):
    """Beats once a millisecond in the event loop it was born in. What ran between two beats is a gap.

    By `thread_time` a gap counts only what this thread computed: nobody else's load is in it. By the wall it counts
    all, so it is compared with that of an idle window.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self.restart()
        self._timer.start()

    def restart(self) -> None:
        self.busy_ms: list[float] = []
        self.late_ms: list[float] = []
        self._wall, self._own = perf_counter(), thread_time()

    def _beat(self) -> None:
        wall, own = perf_counter(), thread_time()
        self.busy_ms.append(1000 * (own - self._own))
        self.late_ms.append(max(0.0, 1000 * (wall - self._wall) - _BEAT_MS))
        self._wall, self._own = wall, own


def wait_until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    """Let the window work until something is so. Raises CanNotMeasure: `what` did not happen in time."""
    loop = QEventLoop()
    look, deadline = QTimer(interval=20), perf_counter() + seconds
    look.timeout.connect(lambda: loop.quit() if is_so() or perf_counter() > deadline else None)
    look.start()
    if not is_so():
        loop.exec()
    look.stop()
    if not is_so():
        raise CanNotMeasure(f"{what} did not happen in {seconds:.0f} s")


def run_for(seconds: float) -> None:
    """A real event loop, so that timers and frames come as they do in use."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
