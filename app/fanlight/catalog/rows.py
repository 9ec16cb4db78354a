"""One line of a list of models: what a model can do, how large it is, whether it fits."""

from __future__ import annotations

from pathlib import Path

import psutil

from fanlight.catalog import fit
from fanlight.domain.errors import ModelError, ModelMissing
from fanlight.domain.model_rows import ModelRow
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.check import check
from fanlight.gguf.model_names import stated_name
from fanlight.gguf.split import parts
from fanlight.i18n import _


def free_memory() -> int:
    return int(psutil.virtual_memory().available)


def describe(spec: ModelSpec, context_tokens: int, free_bytes: int, own_files: Path | None = None) -> ModelRow:
    """Reads headers. A model whose files are gone or broken has a line, too, with the error in its words. Files in
    `own_files` are Fanlight's own."""
    if not isinstance(spec.source, ModelFiles):
        return ModelRow(spec, fit.abilities(spec), 0, True, spec.source.url)
    size = sum(look_at(file).size for file in files_of(spec.source))
    is_own = own_files is not None and spec.source.model.is_relative_to(own_files)
    try:
        checked = check(spec)
        judged = fit.judge(checked, free_bytes, context_tokens)
    except ModelError as error:
        words = error.message
        if isinstance(error, ModelMissing) and look_at(spec.source.model).is_missing:
            words = " ".join((words, _("Add it from where it is now: it keeps its name.")))
        return ModelRow(spec, _("nothing"), size, False, words, usable=False, is_own_file=is_own)
    title = stated_name(checked.model)
    words = f"{judged.words}; {spec.about}" if spec.about else judged.words
    return ModelRow(
        spec,
        fit.abilities(spec),
        size,
        judged.fits,
        words,
        title,
        is_own_file=is_own,
        needs_bytes=judged.needs_bytes,
    )


def files_of(source: ModelFiles) -> list[Path]:
    """All files of a model; those of a split one that are missing, too."""
    return [*parts(source.model), *([source.projector] if source.projector else [])]
