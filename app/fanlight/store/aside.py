"""A database that could not be read, kept whole in a folder of its own, with the list of the pictures it may name.

folder/damaged-20261129-144500/conversations.db    as it was, with its log
folder/damaged-20261129-144500/pictures.txt        the pictures of that time, which stay as long as this list
folder/damaged-20261129-144500/unfinished          while what can be read is not in its new place yet
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from fanlight.files import replace_file, sync_folder

log = logging.getLogger(__name__)

_PICTURES, _UNFINISHED = "pictures.txt", "unfinished"
_ENDS = ("-wal", "-shm", "-journal", "")


def set_aside(path: Path, pictures: Collection[str]) -> Path:
    """Move the database with its logs into a new folder beside it; the new place of `path`, where there may be only a
    log. The folder is marked until `finish`: a process that ends meanwhile leaves all that `resume` needs."""
    folder = _new_folder(path.parent)
    moving = [path.name + end for end in _ENDS if path.with_name(path.name + end).exists()]
    replace_file(folder / _PICTURES, "\n".join(sorted(pictures)).encode(), mode=0o600)
    replace_file(folder / _UNFINISHED, "\n".join(moving).encode(), mode=0o600, durable=True)
    _move(moving, path.parent, folder)
    return folder / path.name


def resume(path: Path) -> Path | None:
    """The database that was set aside by a process that ended before it had brought anything back; moves what it had
    not moved yet. None where there is none."""
    for marker in sorted(path.parent.glob(f"damaged-*/{_UNFINISHED}"), reverse=True):
        moving = _names_in(marker, path)
        left = [name for name in moving if not (marker.parent / name).exists()]
        if path.exists() and path.name not in left:  # only the mark is left of it
            finish(marker.parent / path.name)
            continue
        _move(left, path.parent, marker.parent)
        return marker.parent / path.name
    return None


def finish(aside: Path) -> None:
    """What could be read of it is in its new place."""
    (aside.parent / _UNFINISHED).unlink(missing_ok=True)


def put_back(aside: Path, path: Path) -> None:
    """Undo `set_aside`: nothing could be put in its place."""
    _move([path.name + end for end in _ENDS], aside.parent, path.parent)
    for name in (_PICTURES, _UNFINISHED):
        (aside.parent / name).unlink(missing_ok=True)
    aside.parent.rmdir()


def pictures_of_asides(folder: Path) -> set[str]:
    """The pictures that databases set aside in `folder` may name."""
    return {name for file in folder.glob(f"damaged-*/{_PICTURES}") for name in _text_of(file).split()}


def _names_in(marker: Path, path: Path) -> list[str]:
    """The files that were to be moved; all that there may be where the list itself is damaged."""
    known = [path.name + end for end in _ENDS]
    return [name for name in known if name in _text_of(marker).split("\n")] or known


def _text_of(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def _move(names: Iterable[str], source: Path, target: Path) -> None:
    """Logs before the database: as long as that is in its place, its log is in one of the two."""
    for name in names:
        with suppress(FileNotFoundError):  # a program that closes the database removes its log
            (source / name).replace(target / name)
    sync_folder(target)
    sync_folder(source)


def _new_folder(parent: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    folder = parent / f"damaged-{stamp}"
    number = 1
    while folder.exists():
        number += 1
        folder = parent / f"damaged-{stamp}-{number}"
    folder.mkdir(mode=0o700)
    return folder
