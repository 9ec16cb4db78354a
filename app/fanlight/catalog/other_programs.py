"""Models that other programs have downloaded, used where they lie. Their files are read and never written.

Each file is checked as one of the user's own is; what cannot be used is left out, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from fanlight.catalog.deadline import gather_within
from fanlight.catalog.names import free_name
from fanlight.catalog.programs import gpt4all, hub, jan, llama_cpp, lm_studio, ollama
from fanlight.catalog.programs.candidates import Candidate, LeftOut
from fanlight.catalog.programs.places import Places
from fanlight.domain.errors import ModelError
from fanlight.domain.model_rows import UnusableModel
from fanlight.domain.models import NO_PROJECTOR, ModelSpec
from fanlight.gguf.check import check, check_model
from fanlight.gguf.header import peek
from fanlight.gguf.pair import choose_projector
from fanlight.i18n import _, format_number

SECONDS = 8.0
"""Without a word of a program's folder. The header of one model takes some tenths of a second on a busy machine."""


class Program(Protocol):
    NAME: str

    def models(self, places: Places) -> Iterator[Candidate | LeftOut]: ...


PROGRAMS: tuple[Program, ...] = (lm_studio, ollama, jan, llama_cpp, hub, gpt4all)
"""Of a model that two of them have, the first is its owner: llama.cpp's files may lie in the hub's cache."""

Identity = tuple[int, int]
"""Of a file, under whatever path: its device and number there."""


@dataclass(frozen=True, slots=True)
class FoundModel:
    """`spec.owner` is the program's name."""

    spec: ModelSpec
    identity: Identity
    repository: str = ""


@dataclass(frozen=True, slots=True)
class LookAround:
    models: tuple[FoundModel, ...] = ()
    left_out: tuple[UnusableModel, ...] = ()


def look_around(
    places: Places | None = None, programs: Sequence[Program] = PROGRAMS, seconds: float = SECONDS
) -> LookAround:
    """What other programs have. Blocks while folders are read, and up to `seconds` for one that does not
    answer: not for the GUI thread."""
    where = places or Places.of_this_user()
    by_name = {program.NAME: program for program in programs}
    gathered = gather_within(seconds, {name: partial(_examined, one, where) for name, one in by_name.items()})
    models: dict[Identity, FoundModel] = {}
    left_out: list[UnusableModel] = []
    for owner, found in gathered.items():
        for item in found.items:
            if isinstance(item, FoundModel):
                models.setdefault(item.identity, item)
            else:
                left_out.append(item)
        if not found.complete:
            left_out.append(_too_late(owner, where, seconds))
    return LookAround(tuple(models.values()), tuple(left_out))


def _too_late(owner: str, places: Places, seconds: float) -> UnusableModel:
    text = _("The models of {program} could not all be listed: nothing was heard of its folder for {seconds} seconds.")
    hint = _("If they are on a network drive, check that it can be reached.")
    reason = text.format(program=owner, seconds=format_number(round(seconds)))
    return UnusableModel(owner, "", places.home, reason, hint)


def _examined(program: Program, places: Places) -> Iterator[FoundModel | UnusableModel]:
    for found in program.models(places):
        if isinstance(found, LeftOut):
            yield found.as_model_of(program.NAME)
        else:
            yield from _usable(program.NAME, found)


def _usable(owner: str, candidate: Candidate) -> Iterator[FoundModel | UnusableModel]:
    model, name = candidate.model, candidate.name or candidate.model.name
    try:
        status = model.stat()
        if peek(model) == "clip":
            return  # a projector: it is found with its model
        check_model(model)
    except OSError:
        text = _("The file of {name} is gone: {path}.").format(name=name, path=model)
        yield UnusableModel(owner, name, model, text, _("Get the model again in {program}.").format(program=owner))
        return
    except ModelError as error:
        yield UnusableModel(owner, name, model, error.message, error.hint)
        return
    spec = ModelSpec.of_files(name, model, owner=owner)
    projector = choose_projector(model).projector if candidate.projector is None else candidate.projector
    if projector is not None and projector != NO_PROJECTOR:
        seeing = replace(spec, source=replace(spec.files, projector=projector))
        try:
            check(seeing)
            spec = seeing
        except ModelError as error:
            yield UnusableModel(owner, name, projector, error.message, error.hint)
    yield FoundModel(spec, (status.st_dev, status.st_ino), candidate.repository)


def identity_of(path: Path) -> Identity | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def own_names(found: Sequence[FoundModel], taken: Collection[str]) -> list[ModelSpec]:
    """The models, each under a name that no other has: where two have the same, the second has its owner's behind
    it."""
    used = {name.casefold() for name in taken}
    named = []
    for one in found:
        name = free_name(one.spec.name, one.spec.owner, used)
        used.add(name.casefold())
        named.append(replace(one.spec, name=name))
    return named
