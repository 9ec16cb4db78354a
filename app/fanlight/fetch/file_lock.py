"""One process at a time writes a part: a lock on the file itself, which the system releases when the process ends."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from fanlight.locks import lock_descriptor

log = logging.getLogger(__name__)

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def lock_part(path: Path) -> int:
    """The descriptor of the file, made where it is missing. Raises BlockingIOError where another process has it, and
    OSError."""
    for _unused in range(100):
        descriptor = os.open(path, _FLAGS, 0o666)
        try:
            _lock(descriptor)
            if _is_still(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # whoever had it has finished it meanwhile, and renamed it
    raise BlockingIOError(path)


def _lock(descriptor: int) -> None:
    """Some network file systems have no locks: then there is none."""
    try:
        lock_descriptor(descriptor)
    except BlockingIOError:
        raise
    except OSError as error:
        log.warning("no lock: %s", error)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
