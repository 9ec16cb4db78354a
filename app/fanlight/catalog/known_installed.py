"""A model of the catalog, or of the hub, among those that are here, whatever they are called there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from fanlight.catalog.hub_names import HubName, ends_with_tag
from fanlight.catalog.known_models import KnownModel, plain_name
from fanlight.domain.downloads import FileRole
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.file_names import name_of_file


def installed_as(known: KnownModel, models: Sequence[ModelSpec]) -> ModelSpec | None:
    """The first with its file, or with its name."""
    file, keys = known.file(FileRole.MODEL), known.keys
    spec = with_file(file.name, models) if file else None
    return spec or next((spec for spec in models if not spec.practice and plain_name(spec.name) in keys), None)


def with_file(name: str, models: Sequence[ModelSpec]) -> ModelSpec | None:
    """The first in a file of that name."""
    wanted = name.rpartition("/")[2].casefold()
    files = (spec for spec in models if isinstance(spec.source, ModelFiles))
    return next((spec for spec in files if spec.files.model.name.casefold() == wanted), None)


def known_in(path: Path, known: Iterable[KnownModel]) -> KnownModel | None:
    """Which model of the catalog is in that file: by its name, and by its size where that is known."""
    size = look_at(path).size
    for model in known:
        file = model.file(FileRole.MODEL)
        if file is not None and file.name.casefold() == path.name.casefold() and file.size_bytes in (None, size):
            return model
    return None


def from_repository(named: HubName, models: Sequence[tuple[ModelSpec, str]]) -> ModelSpec | None:
    """The first that is what was named, of those whose repository is known."""
    own = [spec for spec, repository in models if repository.casefold() == named.repository.casefold()]
    if named.file:
        return with_file(named.file, own)
    if not named.tag:
        return next(iter(own), None)
    return next((spec for spec in own if _has_tag(spec, named.tag)), None)


def _has_tag(spec: ModelSpec, tag: str) -> bool:
    """In the name of its file, of a part, or of its folder."""
    file = spec.files.model
    return ends_with_tag(name_of_file(file), tag) or ends_with_tag(file.parent.name, tag)
