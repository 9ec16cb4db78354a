"""Processes that a model has ended, and how it is started after that: never again as it was when one died."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from fanlight.domain.models import ModelSpec
from fanlight.domain.placement import Placement
from fanlight.engine.driver_key import driver_key
from fanlight.engine.run_marker import ProcessDeath, take_deaths
from fanlight.files import replace_file
from fanlight.i18n import _
from fanlight.locks import FolderLock

log = logging.getLogger(__name__)

ProcessMode = Literal["automatic", "in-process", "separate"]
_MOST_KEPT = 64
_TOO_OFTEN = 2
"""So many deaths on the processor are the model's fault, not that of who ended Fanlight."""


@dataclass(frozen=True, slots=True)
class SafeStart:
    """`separate`: in a process of its own; `died_with`: what must not be tried again; `notice`: what happened, in a
    sentence, ""."""

    separate: bool = False
    died_with: tuple[Placement, ...] = ()
    notice: str = ""


def identity(spec: ModelSpec) -> str:
    return str(spec.files.model.absolute())


def safe_start(folder: Path, spec: ModelSpec, mode: ProcessMode, *, uses_cards: bool = True) -> SafeStart:
    """How to load `spec`, after what has happened with these drivers; processes that died since are taken note of. A
    graphics card on which any model has ended this process is not used in it again, where the choice is automatic."""
    with FolderLock(folder):
        return _safe_start(folder, spec, mode, uses_cards)


def _safe_start(folder: Path, spec: ModelSpec, mode: ProcessMode, uses_cards: bool) -> SafeStart:
    fresh = list(take_deaths(folder))
    known = [*_stored(folder), *fresh]
    model, driver = identity(spec), driver_key()

    def concerns(death: ProcessDeath) -> bool:
        by_card = mode == "automatic" and uses_cards and death.placement.on_card and not death.separate
        return death.driver == driver and (death.model == model or by_card)

    own = [death for death in known if concerns(death)]
    new = [death for death in own if not death.told]
    if fresh or new:
        others = [death for death in known if death not in own]
        _store(folder, [*others, *(replace(death, told=True) for death in own if _lasts(death))])
    here = [death for death in own if not death.separate]
    on_card = [death for death in here if death.placement.on_card]
    alone = [death for death in here if not death.placement.on_card and (death.loading or not death.told)]
    for_good = len(alone) >= _TOO_OFTEN or (mode != "in-process" and bool(on_card))
    separate = mode == "separate" or for_good or any(not death.told for death in alone)
    died_with = [death.placement for death in own if death.separate and death.loading]
    if mode == "in-process":
        died_with += [death.placement for death in on_card if death.loading or not death.told]
    notice = _told(new[-1], spec, separate=separate, for_good=for_good) if new else ""
    return SafeStart(separate, tuple(dict.fromkeys(died_with)), notice)


def avoided_placements(folder: Path, spec: ModelSpec) -> tuple[Placement, ...]:
    """Those that have ended a process of their own while they were loaded. Nothing is taken note of."""
    model, driver = identity(spec), driver_key()
    own = [one for one in _stored(folder) if (one.model, one.driver) == (model, driver)]
    return tuple(dict.fromkeys(one.placement for one in own if one.separate and one.loading))


def _lasts(death: ProcessDeath) -> bool:
    """Memory that was missing while it computed on the processor is there again some day."""
    return death.loading or death.placement.on_card


def _told(death: ProcessDeath, spec: ModelSpec, *, separate: bool, for_good: bool) -> str:
    if death.separate:
        said = _("The process of {model} ended ({where}).")
    elif death.loading:
        said = _("Fanlight ended while it loaded {model} ({where}).")
    else:
        said = _("Fanlight ended while {model} was computing ({where}).")
    where = ", ".join(death.placement.devices) if death.placement.on_card else _("on the processor")
    name = spec.name if death.model == identity(spec) else Path(death.model).stem
    words = said.format(model=name, where=where)
    if not separate or death.separate:
        return words
    if death.placement.on_card:
        after = _("From now on models use the graphics card in a process of their own.")
    elif for_good:
        after = _("From now on it runs in a process of its own.")
    else:
        after = _("Now it runs in a process of its own.")
    return f"{words} {after}"


def _stored(folder: Path) -> Iterator[ProcessDeath]:
    try:
        found = json.loads((folder / "deaths.json").read_text("utf-8"))
        for values in found:
            placed = values["placement"] | {"devices": tuple(values["placement"]["devices"])}
            yield ProcessDeath(**values | {"placement": Placement(**placed)})
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        log.debug("no more deaths are known")


def _store(folder: Path, deaths: Sequence[ProcessDeath]) -> None:
    try:
        replace_file(folder / "deaths.json", json.dumps([asdict(death) for death in deaths[-_MOST_KEPT:]]).encode())
    except OSError as error:
        log.warning("what happened cannot be kept: %s", error)
