"""Opening the database of a folder: the one that is there, a new one, or what can be brought back."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.errors import DatabaseDamaged, DatabaseForeign
from fanlight.i18n import _
from fanlight.store.aside import resume
from fanlight.store.backups import Backups
from fanlight.store.blobs import Blobs
from fanlight.store.connection import connect_whole, is_damage
from fanlight.store.recovery import recover

FILE = "conversations.db"


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """`notice`: what had to be brought back, in sentences; "" where nothing had to."""

    connection: sqlite3.Connection
    notice: str = ""


def open_store(folder: Path, blobs: Blobs, migrations: Sequence[str]) -> OpenedStore:
    """Raises sqlite3.Error, StoreError and OSError; then nothing was changed."""
    path = folder / FILE
    if path.is_symlink() and not path.exists():  # a disk that is not there now: not a reason to begin anew
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    notice = ""
    if (aside := resume(path)) is not None:
        notice = recover(path, _("The conversations file was damaged."), blobs, migrations, aside)
    elif why := _missing(path, blobs):
        notice = recover(path, why, blobs, migrations)
    try:
        return OpenedStore(connect_whole(path, folder / "backups", migrations), notice)
    except (sqlite3.DatabaseError, DatabaseDamaged) as error:
        if notice or not is_damage(error):
            raise
        why = _("The conversations file was damaged.")
        if isinstance(error, DatabaseForeign):
            why = _("The conversations file belonged to another program.")
    notice = recover(path, why, blobs, migrations)
    return OpenedStore(connect_whole(path, folder / "backups", migrations), notice)


def _missing(path: Path, blobs: Blobs) -> str:
    """Why there is no database although something of one is there; "" where there is one, or never was."""
    there = path.exists()
    if there and (not path.is_file() or path.stat().st_size > 0):
        return ""
    log = path.with_name(path.name + "-wal")
    if not (log.exists() or Backups(path.parent / "backups").files() or blobs.names()):
        return ""
    return _("The conversations file was empty.") if there else _("The conversations file was missing.")
