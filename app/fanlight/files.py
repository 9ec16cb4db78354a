"""Files that are replaced whole: a reader, a crash or a full disk finds the old content or the new, never a part."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from fanlight.domain.path_kinds import absolute_path

_BINARY = getattr(os, "O_BINARY", 0)
_STANDARD = ("/dev/stdin", "/dev/stdout", "/dev/stderr")
_DESCRIPTOR = re.compile(r"/(?:dev|proc/self|proc/thread-self)/fd/(\d+)")
_MOST_LINKS = 40
DRAFT_SECONDS = 60
"""Without a change, after which a draft is left over where its process is gone."""
READER_SECONDS, _POLL_SECONDS = 10.0, 0.05
_NOTHING_BESIDE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)
"""The folder cannot be written to, or another file system is mounted on the file alone, as containers do."""
_LONGEST_NAME = 200
"""Bytes of the name that the draft's name keeps: file systems allow 255."""


def replace_file(path: Path, data: bytes, *, mode: int = 0o666, durable: bool = False) -> None:
    """Write `data` to a draft beside `path`, flush it to the disk, and rename it over `path`.

    A symbolic link stays and its target is replaced; an existing file keeps its permissions, a new one gets `mode`
    minus the umask. A device or pipe is written to directly. `durable`: the name, too, survives a power cut once this
    returns. Raises OSError; then the old file is as it was and no draft is left.
    """
    kept = _permissions(path)
    if kept is None:
        _write_to_device(path, data)
        return
    target = Path(os.path.realpath(path))
    draft = draft_of(target)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, kept or mode), "wb") as file:
            if kept:
                draft.chmod(kept)  # the umask has cut it
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:  # a signal, too
        _remove(draft)
        raise
    if durable:
        sync_folder(target.parent)


def draft_of(place: Path) -> Path:
    """Under which this process writes what is to be at `place`, beside it."""
    return place.with_name(f".{shortened_name(place.name)}.{os.getpid()}.new")


def remove_drafts(place: Path) -> None:
    """Drafts of processes that were killed while they wrote them: those of a backup may be as large as all that is
    kept. One that has just been written to may be another computer's. Never raises."""
    pattern = re.compile(rf"\.{re.escape(shortened_name(place.name))}\.(\d+)\.new")
    with suppress(OSError):
        for left in place.parent.iterdir():
            match = pattern.fullmatch(left.name)
            if match and time.time() - left.stat().st_mtime > DRAFT_SECONDS and not _runs(int(match[1])):
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    _remove(left)


def place_file(descriptor: int, draft: Path, target: Path) -> None:
    """Make `draft`, whose open descriptor is given and is closed here, the file `target`, in one step and for good.
    Raises OSError; then it is the draft still."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)  # Windows renames no open file
    draft.replace(target)
    sync_folder(target.parent)


def write_output(path: Path, data: bytes) -> None:
    """Write what a person asked for to where he asked for it. A device, a pipe, or an open descriptor is written to. A
    file is replaced whole; in place where nothing can be written beside it. Raises OSError."""
    if (descriptor := open_descriptor(path)) is not None:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
        return
    try:
        replace_file(path, data)
        _sync_name(path)
    except OSError as error:
        if error.errno not in _NOTHING_BESIDE or not path.is_file() or not os.access(path, os.W_OK):
            raise
        path.write_bytes(data)


def open_descriptor(path: Path) -> int | None:
    """The descriptor of this process that /dev/stdout, /dev/fd/3, or a link to one of them stands for. To open it by
    its path would begin a file anew to which the shell appends, and fails for a socket."""
    place = _plain_path(path)
    for _unused in range(_MOST_LINKS):
        if str(place) in _STANDARD:
            return _STANDARD.index(str(place))
        if match := _DESCRIPTOR.fullmatch(str(place)):
            return int(match[1])
        try:
            place = _plain_path(place.parent / place.readlink())
        except (OSError, ValueError):
            return None
    return None


def without_waiting(path: str, flags: int) -> int:
    """An `opener` for `open`: a pipe that has taken a file's place is not waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def open_stream(path: Path) -> IO[bytes]:
    """A device, a pipe, or an open descriptor, to be written to. Raises OSError."""
    descriptor = open_descriptor(path)
    return os.fdopen(os.dup(descriptor) if descriptor is not None else _open_device(path), "wb")


def copy_to_stream(source: Path, path: Path) -> None:
    """What is in a file into a device, a pipe, or an open descriptor. Raises OSError."""
    with source.open("rb") as content, open_stream(path) as file:
        shutil.copyfileobj(content, file)


def _write_to_device(path: Path, data: bytes) -> None:
    with os.fdopen(_open_device(path), "wb") as file:
        file.write(data)


def _open_device(path: Path) -> int:
    """A pipe without a reader is not waited for without end: after READER_SECONDS it is OSError with ENXIO."""
    until = time.monotonic() + READER_SECONDS
    while True:
        try:
            descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
            break
        except OSError as error:
            if error.errno != errno.ENXIO or not path.is_fifo() or time.monotonic() >= until:
                raise
        time.sleep(_POLL_SECONDS)
    os.set_blocking(descriptor, True)
    return descriptor


def _plain_path(path: Path) -> Path:
    return Path(os.path.normpath(absolute_path(path)))


def sync_folder(folder: Path) -> None:
    """The names in `folder` survive a power cut once this returns. Windows writes names with their files."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_name(path: Path) -> None:
    """What the file was made from is deleted next. Not every file system can do this."""
    try:
        sync_folder(Path(os.path.realpath(path)).parent)
    except OSError:
        return


def _permissions(target: Path) -> int | None:
    """Those of an existing file; 0 where there is none, None where it is no regular file: a device, a pipe."""
    try:
        found = target.stat().st_mode
    except FileNotFoundError:
        return 0
    return stat.S_IMODE(found) if stat.S_ISREG(found) else None


def shortened_name(name: str) -> str:
    """The beginning of `name`, with room for an ending of up to 55 bytes."""
    return os.fsdecode(os.fsencode(name)[:_LONGEST_NAME])


def _runs(process: int) -> bool:
    """Windows is not asked: what asks there would end it."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # another user's
    return True


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself cannot be written to, so there is no draft


def shown_name(path: Path) -> str:
    """The file's name, with a mark for each byte of it that is no UTF-8."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
