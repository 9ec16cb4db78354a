"""What lists of models say, in words."""

from __future__ import annotations

from fanlight.catalog.fit import size
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.domain.models import ModelSpec
from fanlight.domain.path_kinds import look_at
from fanlight.i18n import _


def model_caption(spec: ModelSpec) -> str:
    return _("Practice model (shapes and numbers)") if spec.practice else spec.name


def shown_name(line: ModelRow | UnusableModel) -> str:
    return model_caption(line.spec) if isinstance(line, ModelRow) else line.name or line.owner


def shown_size(line: ModelRow | UnusableModel) -> str:
    count = line.size_bytes if isinstance(line, ModelRow) else look_at(line.path).size
    return size(count) if count else ""


def shown_state(line: ModelRow | UnusableModel, is_open: bool) -> str:
    if isinstance(line, UnusableModel):
        return _("cannot be used: {reason}").format(reason=line.reason)
    if is_open:
        return _("open now")
    return line.words if line.usable else _("cannot be used: {reason}").format(reason=line.words)


def shown_owner(line: ModelRow | UnusableModel) -> str:
    if isinstance(line, UnusableModel):
        return line.owner
    if line.spec.practice or line.is_own_file:
        return "Fanlight"
    return line.spec.owner or _("your file")


def shown_details(line: ModelRow | UnusableModel | None) -> str:
    """Of the line that is chosen, below the list: lines of their own for what it can do, and where it is."""
    if line is None:
        return ""
    if isinstance(line, UnusableModel):
        return "\n".join(filter(None, (f"{line.reason} {line.hint}".strip(), str(line.path))))
    takes = _("Takes: {kinds}").format(kinds=line.can) if line.usable else line.words
    made = _("its maker calls it {name}").format(name=line.title) if line.title else ""
    owned = _("The files belong to {program}; Fanlight only reads them.").format(program=line.spec.owner)
    named = "; ".join(filter(None, (takes, made if line.title != line.spec.name else "")))
    return "\n".join(filter(None, (f"{named}.", owned if line.spec.owner else "", line.spec.location)))
