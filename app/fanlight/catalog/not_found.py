"""What is said where a model is not here, or cannot be had so: with what helps."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from fanlight.catalog.hub_names import HubName
from fanlight.catalog.known_models import KnownModel
from fanlight.catalog.names import near_names
from fanlight.domain.amounts import size
from fanlight.domain.errors import InputError, ModelMissing
from fanlight.domain.models import ModelSpec
from fanlight.domain.path_kinds import shortened
from fanlight.i18n import _


def not_here(known: KnownModel) -> ModelMissing:
    """With the command that gets it."""
    command = f"fanlight models get {known.id}"
    if known.size_bytes is None:
        hint = _("Get it with: {command}").format(command=command)
    else:
        hint = _("Get it with: {command} ({size})").format(command=command, size=size(known.size_bytes))
    return ModelMissing(_("{model} is not on this computer yet.").format(model=known.name), hint)


def not_fetched(named: HubName, asked: str) -> ModelMissing:
    """With the command that looks what there is, and gets it."""
    what = named.file or (f"{named.repository}:{named.tag}" if named.tag else named.repository)
    command = f"fanlight models get {shlex.quote(asked.strip())}"
    return ModelMissing(
        _("{model} is not on this computer yet.").format(model=shortened(what)),
        _("Get it with: {command}").format(command=command),
    )


def no_hub_address(address: str, host: str) -> InputError:
    return InputError(
        _("“{address}” is no address of a model on {host}.").format(address=shortened(address), host=host),
        _("Give the address of its page, or search for its name."),
    )


def no_model_called(name: str, models: Sequence[ModelSpec]) -> ModelMissing:
    commands = _(
        "`fanlight models list` shows the models that are here, `fanlight models catalog` those that can be fetched."
    )
    near = near_names(name, [spec.name for spec in models])
    return ModelMissing(
        _("There is no model called “{name}”.").format(name=shortened(name)), f"{near} {commands}".strip()
    )


def not_registered(spec: ModelSpec) -> InputError:
    if not spec.owner:
        return InputError(
            _("{name} is installed as a package of Python, not added to the list.").format(name=spec.name),
            _("Its file stays available until the package is removed with pip."),
        )
    return InputError(
        _("The model {name} belongs to {program}; Fanlight only uses it.").format(name=spec.name, program=spec.owner),
        _("Remove it in {program}.").format(program=spec.owner),
    )
