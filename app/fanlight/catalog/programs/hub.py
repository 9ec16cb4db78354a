"""The hub's cache, which many programs share: `models--ORGANIZATION--REPOSITORY/snapshots/COMMIT/FILE`, links to
`../../blobs/…`; `refs/main` names the commit in use (huggingface.co/docs/hub/local-cache).

The folder is HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME/hub, XDG_CACHE_HOME/huggingface/hub, or
~/.cache/huggingface/hub, on every system.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from fanlight.catalog.programs.candidates import Candidate, LeftOut, gguf_files, unreadable
from fanlight.catalog.programs.places import Places
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.file_names import name_of_file

NAME = "Hugging Face"
_START, _DEPTH, _MOST_REPOSITORIES = "models--", 3, 2000


def models(places: Places) -> Iterator[Candidate | LeftOut]:
    yield from cached_models(_folder(places))


def cached_models(folder: Path) -> Iterator[Candidate | LeftOut]:
    """Those of a folder in this layout."""
    try:
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found if entry.name.startswith(_START))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        yield unreadable(folder, error)
        return
    for name in names[:_MOST_REPOSITORIES]:
        repository = name.removeprefix(_START).replace("--", "/")
        snapshot = _snapshot(folder / name)
        for file in gguf_files(snapshot, _DEPTH) if snapshot else ():
            yield (
                file
                if isinstance(file, LeftOut)
                else Candidate(_name(file, snapshot, repository), file, repository=repository)
            )


def _folder(places: Places) -> Path:
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if (named := places.named(variable)) is not None:
            return named
    if (home := places.named("HF_HOME")) is not None:
        return home / "hub"
    cache = places.named("XDG_CACHE_HOME") or places.home / ".cache"
    return cache / "huggingface" / "hub"


def _snapshot(repository: Path) -> Path | None:
    """The commit that main stands for; else the one that was fetched last."""
    snapshots = repository / "snapshots"
    try:
        main = (repository / "refs" / "main").read_text("ascii").strip()
        if main.isalnum() and look_at(snapshots / main).is_folder:
            return snapshots / main
    except (OSError, ValueError):
        pass  # of a repository that was fetched by a commit's number
    try:
        with os.scandir(snapshots) as found:
            dated = sorted((entry.stat().st_mtime, entry.name) for entry in found if entry.is_dir())
    except OSError:
        return None
    return snapshots / dated[-1][1] if dated else None


def _name(file: Path, snapshot: Path | None, repository: str) -> str:
    """The file's; that of its repository where it says nothing, for the folder is a commit's number."""
    if file.parent != snapshot:
        return name_of_file(file)
    return name_of_file(Path(repository.rpartition("/")[2].removesuffix("-GGUF"), file.name))
