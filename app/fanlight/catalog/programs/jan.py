"""Jan: `llamacpp/models/ID/model.yml` with `model_path` and `mmproj_path`, absolute or below the data folder; an ID may
have slashes (janhq/jan, extensions/llamacpp-extension/src/index.ts).

The data folder is JAN_DATA_FOLDER, else `data_folder` in settings.json, else Jan/data among the user's data
(src-tauri/src/core/app/commands.rs); of older versions ~/jan. Models that the user has imported lie elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fanlight.catalog.programs.candidates import Candidate, LeftOut, configured_folder, read_mapping, unreadable
from fanlight.catalog.programs.places import Places
from fanlight.domain.models import NO_PROJECTOR
from fanlight.domain.path_kinds import look_at
from fanlight.i18n import _

NAME = "Jan"
_DEPTH, _MOST_FOLDERS = 4, 2000


def models(places: Places) -> Iterator[Candidate | LeftOut]:
    for data in dict.fromkeys(_data_folders(places)):
        folder = data / "llamacpp" / "models"
        for found in _manifests(folder):
            yield found if isinstance(found, LeftOut) else _candidate(data, folder, found)


def _data_folders(places: Places) -> Iterator[Path]:
    if (named := places.named("JAN_DATA_FOLDER")) is not None:
        yield named
    for settings in (places.data / "Jan", places.data / "jan.ai.app", places.config / "Jan"):
        if (configured := configured_folder(settings / "settings.json", "data_folder")) is not None:
            yield configured
    yield places.data / "Jan" / "data"
    yield places.home / "jan"


def _manifests(folder: Path) -> Iterator[Path | LeftOut]:
    """Every model.yml; below a folder that has one there is no other."""
    waiting = [(folder, _DEPTH)]
    for _count in range(_MOST_FOLDERS):
        if not waiting:
            return
        place, levels = waiting.pop()
        if look_at(place / "model.yml").is_file:
            yield place / "model.yml"
            continue
        try:
            with os.scandir(place) as found:
                below = sorted(Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield unreadable(place, error)
            continue
        if levels:
            waiting += [(one, levels - 1) for one in reversed(below)]


def _candidate(data: Path, folder: Path, manifest: Path) -> Candidate | LeftOut:
    name = "/".join(manifest.parent.relative_to(folder).parts)
    try:
        entries = _entries(manifest)
    except OSError as error:
        return unreadable(manifest, error)
    except ValueError:
        return LeftOut(manifest, _("{path} does not describe a model.").format(path=manifest), _open_in_jan())
    model, projector = entries.get("model_path"), entries.get("mmproj_path")
    if not isinstance(model, str) or not model:
        return LeftOut(manifest, _("{path} does not describe a model.").format(path=manifest), _open_in_jan())
    given = entries.get("name")
    own = data / projector if isinstance(projector, str) and projector else NO_PROJECTOR
    return Candidate(given if isinstance(given, str) and given.strip() else name, data / model, own)


def _open_in_jan() -> str:
    return _("Open the model in Jan once, or import it there again.")


def _entries(manifest: Path) -> dict[str, Any]:
    """Raises OSError, and ValueError where it is not YAML."""
    import yaml  # where there is a model of Jan's alone

    try:
        return read_mapping(manifest, yaml.safe_load)
    except yaml.YAMLError as error:
        raise ValueError("no YAML") from error
