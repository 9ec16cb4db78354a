"""`fanlight models list | add | remove`."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import dataclass
from typing import Any

import psutil

from fanlight import compose
from fanlight.catalog import fit
from fanlight.cli.output import OK, complain, json_text
from fanlight.cli.streams import put
from fanlight.domain.errors import ModelError
from fanlight.domain.models import ModelAddress, ModelFiles, ModelSpec
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.pair import choose_projector
from fanlight.gguf.split import parts
from fanlight.i18n import _


@dataclass(frozen=True, slots=True)
class ModelRow:
    spec: ModelSpec
    chosen: bool
    can: str
    size_bytes: int
    fits: bool
    words: str


def show(options: argparse.Namespace) -> int:
    settings = compose.settings()
    free = int(psutil.virtual_memory().available)
    rows = [_row(spec, settings.model, settings.context_tokens, free) for spec in compose.catalog().models()]
    put(json_text([_plain(row) for row in rows]) if options.json else _table(rows))
    return OK


def add(options: argparse.Namespace) -> int:
    spec = compose.catalog().add(options.file, options.projector, options.name)
    if spec.files.projector:
        text = _("{model} is ready. It supports pictures, with the projector {projector}.")
        put(text.format(model=spec.name, projector=spec.files.projector.name))
    else:
        put(_("{model} is ready. It is text-only: it has no projector.").format(model=spec.name))
    if options.projector is None and (doubt := choose_projector(spec.files.model).doubt):
        complain(doubt)
    put(_("Try it: {command}").format(command=f"fanlight ask --model {shlex.quote(spec.name)} QUESTION"))
    return OK


def remove(options: argparse.Namespace) -> int:
    compose.catalog().remove(options.name)
    put(_("{model} was removed from the list; its files are where they were.").format(model=options.name))
    return OK


def _row(spec: ModelSpec, chosen: str, context_tokens: int, free_bytes: int) -> ModelRow:
    """A model whose files are gone or broken has a row, too, with the error in its last column."""
    if isinstance(spec.source, ModelAddress):
        return ModelRow(spec, spec.name == chosen, fit.abilities(spec), 0, True, spec.source.url)
    files = [*parts(spec.files.model), *([spec.files.projector] if spec.files.projector else [])]
    size = sum(look_at(file).size for file in files)
    try:
        judged = fit.judge(spec, free_bytes, context_tokens)
        words = f"{judged.words}; {spec.about}" if spec.about else judged.words
        return ModelRow(spec, spec.name == chosen, fit.abilities(spec), size, judged.fits, words)
    except ModelError as error:
        return ModelRow(spec, spec.name == chosen, _("nothing"), size, False, error.message)


def _plain(row: ModelRow) -> dict[str, Any]:
    projector = row.spec.source.projector if isinstance(row.spec.source, ModelFiles) else None
    return {
        "name": row.spec.name,
        "chosen": row.chosen,
        "can": row.can,
        "size_bytes": row.size_bytes,
        "fits": row.fits,
        "words": row.words,
        "practice": row.spec.practice,
        "model": row.spec.location,
        "projector": str(projector) if projector else None,
    }


def _table(rows: list[ModelRow]) -> str:
    if not rows:
        return _("There are no models. Add one with `fanlight models add FILE.gguf`.")
    lines = [(_("NAME"), _("CAN"), _("SIZE"), _("FITS"))]
    lines += [
        (row.spec.name + (" *" if row.chosen else ""), row.can, fit.size(row.size_bytes), row.words) for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    shown = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]]) for line in lines
    ]
    if any(row.chosen for row in rows):
        shown.append(_("* is used unless you name another."))
    return "\n".join(line.rstrip() for line in shown)
