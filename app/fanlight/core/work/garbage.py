"""Python's cycle collector, run on the GUI thread alone, between frames.

By default it runs on whichever thread allocates next, and destroys there what it finds; a QObject that is destroyed on
another thread than its own crashes the process.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500
SETTLED_MS = 3_000


class GarbageCollector(QObject):
    """Until `stop` no other thread collects. While `busy` the oldest generation is left out: collecting it takes as
    long as a frame."""

    def __init__(self, parent: QObject, busy: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._busy = busy
        self._thresholds = gc.get_threshold()
        self._settled = False
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        QTimer.singleShot(SETTLED_MS, self, self._settle)

    def stop(self) -> None:
        self._timer.stop()
        if self._settled:
            gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        """Collect the oldest generation whose count is over its threshold, as Python itself would."""
        for generation in (1, 0) if self._busy() else (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def _settle(self) -> None:
        """Freeze the objects of the start, which stay: the collector does not visit them again."""
        self._settled = True
        gc.collect()
        gc.freeze()
