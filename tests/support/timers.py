"""Timers that a test moves by hand, and the end of those that it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from fanlight.core.work.worker import Worker


class ManualTimer:
    def __init__(self, clock: ManualClock, call: Callable[[], object]) -> None:
        self._clock, self.call = clock, call
        self.due: int | None = None

    def start(self, milliseconds: int) -> None:
        self.due = self._clock.now + milliseconds

    def stop(self) -> None:
        self.due = None

    @property
    def running(self) -> bool:
        return self.due is not None


class ManualClock:
    """Its `timer` is what `core.work.throttle` takes as `make_timer`, or what a test puts in place of `QtTimer`."""

    def __init__(self) -> None:
        self.now = 0
        self._timers: list[ManualTimer] = []

    def timer(self, _parent: QObject, call: Callable[[], object]) -> ManualTimer:
        self._timers.append(ManualTimer(self, call))
        return self._timers[-1]

    def advance(self, milliseconds: int) -> None:
        """Calls are made in the order they are due in, those that a call starts included."""
        until = self.now + milliseconds
        while due := [timer for timer in self._timers if timer.due is not None and timer.due <= until]:
            first = min(due, key=lambda timer: timer.due or 0)
            self.now = max(self.now, first.due or 0)
            first.stop()
            first.call()
        self.now = until


def settled(*owners: QObject) -> bool:
    """Whether no call that was put off is still to come: no single-shot timer below `owners` runs."""
    return not any(timer.isActive() for owner in owners for timer in owner.findChildren(QTimer) if timer.isSingleShot())


def at_rest(*workers: Worker[Any]) -> bool:
    """Whether every job has had its `done`."""
    return not any(worker._jobs for worker in workers)
