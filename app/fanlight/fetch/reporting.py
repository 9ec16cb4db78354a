"""What the process tells Fanlight, as lines of JSON, and what it writes to its log: hosts and files, never an address's
query or a token."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from fanlight.domain.download_lines import event_line
from fanlight.domain.downloads import DownloadChecking, DownloadEvent, DownloadPaused, DownloadProgress, total_size
from fanlight.fetch.pacing import Speed

log = logging.getLogger("fanlight.fetch")

BETWEEN_SECONDS = 0.25
LOG_BYTES = 1_000_000


class Reporter:
    """Counts over all files of a download. `whole`: held while something is done to a file that the end of the process
    must not interrupt."""

    def __init__(
        self,
        sizes: list[int | None],
        out: BinaryIO,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._sizes, self._here = sizes, [0] * len(sizes)
        self._out, self._clock = out, clock
        self._speed = Speed(clock)
        self._said_at: float | None = None
        self._writing = threading.Lock()
        self.whole = threading.RLock()

    @property
    def done_bytes(self) -> int:
        return sum(self._here)

    @property
    def total_bytes(self) -> int | None:
        return total_size(self._sizes)

    def say(self, event: DownloadEvent) -> None:
        """Whoever listened may be gone: then the process ends by its input."""
        with self._writing, suppress(OSError, ValueError):
            self._out.write(event_line(event).encode() + b"\n")
            self._out.flush()

    def set_size(self, index: int, size: int | None) -> None:
        self._sizes[index] = size

    def set_here(self, index: int, count: int) -> None:
        """So much of that file is here, without having come just now."""
        self._here[index] = count

    def on_bytes(self, index: int, file: str, host: str, position: int) -> None:
        """Up to `position` it has arrived."""
        self._speed.add(max(0, position - self._here[index]))
        self._here[index] = position
        if self._is_due():
            self.say_progress(file, host)

    def say_progress(self, file: str, host: str) -> None:
        speed, total = self._speed.bytes_per_second, self.total_bytes
        left = (total - self.done_bytes) / speed if total is not None and speed > 1 else None
        self.say(DownloadProgress(host, file, self.done_bytes, total, round(speed, 1), left))

    def on_checked(self, file: str, done: int, total: int) -> None:
        if self._is_due() or done == total:
            self.say(DownloadChecking(file, done, total))

    def say_paused(self) -> None:
        self.say(DownloadPaused(self.done_bytes, self.total_bytes))

    def _is_due(self) -> bool:
        now = self._clock()
        if self._said_at is not None and now - self._said_at < BETWEEN_SECONDS:
            return False
        self._said_at = now
        return True


def start_fetch_log(path: Path | None) -> None:
    """Without a file, or where none can be made, nothing is written."""
    handler: logging.Handler = logging.NullHandler()
    if path is not None:
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.raiseExceptions = False  # a log that cannot be written, on a full disk, is no reason to end
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
