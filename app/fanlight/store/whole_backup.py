"""Everything of the user's as one file (`store/archive_file.py`), and back into any folder of Fanlight's.

    conversations.db      a copy of the database
    pictures/ab/abcd…     as they are kept
    settings.json, …      what else the user has made (`OTHERS`)

Restoring adds what is missing; nothing that is there is replaced or removed. Models are not in it: they are large, and
can be fetched again.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fanlight.domain.errors import DiskFull, ExportError, InputError, StoreError
from fanlight.domain.os_errors import DISK_FULL, os_reason
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.files import draft_of, remove_drafts, replace_file, sync_folder
from fanlight.i18n import _
from fanlight.store.archive_file import (
    SUMS,
    ArchivedFile,
    OneWay,
    damaged_archive,
    open_archive,
    sums_of,
    write_archive,
)
from fanlight.store.backup_leftovers import COPY, UNPACKED
from fanlight.store.blobs import Blobs
from fanlight.store.connection import connect_to_read, connect_whole
from fanlight.store.failures import SQLITE_ERRORS
from fanlight.store.opening import FILE
from fanlight.store.schema import MIGRATIONS

SUFFIX = ".fanlight-backup"
OTHERS = ("settings.json", "actions.toml", "catalog.toml", "models.json", "notes.md")
_PICTURE = re.compile(r"pictures/[0-9a-f]{2}/([0-9a-f]{64})")
_MOST_SUMS = 2**30

GoOn = Callable[[], bool]


class Stopped(Exception):
    """The user has stopped it; nothing is left of it."""


@dataclass(frozen=True, slots=True)
class UnpackedBackup:
    """`folder` has a checked database of the newest schema; `pictures` are whole."""

    folder: Path
    pictures: tuple[Path, ...]

    @property
    def database(self) -> Path:
        return self.folder / FILE

    def add_others(self, home: Path) -> list[str]:
        """Settings and the like, where there are none yet; which. Raises OSError."""
        added = []
        for name in OTHERS:
            source, target = self.folder / name, home / name
            if source.is_file() and not target.exists():
                replace_file(target, source.read_bytes(), mode=0o600, durable=True)
                added.append(name)
        return added


def check_place(place: Path, *, replace: bool) -> None:
    """Raises ExportError."""
    found = look_at(place)
    if found.is_folder or (not found.is_missing and not replace):
        raise ExportError(_("{path} exists already.").format(path=shortened(str(place))))


def write_backup(home: Path, copy: Path, place: Path, passphrase: str = "", go_on: GoOn = lambda: True) -> Path:
    """`copy` is one of the database, which is removed. Under another name until it is whole. Raises ExportError,
    DiskFull, Stopped."""
    draft = draft_of(place)
    remove_drafts(place)
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as target:
            write_archive(target, _going_on(_files(home, copy), go_on), passphrase)
            target.flush()
            os.fsync(target.fileno())
        draft.replace(place)
        sync_folder(place.parent)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _sentence(error, place) from error
        raise
    finally:
        copy.unlink(missing_ok=True)
    return place


def stream_backup(home: Path, copy: Path, stream: IO[bytes], passphrase: str = "") -> None:
    """As `write_backup`, into what cannot be taken back or gone back in, without a file between. Raises OSError,
    StoreError."""
    try:
        write_archive(OneWay(stream), _files(home, copy), passphrase)
        stream.flush()
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def unpacked(path: Path, home: Path, passphrase: str = "", go_on: GoOn = lambda: True) -> Iterator[UnpackedBackup]:
    """Beside the user's own files for as long as this is open: decrypted text is on no other disk. Raises InputError,
    DiskFull, StoreError for one of a newer Fanlight, Stopped."""
    found = look_at(path)
    if not found.is_file:
        raise InputError(found.refusal)
    folder = Path(tempfile.mkdtemp(prefix=UNPACKED, dir=home))
    try:
        try:
            pictures = tuple(_unpack(path, folder, passphrase, go_on))
            _check_database(path, folder / FILE)
        except OSError as error:
            if error.errno in DISK_FULL:
                raise DiskFull(_("The disk is full: the backup was not restored.")) from error
            reason = os_reason(error)
            raise InputError(
                _("{path} cannot be read: {reason}.").format(path=shortened(str(path)), reason=reason)
            ) from error
        yield UnpackedBackup(folder, pictures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files(home: Path, copy: Path) -> Iterator[ArchivedFile]:
    """The database first: what it names is known then. A picture that is lost is left out."""
    yield FILE, copy
    blobs = Blobs(home / "pictures")
    for name in sorted(_pictures_of(copy)):
        if blobs.holds(name):
            yield f"pictures/{name[:2]}/{name}", blobs.path(name)
    for other in OTHERS:
        if (home / other).is_file():
            yield other, home / other


def _pictures_of(database: Path) -> set[str]:
    with closing(connect_to_read(database)) as connection:
        rows = connection.execute("SELECT DISTINCT CAST(sha256 AS TEXT) FROM part WHERE sha256 IS NOT NULL")
        return {str(name) for (name,) in rows}


def _going_on(files: Iterator[ArchivedFile], go_on: GoOn) -> Iterator[ArchivedFile]:
    for file in files:
        if not go_on():
            raise Stopped
        yield file


def _unpack(path: Path, folder: Path, passphrase: str, go_on: GoOn) -> Iterator[Path]:
    """The pictures in it. Only what a backup has is taken, under its own name; all else is left. Raises InputError
    where something is missing, or is not as it was written."""
    found: dict[str, str] = {}
    expected: dict[str, str] = {}
    with open_archive(path, passphrase) as archive:
        for member in archive:
            if not go_on():
                raise Stopped
            source = archive.extractfile(member) if member.isfile() else None
            picture = _PICTURE.fullmatch(member.name)
            if source is not None and member.name == SUMS:
                expected = sums_of(source.read(_MOST_SUMS))
            elif source is not None and (picture or member.name in (FILE, *OTHERS)):
                target = folder / (picture[1] if picture else member.name)
                found[member.name] = _copy(source, target)
                if picture and found[member.name] == picture[1]:
                    yield target
    if not found or found != expected:
        raise damaged_archive(path)


def _copy(source: IO[bytes], target: Path) -> str:
    """Returns its sha256."""
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while data := source.read(2**20):
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def _check_database(path: Path, database: Path) -> None:
    """Whole, Fanlight's own, and brought up to date."""
    if not database.is_file():
        raise damaged_archive(path)
    try:
        connection = connect_whole(database, database.parent / "copies", MIGRATIONS, may_be_new=False)
        with closing(connection):
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except (*SQLITE_ERRORS, StoreError) as error:
        if isinstance(error, StoreError) and type(error) is StoreError:
            raise  # of a newer Fanlight
        raise damaged_archive(path) from error


def _sentence(error: OSError, place: Path) -> ExportError | DiskFull:
    if error.errno in DISK_FULL:
        return DiskFull(_("The disk is full: the backup was not made."))
    folder = shortened(str(place.parent))
    if not look_at(place.parent).is_folder:
        return ExportError(_("The folder {folder} does not exist.").format(folder=folder))
    return ExportError(_("{folder} is not writable: {reason}.").format(folder=folder, reason=os_reason(error)))


def new_copy(home: Path) -> Path:
    """Where a copy of the database is put for a backup."""
    return home / f"{COPY}{os.getpid()}.db"
