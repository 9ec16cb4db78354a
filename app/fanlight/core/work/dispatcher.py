"""Calls from any thread, run on the GUI thread in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, Qt, Signal, Slot

SECONDS_A_TURN = 0.004
"""How long calls run before the event loop may paint and handle input."""


class MainThreadDispatcher(QObject):
    """`dispatcher(call)` runs `call` on the thread this object was created on. Many calls cost one wake-up.

    A call may hold plain Python objects and bound methods; what it does to a QObject it does on that thread.
    """

    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], object]] = deque()
        self._lock = threading.Lock()
        self._woken = False
        self._wake.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def __call__(self, call: Callable[[], object]) -> None:
        """From any thread."""
        with self._lock:
            self._calls.append(call)
            if self._woken:
                return
            self._woken = True
        try:
            self._wake.emit()
        except RuntimeError:  # this object is deleted, and with it all receivers
            self._calls.clear()

    def drain(self) -> None:
        """Run all that was posted now; on this object's thread, where no event loop will run any more."""
        while self._calls:
            self._calls.popleft()()

    @Slot()
    def _run(self) -> None:
        until = perf_counter() + SECONDS_A_TURN
        while perf_counter() < until:
            with self._lock:
                if not self._calls:
                    self._woken = False
                    return
                call = self._calls.popleft()
            try:
                call()
            except BaseException:
                self._wake.emit()  # the rest still runs; the error goes to sys.excepthook
                raise
        self._wake.emit()
