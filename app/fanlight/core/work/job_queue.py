"""What waits for a worker's threads, and what they run: plain data under one lock, without Qt."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fanlight.core.work.job import Priority, Work
from fanlight.core.work.resource import Source
from fanlight.domain.stop import StopFlag


@dataclass(frozen=True, order=True, slots=True)
class Order:
    """What a thread gets of a job. Without `work` it loads the resource, without `source` it frees it."""

    priority: Priority
    number: int
    flag: StopFlag = field(compare=False)
    source: Source[Any] | None = field(compare=False)
    work: Work[Any] | None = field(compare=False, default=None)


class JobQueue:
    """A priority queue that records what each consumer runs."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._waiting: list[Order] = []
        self._running: dict[int, Order] = {}
        self._idle = 0
        self._closed = False

    def push(self, order: Order, builds_on: Sequence[StopFlag] = ()) -> list[int] | None:
        """The numbers of the jobs to stop for it: waiting ones that it builds on, and background work that runs when
        no thread is free. None, and nothing is pushed, when the queue is closed."""
        with self._ready:
            if self._closed:
                return None
            unneeded = [other.number for other in self._waiting if other.flag in builds_on]
            if order.priority.interrupts and not self._idle:
                unneeded += [
                    other.number
                    for other in self._running.values()
                    if other.priority == Priority.BACKGROUND and other.flag not in builds_on
                ]
            heapq.heappush(self._waiting, order)
            self._ready.notify()
            return unneeded

    def pop(self, thread: int, timeout_seconds: float | None) -> Order | None:
        """The next order for `thread`, which has finished its last one. None when the queue is closed.
        Raises TimeoutError."""
        with self._ready:
            self._running.pop(thread, None)
            self._idle += 1
            try:
                if not self._ready.wait_for(lambda: self._waiting or self._closed, timeout_seconds):
                    raise TimeoutError
            finally:
                self._idle -= 1
            if not self._waiting:
                return None
            order = self._running[thread] = heapq.heappop(self._waiting)
            return order

    @property
    def needs_thread(self) -> bool:
        """More waits than there are free threads."""
        with self._ready:
            return len(self._waiting) > self._idle

    def pop_waiting(self) -> list[Order]:
        """Remove all that waits."""
        with self._ready:
            waiting, self._waiting = self._waiting, []
            return sorted(waiting)

    def close(self) -> None:
        """The threads end after what they run."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
