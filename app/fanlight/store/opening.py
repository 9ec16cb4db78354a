"""Opening the database of a folder: the one that is there, a new one, or what can be brought back."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.errors import DatabaseDamaged, DatabaseEmpty, DatabaseForeign
from fanlight.i18n import _
from fanlight.store.aside import resume
from fanlight.store.backups import Backups
from fanlight.store.blobs import Blobs
from fanlight.store.connection import connect_whole, is_damage
from fanlight.store.recovery import recover
from fanlight.store.wal_pages import holds_transactions

FILE = "conversations.db"
SMALLEST = 512
"""Bytes: a page of SQLite's is not smaller."""


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """`notice`: what had to be brought back, in sentences; "" where nothing had to."""

    connection: sqlite3.Connection
    notice: str = ""


def open_store(folder: Path, blobs: Blobs, migrations: Sequence[str], *, check_indexes: bool = False) -> OpenedStore:
    """Raises sqlite3.Error, StoreError and OSError; then nothing was changed."""
    path = folder / FILE
    if path.is_symlink() and not path.exists():  # a disk that is not there now: not a reason to begin anew
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    notice = ""
    if (aside := resume(path)) is not None:
        notice = recover(path, _("The conversations file was damaged."), blobs, migrations, aside)
    elif why := _missing(path, blobs):
        notice = recover(path, why, blobs, migrations)
    may_be_new = bool(notice) or not _is_anything_there(path, blobs)
    try:
        connection = connect_whole(
            path, folder / "backups", migrations, may_be_new=may_be_new, check_indexes=check_indexes
        )
        return OpenedStore(connection, notice)
    except (sqlite3.DatabaseError, DatabaseDamaged, UnicodeDecodeError) as error:
        if notice or not is_damage(error):
            raise
        why = _why(error)
    notice = recover(path, why, blobs, migrations)
    return OpenedStore(connect_whole(path, folder / "backups", migrations), notice)


def _missing(path: Path, blobs: Blobs) -> str:
    """Why there is no database although something of one is there; "" where there is one, or never was."""
    size = path.stat().st_size if path.is_file() else None
    if (size is None and path.exists()) or (size is not None and size >= SMALLEST):
        return ""
    if size:  # SQLite takes some of these for a new one
        return _("The conversations file was damaged.")
    if not _is_anything_there(path, blobs):
        return ""
    return _("The conversations file was missing.") if size is None else _("The conversations file was empty.")


def _is_anything_there(path: Path, blobs: Blobs) -> bool:
    """Of a database that there was: transactions in its log, a backup, a picture."""
    log = path.with_name(path.name + "-wal")
    return holds_transactions(log) or bool(Backups(path.parent / "backups").files()) or bool(blobs.names())


def _why(error: Exception) -> str:
    match error:
        case DatabaseForeign():
            return _("The conversations file belonged to another program.")
        case DatabaseEmpty():
            return _("The conversations file was empty.")
        case _:
            return _("The conversations file was damaged.")
