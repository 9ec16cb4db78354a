"""How fast bytes may come, and how fast they do."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic, sleep

BLOCK_BYTES, LEAST_BLOCK = 256 * 1024, 1024
SPEED_SECONDS = 5.0
_LONGEST_SLEEP = 0.5


class Pacer:
    """A limit in bytes a second, which another thread may change; 0: none."""

    def __init__(
        self,
        bytes_per_second: int,
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], object] = sleep,
    ) -> None:
        self._clock, self._pause = clock, pause
        self._lock = threading.Lock()
        self.set_limit(bytes_per_second)

    @property
    def bytes_per_second(self) -> int:
        return self._limit

    def set_limit(self, bytes_per_second: int) -> None:
        with self._lock:
            self._limit = max(0, bytes_per_second)
            self._next = self._clock()

    def block_bytes(self) -> int:
        """To be read at once: of a low limit a tenth of a second's."""
        limit = self._limit
        return max(LEAST_BLOCK, min(BLOCK_BYTES, limit // 10)) if limit else BLOCK_BYTES

    def wait_for(self, count: int) -> None:
        """Until these bytes, which have come, are within the limit; no longer than the limit that holds then asks."""
        with self._lock:
            if not self._limit:
                return
            self._next = max(self._next, self._clock() - 1.0) + count / self._limit
        while (left := self._next - self._clock()) > 0 and self._limit:
            self._pause(min(left, _LONGEST_SLEEP))


class Speed:
    """Bytes a second over the last seconds, and over all of them."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._steps: deque[tuple[float, int]] = deque()
        self._total = 0
        self._steps.append((clock(), 0))

    def add(self, count: int) -> None:
        self._total += count
        now = self._clock()
        self._steps.append((now, self._total))
        while len(self._steps) > 2 and self._steps[1][0] <= now - SPEED_SECONDS:
            self._steps.popleft()

    @property
    def bytes_per_second(self) -> float:
        (first, before), now = self._steps[0], self._clock()
        return (self._total - before) / (now - first) if now > first else 0.0


class StallWatch:
    """Notices a connection that brings next to nothing."""

    def __init__(self, seconds: float, least_bytes_per_second: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._least = seconds * least_bytes_per_second
        self._since, self._bytes = clock(), 0

    def is_stalled(self, count: int) -> bool:
        """`count` bytes have come."""
        self._bytes += count
        if self._clock() - self._since < self._seconds:
            return False
        stalled = self._bytes < self._least
        self._since, self._bytes = self._clock(), 0
        return stalled
