"""While a key is held in the window, file transcriptions in other processes wait.

The window holds a lock on a file, which the system releases when its process ends, however it ends. A waiter polls the
lock, and gives up after MOST_SECONDS, so that a window that hangs blocks no other process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from fanlight.ipc.instance_lock import FileLock

FILE = "yield.lock"
POLL_SECONDS = 0.05
MOST_SECONDS = 900.0
"""Longer than a key is ever held: the window hangs, or its microphone was left on."""


class YieldLock:
    """The window's side."""

    def __init__(self, home: Path) -> None:
        self._lock = FileLock(home / FILE)

    def acquire(self) -> bool:
        """False while a waiter tests the lock, for some microseconds: try again soon."""
        return self._lock.acquire()

    def release(self) -> None:
        self._lock.release()


class YieldWaiter:
    """The side of the process that yields."""

    def __init__(
        self, home: Path, most_seconds: float = MOST_SECONDS, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._path = home / FILE
        self._steps, self._sleep = round(most_seconds / POLL_SECONDS), sleep
        self._timed_out = False

    def wait_until_free(self) -> Iterator[None]:
        """Yields every POLL_SECONDS until the lock is free. After a timeout it is not waited for again before it has
        been free."""
        for _ in range(0 if self._timed_out else self._steps):
            if not self._is_held():
                return
            yield
            self._sleep(POLL_SECONDS)
        self._timed_out = self._is_held()

    def _is_held(self) -> bool:
        if not self._path.exists():  # never held
            return False
        lock = FileLock(self._path)
        free = lock.acquire()
        lock.release()
        return not free
