"""`fanlight models list | add | rename | remove`."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import Any

from fanlight import compose
from fanlight.catalog import fit
from fanlight.catalog.rows import describe, free_memory
from fanlight.catalog.servers import model_address
from fanlight.cli.output import OK, complain, json_text
from fanlight.cli.streams import put
from fanlight.domain.downloads import host_of
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.domain.models import ModelFiles
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.pair import choose_projector
from fanlight.i18n import _


def show(options: argparse.Namespace) -> int:
    settings, catalog, free = compose.settings(), compose.catalog(), free_memory()
    others, left_out = catalog.of_other_programs()
    catalog.follow_renamed()
    rows = [describe(spec, settings.context_tokens, free) for spec in (*catalog.models(), *others)]
    chosen = catalog.current_name(settings.model)
    if options.json:
        put(json_text([*(_plain(row, chosen) for row in rows), *map(_plain_left_out, left_out)]))
    else:
        put("\n".join([_table(rows, chosen), *_left_out_lines(left_out)]))
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


def add_server(options: argparse.Namespace) -> int:
    source = model_address(options.address, options.model, supports_images=not options.text_only)
    spec = compose.catalog().add_server(source, options.name)
    put(_("{model} is in the list. What is asked with it is sent to {host}.").format(
        model=spec.name, host=host_of(source.url)
    ))  # fmt: skip
    put(_("Try it: {command}").format(command=f"fanlight ask --model {shlex.quote(spec.name)} QUESTION"))
    return OK


def rename(options: argparse.Namespace) -> int:
    spec = compose.catalog().rename(options.name, options.new_name)
    put(_("The model is called {model} now.").format(model=spec.name))
    return OK


def remove(options: argparse.Namespace) -> int:
    spec = compose.catalog().remove(options.name)
    if spec.owner:
        text = _("{model} was removed from the list; its files belong to {program} and are where they were.")
        put(text.format(model=spec.name, program=spec.owner))
    else:
        put(_("{model} was removed from the list; its files are where they were.").format(model=spec.name))
    return OK


def _plain(row: ModelRow, chosen: str) -> dict[str, Any]:
    projector = row.spec.source.projector if isinstance(row.spec.source, ModelFiles) else None
    return {
        "name": row.spec.name,
        "chosen": row.spec.name == chosen,
        "can": row.can,
        "size_bytes": row.size_bytes,
        "fits": row.fits,
        "words": row.words,
        "practice": row.spec.practice,
        "owner": row.spec.owner or None,
        "model": row.spec.location,
        "projector": str(projector) if projector else None,
    }


def _plain_left_out(one: UnusableModel) -> dict[str, Any]:
    """As a model that can do nothing, for the reason that `words` gives."""
    return {
        "name": one.name or one.owner,
        "chosen": False,
        "can": _("nothing"),
        "size_bytes": look_at(one.path).size,
        "fits": False,
        "words": one.reason,
        "practice": False,
        "owner": one.owner,
        "model": str(one.path),
        "projector": None,
    }


def _table(rows: Sequence[ModelRow], chosen: str) -> str:
    if not rows:
        return _("There are no models. Add one with `fanlight models add FILE.gguf`.")
    lines = [(_("NAME"), _("CAN"), _("SIZE"), _("FROM"), _("FITS"))]
    for row in rows:
        name = row.spec.name + (" *" if row.spec.name == chosen else "")
        lines.append((name, row.can, fit.size(row.size_bytes), row.spec.owner, row.words))
    columns = [0, 1, 2, *([3] if any(line[3] for line in lines[1:]) else [])]
    widths = {column: max(len(line[column]) for line in lines) for column in columns}
    shown = ["  ".join([*(line[column].ljust(widths[column]) for column in columns), line[4]]) for line in lines]
    if any(row.spec.name == chosen for row in rows):
        shown.append(_("* is used unless you name another."))
    return "\n".join(line.rstrip() for line in shown)


def _left_out_lines(left_out: Sequence[UnusableModel]) -> list[str]:
    if not left_out:
        return []
    lines = ["", _("Of other programs, these cannot be used:")]
    for one in left_out:
        named = _("{model} ({program}): {reason}").format(model=one.name, program=one.owner, reason=one.reason)
        lines.append(f"  {named if one.name else one.reason} {one.hint}".rstrip())
    return lines
