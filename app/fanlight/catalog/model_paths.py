"""The files of a model, as a person names one of them."""

from __future__ import annotations

from pathlib import Path

from fanlight.domain.errors import ModelMissing
from fanlight.domain.models import NO_PROJECTOR, ModelFiles, ModelSpec
from fanlight.domain.path_kinds import absolute_path, home_expanded, look_at, same_file
from fanlight.gguf.pair import choose_projector
from fanlight.gguf.split import parts
from fanlight.i18n import _


def chosen_projector(model: Path, projector: Path | None) -> Path | None:
    if projector == NO_PROJECTOR:
        return None
    return choose_projector(model).projector if projector is None else model_file(projector)


def model_file(path: Path) -> Path:
    """The absolute path of a file. Symbolic links are not resolved: the projector may be in the folder of the link.
    Raises ModelMissing."""
    path = absolute_path(home_expanded(path))
    found = look_at(path)
    if found.refusal:
        raise ModelMissing(found.refusal, _("Choose the .gguf file inside it.") if found.is_folder else None)
    return path


def first_part(path: Path) -> Path:
    """The first file of a model in several files."""
    first = parts(path)[0]
    return first if look_at(first).is_file else path


def is_in(spec: ModelSpec, path: Path) -> bool:
    """Whether the model is in this file, perhaps under another path."""
    return isinstance(spec.source, ModelFiles) and same_file(spec.source.model, path)
