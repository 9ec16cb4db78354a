"""A lock on a file, one per window and home. The system releases it when the process ends, however it ends."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from fanlight.locks import lock_descriptor

log = logging.getLogger(__name__)


class FileLock:
    """Held until `release` or the end of the process; threads and children do not share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Whether it is held now. True where files cannot be locked: the database has a lock of its own."""
        if self._file is not None:
            return True
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("no lock: %s", error)
            return True
        try:
            lock_descriptor(file)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError as error:
            log.warning("no lock on %s: %s", self._path, error)
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
