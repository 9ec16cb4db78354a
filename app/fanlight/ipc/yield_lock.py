"""Who speaks has the floor: while a key is held in the window, transcriptions of files in other processes wait.

A lock on a file says so, which the system lets go of when the window ends, however it ends; whoever waits for it waits
in short steps and not for ever, so that a window that hangs stops nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from fanlight.ipc.instance_lock import FileLock

FILE = "floor.lock"
LOOK_SECONDS = 0.05
MOST_SECONDS = 900.0
"""Longer than anybody holds a key: then the window hangs, or its microphone was left on."""


class YieldLock:
    """The window's side."""

    def __init__(self, home: Path) -> None:
        self._lock = FileLock(home / FILE)

    def take(self) -> bool:
        """False while somebody is just looking, for some microseconds: try again soon."""
        return self._lock.take()

    def release(self) -> None:
        self._lock.release()


class YieldWaiter:
    """The side of whoever gives way."""

    def __init__(
        self, home: Path, most_seconds: float = MOST_SECONDS, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._path = home / FILE
        self._steps, self._sleep = round(most_seconds / LOOK_SECONDS), sleep
        self._lost_patience = False

    def wait(self) -> Iterator[None]:
        """Yields every LOOK_SECONDS until nobody has the floor; once it took too long, it is not waited for again
        before it was free."""
        for _ in range(0 if self._lost_patience else self._steps):
            if not self._taken():
                return
            yield
            self._sleep(LOOK_SECONDS)
        self._lost_patience = self._taken()

    def _taken(self) -> bool:
        if not self._path.exists():  # nobody ever spoke
            return False
        lock = FileLock(self._path)
        free = lock.take()
        lock.release()
        return not free
