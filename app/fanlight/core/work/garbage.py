"""Python's cycle collector, run by the window's thread alone.

Left to itself it runs on whichever thread allocates next, and destroys there what it finds: a QObject destroyed on
another thread than its own takes the process with it. It also runs when it likes; here it runs between frames.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500
SETTLED_MS = 3_000


class GarbageCollector(QObject):
    """From now until `stop` (or the parent's end) no other thread collects, and while `busy` nothing old is walked
    through: that takes as long as a frame."""

    def __init__(self, parent: QObject, busy: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._busy = busy
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        QTimer.singleShot(SETTLED_MS, self, settle)

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        """The oldest generation whose count is over its threshold, as Python itself would."""
        for generation in (1, 0) if self._busy() else (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return


def settle() -> None:
    """What is there after the start stays: it is not walked through again in the middle of an answer."""
    gc.collect()
    gc.freeze()
