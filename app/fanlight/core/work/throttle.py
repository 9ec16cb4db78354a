"""Calls that are delayed on purpose, by name instead of by a timer each: `Throttle`, `Debounce`, `Timeout`.

All run on the GUI thread and end with their parent. A test puts a `support.timers.ManualClock` in place of `QtTimer`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

Call = Callable[[], object]


class Timer(Protocol):
    """Calls back once, the given number of milliseconds after it was last started."""

    def start(self, milliseconds: int) -> None: ...

    def stop(self) -> None: ...

    @property
    def running(self) -> bool: ...


class QtTimer:
    """A bound method of a QObject is held weakly, as by any Qt signal."""

    def __init__(self, parent: QObject, call: Call) -> None:
        self._timer = QTimer(parent, singleShot=True)
        self._timer.timeout.connect(call)

    def start(self, milliseconds: int) -> None:
        self._timer.start(milliseconds)

    def stop(self) -> None:
        self._timer.stop()

    @property
    def running(self) -> bool:
        return self._timer.isActive()


MakeTimer = Callable[[QObject, Call], Timer]


class _Delayed:
    """`pending`: the call is still to come. `milliseconds` may be changed for the calls to come."""

    def __init__(self, parent: QObject, call: Call, milliseconds: int = 0, make_timer: MakeTimer | None = None) -> None:
        self.milliseconds = milliseconds
        self._timer = (make_timer or QtTimer)(parent, call)

    @property
    def pending(self) -> bool:
        return self._timer.running

    def cancel(self) -> None:
        """The call that is pending is not made."""
        self._timer.stop()


class Throttle(_Delayed):
    """At most one call in `milliseconds`, at their end: many requests become one, and a steady flow of them is served
    at a steady pace. With 0, one call at the next turn of the event loop."""

    def request(self) -> None:
        if not self._timer.running:
            self._timer.start(self.milliseconds)


class Debounce(_Delayed):
    """One call, `milliseconds` after the last request: for what matters only once it rests, such as typing."""

    def request(self) -> None:
        self._timer.start(self.milliseconds)


class Timeout(_Delayed):
    """One call, `milliseconds` after `start`, unless it is canceled or started again."""

    def start(self, milliseconds: int | None = None) -> None:
        """`milliseconds`: for this time, another delay."""
        self._timer.start(self.milliseconds if milliseconds is None else milliseconds)
