"""A model of the catalog among those that are here, whatever they are called there."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.catalog.known_models import KnownModel, plain_name
from fanlight.domain.amounts import size
from fanlight.domain.downloads import FileRole
from fanlight.domain.errors import ModelMissing
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.i18n import _


def not_here(known: KnownModel) -> ModelMissing:
    """With the command that gets it."""
    command = f"fanlight models get {known.id}"
    if known.size_bytes is None:
        hint = _("Get it with: {command}").format(command=command)
    else:
        hint = _("Get it with: {command} ({size})").format(command=command, size=size(known.size_bytes))
    return ModelMissing(_("{model} is not on this computer yet.").format(model=known.name), hint)


def installed_as(known: KnownModel, models: Sequence[ModelSpec]) -> ModelSpec | None:
    """The first with its file, or with its name."""
    file, keys = known.file(FileRole.MODEL), known.keys
    name = file.name.casefold() if file else ""
    for spec in models:
        if isinstance(spec.source, ModelFiles) and spec.source.model.name.casefold() == name:
            return spec
    return next((spec for spec in models if not spec.practice and plain_name(spec.name) in keys), None)
