"""Files that are replaced whole: a reader, a crash or a full disk finds the old content or the new, never a part."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)
_LONGEST_NAME = 200
"""Bytes of the name that the draft's name keeps: file systems allow 255."""


def replace_file(path: Path, data: bytes, *, mode: int = 0o666, durable: bool = False) -> None:
    """Write `data` to a draft beside `path`, flush it to the disk, and rename it over `path`.

    A symbolic link stays and its target is replaced; an existing file keeps its permissions, a new one gets `mode`
    minus the umask. A device or pipe is written to directly. `durable`: the name, too, survives a power cut once this
    returns. Raises OSError; then the old file is as it was and no draft is left.
    """
    target = Path(os.path.realpath(path))
    kept = _permissions(target)
    if kept is None:
        target.write_bytes(data)
        return
    draft = target.with_name(f".{_shortened(target.name)}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, kept or mode), "wb") as file:
            if kept:
                draft.chmod(kept)  # the umask has cut it
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError:
        _remove(draft)
        raise
    if durable:
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """The names in `folder` survive a power cut once this returns. Windows writes names with their files."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _permissions(target: Path) -> int | None:
    """Those of an existing file; 0 where there is none, None where it is no regular file."""
    try:
        found = target.stat().st_mode
    except FileNotFoundError:
        return 0
    return stat.S_IMODE(found) if stat.S_ISREG(found) else None


def _shortened(name: str) -> str:
    return os.fsdecode(os.fsencode(name)[:_LONGEST_NAME])


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself cannot be written to, so there is no draft


def shown_name(path: Path) -> str:
    """The file's name, with a mark for each byte of it that is no UTF-8."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
