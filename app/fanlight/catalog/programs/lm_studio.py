"""LM Studio: `models/PUBLISHER/REPOSITORY/FILE.gguf`, the projector beside the model.

Its home is named by ~/.lmstudio-home-pointer, else ~/.lmstudio or, of older versions, ~/.cache/lm-studio
(lmstudio-ai/lmstudio-js, `findLMStudioHome`); another folder for models is `downloadsFolder` in its settings.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fanlight.catalog.programs.candidates import MOST_BYTES, Candidate, LeftOut, configured_folder, gguf_files
from fanlight.catalog.programs.places import Places
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.file_names import name_of_file

NAME = "LM Studio"
_DEPTH = 4
"""Publisher, repository, and what people sort below them."""


def models(places: Places) -> Iterator[Candidate | LeftOut]:
    for folder in dict.fromkeys(_folders(places)):
        for found in gguf_files(folder, _DEPTH):
            yield found if isinstance(found, LeftOut) else _candidate(folder, found)


def _folders(places: Places) -> Iterator[Path]:
    for home in _homes(places):
        if (chosen := configured_folder(home / "settings.json", "downloadsFolder")) is not None:
            yield chosen
        yield home / "models"


def _homes(places: Places) -> Iterator[Path]:
    pointer = places.home / ".lmstudio-home-pointer"
    try:
        if 0 < look_at(pointer).size < MOST_BYTES:
            named = Path(pointer.read_text("utf-8-sig").strip())
            if named.is_absolute():
                yield named
    except (OSError, ValueError):
        pass  # as without a pointer
    yield places.home / ".lmstudio"
    yield places.home / ".cache" / "lm-studio"


def _candidate(folder: Path, file: Path) -> Candidate:
    between = file.parent.relative_to(folder).parts
    return Candidate(name_of_file(file), file, repository="/".join(between[:2]) if len(between) > 1 else "")
