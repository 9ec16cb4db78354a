"""What lists of models say, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fanlight.catalog.answer_time import answer_time
from fanlight.catalog.choices import needed_bytes, suits
from fanlight.catalog.computer import Computer
from fanlight.catalog.download_requests import shown_about
from fanlight.catalog.known_models import KnownModel
from fanlight.core.model_list import RemovedModel
from fanlight.domain.amounts import size
from fanlight.domain.hub import HubHit
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.domain.models import ModelAddress, ModelSpec
from fanlight.domain.path_kinds import look_at
from fanlight.gguf.memory import fit_together
from fanlight.i18n import _, format_number, ngettext


def model_caption(spec: ModelSpec) -> str:
    return _("Practice model (shapes and numbers)") if spec.practice else spec.name


Line = ModelRow | UnusableModel | KnownModel


def shown_name(line: Line) -> str:
    if isinstance(line, KnownModel):
        return line.name
    return model_caption(line.spec) if isinstance(line, ModelRow) else line.name or line.owner


def shown_size(line: Line) -> str:
    count = look_at(line.path).size if isinstance(line, UnusableModel) else line.size_bytes
    return size(count) if count else ""


def shown_state(line: Line, is_open: bool, computer: Computer, *, is_for_captures: bool = False) -> str:
    """Whether it fits, and why; of what can be fetched, how fast it would be."""
    if isinstance(line, UnusableModel):
        return _("cannot be used: {reason}").format(reason=line.reason)
    if isinstance(line, KnownModel):
        return _shown_need(line, computer)
    if is_open:
        return _("open now")
    if is_for_captures:
        return _("for captures; {fit}").format(fit=line.words)
    return line.words if line.usable else _("cannot be used: {reason}").format(reason=line.words)


def _shown_need(model: KnownModel, computer: Computer) -> str:
    needed = needed_bytes(model)
    has = size(computer.memory_bytes)
    if not model.tier_gb and needed is None:
        return ""
    if not suits(model, computer):
        if model.tier_gb:
            text = _("too large: needs a computer with {needed} GB, this one has {memory}")
            return text.format(needed=format_number(model.tier_gb), memory=has)
        text = _("too large: needs about {needed}, this computer has {memory}")
        return text.format(needed=size(needed or 0), memory=has)
    time = answer_time(model, computer)
    if time is None:
        return _("fits")
    return _("fits; answers in about {time} here").format(time=shown_about(time.seconds))


def shown_part(is_here: bool, is_used: bool) -> str:
    """Of a speech model, a voice, or an embedder."""
    if not is_here:
        return ""
    return _("in use") if is_used else _("here; not in use")


def shown_part_details(part: KnownModel, folder: Path) -> str:
    """Of one that is here, below the list."""
    return "\n".join((part.shown_good_at, _("It is in {folder}.").format(folder=folder)))


def shown_speed(model: KnownModel, computer: Computer) -> str:
    """How soon it answers here; "" where that cannot be said."""
    time = answer_time(model, computer)
    if time is None:
        return ""
    if time.on_card:
        text = _("Answers in about {time} here, on the graphics card.")
    else:
        text = _("Answers in about {time} here.")
    return text.format(time=shown_about(time.seconds))


def shown_owner(line: Line) -> str:
    if isinstance(line, UnusableModel):
        return line.owner
    if isinstance(line, KnownModel):
        return _("to download")
    if line.spec.practice or line.is_own_file:
        return "Fanlight"
    if isinstance(line.spec.source, ModelAddress):
        return _("your server")
    return line.spec.owner or _("your file")


def shown_details(line: Line | None) -> str:
    """Of the line that is chosen, below the list: lines of their own for what it can do, and where it is."""
    if line is None:
        return ""
    if isinstance(line, UnusableModel):
        return "\n".join(filter(None, (f"{line.reason} {line.hint}".strip(), str(line.path))))
    if isinstance(line, KnownModel):
        return "\n".join((line.shown_good_at, shown_terms(line)))
    takes = (
        _("{fit}. It takes: {kinds}").format(fit=_capital(line.words), kinds=line.can) if line.usable else line.words
    )
    made = _("its maker calls it {name}").format(name=line.title) if line.title else ""
    owned = _("The files belong to {program}; Fanlight only reads them.").format(program=line.spec.owner)
    named = "; ".join(filter(None, (takes, made if line.title != line.spec.name else "")))
    return "\n".join(filter(None, (f"{named.rstrip('.')}.", owned if line.spec.owner else "", line.spec.location)))


def shown_sharing(row: ModelRow, others: Sequence[ModelRow], computer: Computer) -> str:
    """What happens in memory with the model for captures, `row`, and that for conversations, in `others`."""
    if not computer.memory_bytes:  # not read yet
        return _("It answers captures.")
    together = fit_together([row.needs_bytes, *(other.needs_bytes for other in others)], computer.memory_bytes)
    if together:
        return _("It answers captures. It fits into memory beside the model for conversations.")
    return _(
        "It answers captures. Both models do not fit into memory: each leaves it while the other one answers, and is "
        "loaded again for the next question."
    )


def shown_terms(model: KnownModel) -> str:
    """What getting it takes: size, memory, licence."""
    memory, licence = format_number(model.tier_gb), model.licence
    if model.size_bytes is not None and not model.tier_gb:
        return _("{size} to download. License: {license}").format(size=size(model.size_bytes), license=licence)
    if model.size_bytes is None:
        text = _("For computers with {memory} GB or more. License: {license}")
        return text.format(memory=memory, license=licence)
    text = _("{size} to download, for computers with {memory} GB or more. License: {license}")
    return text.format(size=size(model.size_bytes), memory=memory, license=licence)


def shown_popularity(hit: HubHit) -> str:
    """Of a repository on the hub, in a line."""
    count = format_number(hit.downloads)
    used = ngettext("{count} download", "{count} downloads", hit.downloads).format(count=count)
    changed = _("changed {date}").format(date=hit.updated) if hit.updated else ""
    gated = _("terms must be accepted") if hit.is_gated else ""
    return ", ".join(filter(None, (used, changed, gated)))


def shown_hub_model(model: KnownModel) -> str:
    """Of a model that was found on the hub: its files, what it takes, its licence."""
    files = ", ".join(
        f"{file.name} ({size(file.size_bytes)})" if file.size_bytes is not None else file.name for file in model.files
    )
    takes = _("Takes text and pictures.") if "pictures" in model.inputs else _("Takes text alone.")
    licence = _("License: {license}").format(license=model.licence or _("license not said"))
    return "\n".join((files, f"{takes} {licence}"))


def shown_removal(removed: RemovedModel) -> str:
    """What became of its files."""
    name, owner = removed.spec.name, removed.spec.owner
    if removed.files:
        return _("{name} was removed; its files are in the trash.").format(name=name)
    if owner:
        text = _("{name} was removed from the list; its files belong to {program} and stay.")
        return text.format(name=name, program=owner)
    return _("{name} was removed from the list; its files stay where they are.").format(name=name)


def searched_text(line: Line) -> str:
    """What the filter of the list looks into."""
    match line:
        case ModelRow(spec=spec, title=title):
            more = f"{spec.location} {title}"
        case KnownModel(id=known_id, good_at=good_at):
            more = f"{known_id} {good_at}"
        case UnusableModel(path=path):
            more = str(path)
    return f"{shown_name(line)} {shown_owner(line)} {more}".casefold()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
