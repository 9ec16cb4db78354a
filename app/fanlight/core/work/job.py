"""One piece of work for a `Worker`, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from fanlight.domain.stop import StopFlag

R = TypeVar("R")


class Priority(IntEnum):
    """The lowest number is served first; within one, the job that was submitted first."""

    QUICK = 0
    """Milliseconds; interrupts nothing."""
    PANEL = 1
    WINDOW = 2
    COMMAND = 3
    BACKGROUND = 4
    """Interrupted as soon as another job waits, QUICK ones aside."""

    @property
    def interrupts(self) -> bool:
        """Whether running background work ends early for it."""
        return Priority.QUICK < self < Priority.BACKGROUND


@dataclass(frozen=True, slots=True)
class JobControl:
    """What the work of a job may use while it runs, on the worker's thread."""

    flag: StopFlag
    """Set when the job is to end early."""
    post: Callable[[object], None]
    """Reports an event from inside a call; what the work yields is reported by the worker."""


Work = Callable[[R, JobControl], Generator[object, None, None]]
"""Runs on the worker's thread with its resource. Must not hold a QObject. A FanlightError ends it as any result does:
only other exceptions are logged as bugs."""


class Job(QObject, Generic[R]):
    """Created on the GUI thread, connected, then submitted. `flag` is set when it is to end, `over` when it has."""

    event_arrived = Signal(object)
    """What the work yields or posts, in order."""
    done = Signal(object)
    """None, or the exception that ended it. Emitted exactly once and after every event, however the job ends: finished,
    stopped before its turn, its resource not loaded, the worker closed, a bug."""

    def __init__(
        self,
        work: Work[R],
        priority: Priority = Priority.WINDOW,
        builds_on: Sequence[Job[Any]] = (),
        on_stop: Callable[[], object] | None = None,
    ) -> None:
        """`builds_on` are jobs whose results this one uses: the one that runs is let finish, those that still wait are
        stopped. `on_stop` is called at most once, on the thread that stops it: for work that waits for something
        other than its flag."""
        super().__init__()
        self.work, self.priority, self.builds_on = work, priority, tuple(builds_on)
        self._on_stop = on_stop
        self.flag = StopFlag()
        self.over = False

    def stop(self) -> None:
        """`done` follows soon. From any thread, at any time, any number of times."""
        if not self.flag.is_set():
            self.flag.set()
            if self._on_stop is not None:
                self._on_stop()
