"""llama.cpp's own downloads (`-hf`): until 2026 files ORGANIZATION_REPOSITORY_FILE in one folder, and for each
repository and tag `manifest=ORGANIZATION=REPOSITORY=TAG.json`, which names the projector; since then the layout of the
hub's cache (ggml-org/llama.cpp, common/download.cpp and common/hf-cache.cpp).

The folder is LLAMA_CACHE, else llama.cpp in the user's cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fanlight.catalog.programs import hub
from fanlight.catalog.programs.candidates import Candidate, LeftOut, gguf_files, read_json
from fanlight.catalog.programs.places import Places
from fanlight.domain.models import NO_PROJECTOR
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.file_names import name_of_file

NAME = "llama.cpp"


def models(places: Places) -> Iterator[Candidate | LeftOut]:
    folder = places.named("LLAMA_CACHE") or places.cache / "llama.cpp"
    yield from hub.cached_models(folder)
    listed = _listed(folder)
    for file in gguf_files(folder, 0):
        if isinstance(file, LeftOut):
            yield file
        else:
            yield listed.get(file.name) or Candidate(name_of_file(file), file)


def _listed(folder: Path) -> dict[str, Candidate]:
    """The models that the manifests describe, by their files' names."""
    listed: dict[str, Candidate] = {}
    try:
        manifests = sorted(folder.glob("manifest=*=*=*.json"))
    except OSError:
        return listed
    for path in manifests:
        organization, repository, tag = path.name[:-5].split("=", 3)[1:]
        try:
            manifest = read_json(path)
        except (OSError, ValueError):
            continue  # the files are found without it
        start = f"{organization}_{repository}_"
        model, projector = _file(manifest, "ggufFile"), _file(manifest, "mmprojFile")
        if not model:
            continue
        own = folder / (start + projector) if projector else NO_PROJECTOR
        if own != NO_PROJECTOR and not look_at(own).is_file:
            own = NO_PROJECTOR  # it was downloaded for text alone
        name = f"{organization}/{repository}:{tag}"
        listed[start + model] = Candidate(name, folder / (start + model), own, f"{organization}/{repository}")
    return listed


def _file(manifest: Mapping[str, Any], key: str) -> str:
    """The name under which a file of the repository is stored; "" where it names none."""
    entry = manifest.get(key)
    name = entry.get("rfilename") if isinstance(entry, dict) else None
    return name.replace("/", "_").replace("\\", "_") if isinstance(name, str) else ""
