"""Locks on files, which the system releases when their process ends, however it ends."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

log = logging.getLogger(__name__)

FILE = "changes.lock"
"""In a folder whose files are changed by several processes."""
_LONGEST_WAIT, _POLL_SECONDS = 10.0, 0.01
_FAR = 1 << 62
"""Windows locks ranges of bytes, and those that are locked cannot be read: one that no file has."""


def lock_descriptor(descriptor: int) -> None:
    """Lock the open file for this descriptor alone, until it is closed. Raises BlockingIOError where another has it,
    and OSError where files cannot be locked, as on some network file systems."""
    if sys.platform == "win32":  # not run
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Held while a file in `folder` is read, changed, and replaced: what another process or thread changes meanwhile
    would be lost. A thread may take it again while it has it.

    It is never waited for longer than some seconds, as for a process that was stopped in the middle of a change: then,
    and where files cannot be locked, the change is made without it."""

    def __init__(self, folder: Path, sleep: Callable[[float], object] = time.sleep) -> None:
        self._path, self._sleep = folder / FILE, sleep
        self._thread_lock = threading.RLock()
        self._depth, self._descriptor = 0, -1

    def __enter__(self) -> None:
        self._thread_lock.acquire()
        self._depth += 1
        if self._depth == 1:
            self._descriptor = self._open()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if not self._depth and self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._thread_lock.release()

    def _open(self) -> int:
        """The descriptor of the locked file; -1 without a lock."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            log.warning("no lock: %s", error)
            return -1
        for _unused in range(round(_LONGEST_WAIT / _POLL_SECONDS)):
            try:
                lock_descriptor(descriptor)
                return descriptor
            except BlockingIOError:
                self._sleep(_POLL_SECONDS)
            except OSError as error:
                log.warning("no lock on %s: %s", self._path, error)
                return descriptor
        log.warning("%s is held by another process; going on without it", self._path)
        return descriptor
