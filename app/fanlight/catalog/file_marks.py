"""What files of models are known by, whatever they are called: their size, and parts of what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fanlight.catalog.deadline import gather_within
from fanlight.domain.models import ModelFiles
from fanlight.domain.path_kinds import look_at

SECONDS = 2.0
"""For a folder that does not answer."""
_SAMPLE = 2**16
_ENDING = ".gguf"


@dataclass(frozen=True, slots=True)
class FileMarks:
    """Of a model's files; "" for one that was never read."""

    model: str = ""
    projector: str = ""


def marks_of(files: ModelFiles, before: FileMarks) -> FileMarks:
    """Of those that are there; of the others as it was `before`."""
    projector = file_mark(files.projector) if files.projector is not None else ""
    return FileMarks(file_mark(files.model) or before.model, projector or before.projector)


def file_mark(path: Path) -> str:
    """The size, and a sha256 of the beginning, the middle, and the end; "" where it cannot be read."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            digest = hashlib.sha256()
            for start in (0, max(0, size // 2 - _SAMPLE), max(0, size - _SAMPLE)):
                file.seek(start)
                digest.update(file.read(_SAMPLE))
    except (OSError, ValueError):
        return ""
    return f"{size} {digest.hexdigest()}"


def followed(files: ModelFiles, marks: FileMarks, seconds: float = SECONDS) -> ModelFiles:
    """With the new names of those that are missing and lie in the same folder; `files` where nothing is found, or the
    folder does not answer in time."""
    (found,) = gather_within(seconds, {"renamed": lambda: _where_now(files, marks)}).values()
    return found.items[0] if found.items else files


def _where_now(files: ModelFiles, marks: FileMarks) -> Iterator[ModelFiles]:
    projector = files.projector and (_renamed(files.projector, marks.projector) or files.projector)
    now = ModelFiles(_renamed(files.model, marks.model) or files.model, projector)
    if now != files:
        yield now


def _renamed(path: Path, mark: str) -> Path | None:
    """Where that file is now; None where it is in its place, or nowhere in its folder."""
    if not mark or not look_at(path).is_missing:
        return None
    size = int(mark.partition(" ")[0])
    try:
        beside = sorted(one for one in path.parent.iterdir() if one.suffix.lower() == _ENDING)
    except OSError:
        return None
    return next((one for one in beside if look_at(one).size == size and file_mark(one) == mark), None)
