"""The answers of a batch, on disk one by one: whatever ends the run, the next one goes on behind them.

JSON Lines, an answer a line, each with the key of its question (`key_of`). The first file is beside the output. Where a
file cannot grow any more (a full disk, a limit) the answers go on in another: beside it, in the cache, or in the
folder for temporary files, whichever has room.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fanlight import paths
from fanlight.domain.errors import InputError
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.files import shortened_name, sync_folder
from fanlight.i18n import _
from fanlight.ipc.instance_lock import FileLock

log = logging.getLogger(__name__)

SYNC_SECONDS = 1.0
"""A power cut costs the answers of so much time. A process that is killed loses none."""
MOST_FILES = 10_000
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

Result = dict[str, Any]


class AnswerJournal:
    """`known` are the answers of earlier runs by key. One thread adds; nothing that goes wrong here is raised."""

    def __init__(self, places: list[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self._places, self._clock = places, clock
        self._lock = FileLock(places[0]) if os.name != "nt" else None  # there a locked file cannot be written to
        self._file: int | None = None
        self._path = places[0]
        self._full: Path | None = None
        self._is_new = True
        self._untrusted: set[Path] = set()
        self._length = 0
        self._pending: list[bytes] = []
        self._unsynced: list[bytes] = []
        self._synced_at = clock()
        self.known: dict[str, Result] = {}

    def open(self, *, restart: bool = False, read: bool = True) -> None:
        """Read what earlier runs have left; `restart` deletes it; `read` False adds to it unseen. Raises InputError
        while another run writes there."""
        if self._lock is not None and not self._lock.acquire():
            raise InputError(
                _("Another run is writing these answers: {path} is in use.").format(
                    path=shortened(str(self._places[0]))
                ),
                _("Wait for its end, or name another output."),
            )
        for path in self._existing():
            if restart:
                _empty(path)
            elif read:
                self.known |= _read_answers(path)

    def add(self, key: str, result: Result) -> None:
        """On disk when this returns, wherever there is room; where there is none, tried again with the next."""
        self._pending.append(json.dumps({"key": key} | result).encode() + b"\n")
        self._write_pending()
        if self._clock() - self._synced_at >= SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """A power cut takes nothing any more of what was added."""
        self._synced_at = self._clock()
        if not self._sync_file():
            self._write_pending()

    def files(self) -> list[Path]:
        """Those with answers in them."""
        return [path for path in self._existing() if look_at(path).size]

    def finish(self) -> None:
        """All answers are where they belong: the files are deleted, also those of earlier runs."""
        self._pending.clear()
        self._unsynced.clear()
        self._leave_file()
        for path in self._existing():
            _unlink(path)
        self.close()

    def close(self) -> None:
        """The answers stay for the next run."""
        self.sync()
        self._leave_file()
        for place in self._places:
            for path in reversed(list(_numbered(place))):
                if look_at(path).size:
                    break
                _unlink(path)
        if self._lock is not None:
            self._lock.release()

    def _write_pending(self) -> None:
        while self._pending:
            if not self._write(self._pending[0]) and not self._write_elsewhere(self._pending[0]):
                return
            self._unsynced.append(self._pending.pop(0))

    def _write(self, line: bytes) -> bool:
        """Whether all of it is in the file that is open; a part of a line is taken back."""
        if self._file is None:
            return False
        try:
            if os.write(self._file, line) == len(line):
                self._length += len(line)
                return True
            os.ftruncate(self._file, self._length)
        except OSError as error:
            log.warning("answers no longer fit into %s: %s", self._path, error)
        return False

    def _write_elsewhere(self, line: bytes) -> bool:
        """Go on in the first other file that takes the line."""
        if self._file is not None:
            self._full = self._path
        if not self._sync_file():
            line = self._pending[0]
        for path in self._possible():
            if self._enter_file(path):
                if self._write(line):
                    return True
                if not self._length and path != self._places[0]:  # which is locked
                    _unlink(path)
        self._leave_file()
        return False

    def _sync_file(self) -> bool:
        """False where that fails: what was written since the last time is to be written again."""
        if self._file is None:
            return True
        try:
            os.fsync(self._file)
            if self._is_new:
                sync_folder(self._path.parent)  # the name, too
                self._is_new = False
        except OSError as error:  # a quota, or a disk behind a network, may be full only now
            log.warning("answers could not be synced to %s: %s", self._path, error)
            self._untrusted.add(self._path.parent)
            self._leave_file()
            self._pending[:0] = self._unsynced
            self._unsynced.clear()
            return False
        self._unsynced.clear()
        return True

    def _enter_file(self, path: Path) -> bool:
        self._leave_file()
        self._is_new = not look_at(path).size
        try:
            self._file, self._path = os.open(path, _FLAGS, 0o600), path
            self._length = os.fstat(self._file).st_size
        except OSError:
            return False
        return not _is_torn(path) or self._write(b"\n")

    def _leave_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _possible(self) -> list[Path]:
        """In each place the last file there is, and a new one; at last where writing has failed without a word."""
        files: list[Path] = []
        for place in sorted(self._places, key=lambda place: place.parent in self._untrusted):
            used = list(_numbered(place))
            files += [path for path in used[-1:] if path != self._full]
            files.append(_name(place, len(used) + 1))
        return files

    def _existing(self) -> list[Path]:
        return [path for place in self._places for path in _numbered(place) if look_at(path).is_file]


def kept_places(about: str, beside: Path | None = None) -> list[Path]:
    """Where the answers of the run that `about` names may be kept on their way, the best place first: beside the file
    `beside` that they are for."""
    mark = f"{zlib.crc32(about.encode('utf-8', 'backslashreplace')):08x}"
    places: list[Path] = []
    if beside is not None:
        name = shortened_name(beside.name)
        places.append(beside.with_name(f"{name if name == beside.name else f'{name}.{mark}'}.journal"))
    try:
        folder = paths.cache() / "batch"
        folder.mkdir(mode=0o700, exist_ok=True)
        places.append(folder / f"{mark}.journal")
    except OSError as error:
        log.warning("no journal in the cache: %s", error)
    user = os.getuid() if hasattr(os, "getuid") else ""
    places += [Path(folder) / f"fanlight-{user}-{mark}.journal" for folder in _temporary_folders()]
    return places


def _temporary_folders() -> list[str]:
    """The second is in memory: better than nothing where all disks are full."""
    try:
        return [tempfile.gettempdir(), *(["/dev/shm"] if look_at(Path("/dev/shm")).is_folder else [])]
    except OSError:
        return []


def _numbered(place: Path) -> Iterator[Path]:
    """The files of a place, as far as there are any."""
    for number in range(1, MOST_FILES):
        path = _name(place, number)
        if look_at(path).is_missing:
            return
        yield path


def _name(place: Path, number: int) -> Path:
    return place if number == 1 else place.with_name(f"{place.name}.{number}")


def _read_answers(path: Path) -> dict[str, Result]:
    """By key. A line that is cut off, as a kill may leave the last, is left out."""
    answers: dict[str, Result] = {}
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as file:
            if hasattr(os, "getuid") and os.fstat(descriptor).st_uid != os.getuid():
                return {}  # somebody else's, in the folder for temporary files
            for line in file:
                try:
                    result = json.loads(line)
                    answers[result.pop("key")] = result
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    continue
    except OSError as error:
        log.warning("answers in %s cannot be read: %s", path, error)
    return answers


def _is_torn(path: Path) -> bool:
    """Whether the file ends inside a line."""
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:  # empty
        return False


def _empty(path: Path) -> None:
    try:
        os.truncate(path, 0)
    except OSError as error:
        log.warning("%s stays: %s", path, error)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s stays: %s", path, error)
