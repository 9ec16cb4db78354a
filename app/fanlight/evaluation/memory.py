"""The most memory that a program and its processes hold over a while."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil

INTERVAL_SECONDS = 0.1


class PeakMemory:
    """Looks at the resident memory ten times a second, from a thread of its own, while it is entered. Pages of a
    model's file count as soon as they were read; the memory of graphics devices does not."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
        self.peak_bytes = 0

    def __enter__(self) -> PeakMemory:
        self.look()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self.look()

    def look(self) -> int:
        """The peak so far."""
        self.peak_bytes = max(self.peak_bytes, self._held())
        return self.peak_bytes

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL_SECONDS):
            self.look()

    def _held(self) -> int:
        total = 0
        try:
            for process in (self._process, *self._process.children(recursive=True)):
                total += process.memory_info().rss
        except psutil.Error:  # one of them has ended meanwhile
            return total
        return total
