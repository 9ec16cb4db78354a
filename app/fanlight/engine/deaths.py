"""Processes that a model has ended, and how it is started after that: never again as it was when one died."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from fanlight.domain.models import ModelSpec
from fanlight.domain.placement import Placement
from fanlight.engine.driver_key import driver_key
from fanlight.engine.run_marker import ProcessDeath, take_deaths
from fanlight.files import replace_file
from fanlight.i18n import _

log = logging.getLogger(__name__)

ProcessMode = Literal["automatic", "in-process", "separate"]
_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class SafeStart:
    """`separate`: in a process of its own; `died_with`: what must not be tried again; `notice`: what happened, in a
    sentence, ""."""

    separate: bool = False
    died_with: tuple[Placement, ...] = ()
    notice: str = ""


def identity(spec: ModelSpec) -> str:
    return str(spec.files.model.absolute())


def safe_start(folder: Path, spec: ModelSpec, mode: ProcessMode) -> SafeStart:
    """How to load `spec`, after what has happened with these drivers; processes that died since are taken note of."""
    fresh = list(take_deaths(folder))
    known = [*_stored(folder), *fresh]
    lasting = [death for death in known if death.loading or death.placement.on_card][-_MOST_KEPT:]
    if fresh:
        _store(folder, lasting)
    model, driver = identity(spec), driver_key()
    own = [death for death in (*lasting, *fresh) if death.model == model and death.driver == driver]
    in_process = [death for death in own if not death.separate]
    died_with = tuple(dict.fromkeys(death.placement for death in own if death.loading and _counts(death, mode)))
    new = next((death for death in reversed(fresh) if death.model == model), None)
    if mode == "in-process":
        separate = any(not death.placement.on_card for death in in_process)
        died_with += tuple(death.placement for death in fresh if death.model == model and death.placement.on_card)
    else:
        separate = mode == "separate" or bool(in_process)
    return SafeStart(separate, died_with, _told(new, spec, separate=separate) if new else "")


def _counts(death: ProcessDeath, mode: ProcessMode) -> bool:
    """Where a process of its own takes over, what ended this one may be tried there once."""
    return death.separate or mode == "in-process"


def _told(death: ProcessDeath, spec: ModelSpec, *, separate: bool) -> str:
    if death.loading:
        said = _("Fanlight ended while it loaded {model} ({where}).")
    else:
        said = _("Fanlight ended while {model} was computing ({where}).")
    if death.separate:
        said = _("The process of {model} ended ({where}).")
    where = ", ".join(death.placement.devices) if death.placement.on_card else _("on the processor")
    after = _("From now on it runs in a process of its own.") if separate and not death.separate else ""
    return f"{said.format(model=spec.name, where=where)} {after}".strip()


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
        replace_file(folder / "deaths.json", json.dumps([asdict(death) for death in deaths]).encode())
    except OSError as error:
        log.warning("what happened cannot be kept: %s", error)
