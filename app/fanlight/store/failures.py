"""SQLite's and the file system's errors as StoreErrors."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanlight.domain.errors import DatabaseDamaged, DiskFull, StoreError
from fanlight.domain.os_errors import DISK_FULL, os_reason
from fanlight.i18n import _

SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What sqlite3 raises; the second where SQLite's own message quotes a damaged file, which is no text."""


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Errors of SQLite and of the file system in `folder` become StoreError, DiskFull or DatabaseDamaged."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DatabaseDamaged(_("The conversations file is damaged.")) from error
    except sqlite3.Error as error:
        raise _sentence(error, folder) from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise _disk_full() from error
        raise StoreError(
            _("The conversations on this computer cannot be reached: {reason}.").format(reason=os_reason(error))
        ) from error


def picture_gone() -> StoreError:
    return StoreError(_("The picture is no longer on this computer."), _("Add it again to ask about it."))


def _disk_full() -> DiskFull:
    return DiskFull(_("The disk is full: the conversation cannot be saved."))


def _sentence(error: sqlite3.Error, folder: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_FULL:
            return _disk_full()
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(
                _("The conversations file is locked by another program."),
                _("Close the program that has it open, for example a database browser or another Fanlight."),
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DatabaseDamaged(_("The conversations file is damaged."))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreError(
                _("The conversations cannot be saved."),
                _("Check the permissions of {folder}.").format(folder=folder),
            )
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN if _is_full(folder):
            return _disk_full()
        case _:
            return StoreError(_("The conversations cannot be read or written: {error}.").format(error=error))


def _is_full(folder: Path) -> bool:
    """SQLite reports an I/O error for some full disks and for quotas: a small write tells them apart."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(65536))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in DISK_FULL
    return False
