"""What a program's folders are said to hold: models that are still to be read, and what cannot be used."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.domain.model_rows import UnusableModel
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.split import parts
from fanlight.i18n import _

MOST_ENTRIES = 20_000
"""In the folders of one program: more is no collection of models."""
MOST_BYTES = 1 << 20
"""Of a file that lists models, or has settings."""
_UNFINISHED_ENDINGS = (".part", ".partial", ".incomplete", ".downloadinprogress", ".tmp", ".crdownload", ".download")
_UNFINISHED_STARTS = ("incomplete-", "downloading_")


@dataclass(frozen=True, slots=True)
class Candidate:
    """`name`: what its owner calls it. `projector` None: it is looked for in the model's folder, by its names;
    NO_PROJECTOR: there is none. `repository`: from where it was downloaded, where that is known."""

    name: str
    model: Path
    projector: Path | None = None
    repository: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`reason` is a sentence, `hint` says what to do about it."""

    path: Path
    reason: str
    hint: str = ""

    def as_model_of(self, owner: str) -> UnusableModel:
        """For a list of models; `owner` "" where no program has it."""
        return UnusableModel(owner, self.path.name, self.path, self.reason, self.hint)


def unfinished(path: Path) -> LeftOut:
    text = _("{file} is not downloaded completely.").format(file=path.name)
    return LeftOut(path, text, _("Let the program that downloads it finish."))


def gguf_files(folder: Path, depth: int) -> Iterator[Path | LeftOut]:
    """Model files in `folder` and in at most `depth` levels of folders below it, in the order of their names. Links to
    folders are followed; a folder is entered once. Of a model in several files only the first is given."""
    waiting, entered, entries = [(folder, depth)], set[tuple[int, int]](), 0
    while waiting:
        place, levels = waiting.pop()
        try:
            status = place.stat()
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            with os.scandir(place) as found:
                names = sorted(found, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            yield unreadable(place, error)
            continue
        entries += len(names)
        if entries > MOST_ENTRIES:
            yield LeftOut(folder, _("{path} has too many files to look through.").format(path=folder))
            return
        for entry in names:
            file = Path(entry.path)
            lower = entry.name.lower()
            if _is_unfinished(lower):
                yield unfinished(file)
            elif lower.endswith(".gguf"):
                if parts(file)[0] == file:
                    yield file
            elif levels and _is_folder(entry):
                waiting.append((file, levels - 1))


def unreadable(path: Path, error: Exception) -> LeftOut:
    reason = os_reason(error) if isinstance(error, OSError) else _("No file can have this name")
    text = _("{path} cannot be read: {reason}.").format(path=path, reason=reason)
    return LeftOut(path, text, _("Check that you may read it."))


def read_json(path: Path) -> dict[str, Any]:
    """Raises OSError, and ValueError where it is no object, or larger than such a file is."""
    return read_mapping(path, json.loads)


def read_mapping(path: Path, parse: Callable[[str], object]) -> dict[str, Any]:
    """As `parse` reads it, whose errors are passed on. Raises OSError, and ValueError where it is no mapping, or larger
    than such a file is."""
    if look_at(path).size > MOST_BYTES:
        raise ValueError("too large")
    try:
        found = parse(path.read_text("utf-8-sig"))
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(found, dict):
        raise ValueError("not a mapping")
    return found


def configured_folder(path: Path, key: str) -> Path | None:
    """The folder under `key` in a program's settings; None where there is none, or the settings cannot be read."""
    try:
        value = read_json(path).get(key)
    except (OSError, ValueError):
        return None
    return Path(value) if isinstance(value, str) and value and Path(value).is_absolute() else None


def _is_unfinished(name: str) -> bool:
    if ".gguf" not in name:
        return False
    return name.endswith(_UNFINISHED_ENDINGS) or name.startswith(_UNFINISHED_STARTS)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
