"""Servers of the user's own: their addresses, as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable

from fanlight.catalog.names import checked_name, free_name
from fanlight.catalog.registrations import Registrations
from fanlight.domain.downloads import host_of, is_address
from fanlight.domain.errors import InputError
from fanlight.domain.models import ModelAddress, ModelFiles, ModelSpec
from fanlight.i18n import _

_TAIL = re.compile(r"(?i)/+(v1(/+(chat/+completions|models))?)?/*$")


def model_address(address: str, model: str, *, supports_images: bool, has_key: bool = False) -> ModelAddress:
    """Without the paths that follow the address in OpenAI's protocol. Raises InputError."""
    written = address.strip()
    if not written:
        raise InputError(
            _("The server needs an address."), _("Give it as http://HOST:PORT, for example http://localhost:8080.")
        )
    if "://" not in written:
        written = f"http://{written}"
    url = _TAIL.sub("", written)
    if not is_address(url) or "?" in url or "#" in url:
        raise InputError(
            _("“{address}” is no address of a server.").format(address=address.strip()),
            _("Give it as http://HOST:PORT, for example http://localhost:8080."),
        )
    if not (name := model.strip()) or not name.isprintable():
        raise InputError(
            _("The server needs the name of a model."),
            _("Give it as the server lists it under {url}/v1/models.").format(url=url),
        )
    return ModelAddress(url, name, supports_images, has_key)


def register_server(
    registered: Registrations,
    source: ModelAddress,
    name: str | None,
    taken_besides: Callable[[ModelSpec | None], set[str]],
) -> ModelSpec:
    """One that is registered already keeps its name, or gets the new one. Raises InputError, StoreError."""
    known = next((spec for spec in registered.specs() if _is_same(spec, source)), None)
    taken = taken_besides(known)
    if name is not None:
        name = checked_name(name, taken)
    else:
        name = known.name if known else free_name(source.model, host_of(source.url), taken)
    if known and known.name != name:
        registered.rename(known.name, name)
    spec = ModelSpec(name, source)
    registered.add_or_replace(spec)
    return spec


def place_of(spec: ModelSpec) -> str:
    """What tells it from others of its name: its folder, or its server."""
    return spec.files.model.parent.name if isinstance(spec.source, ModelFiles) else host_of(spec.source.url)


def _is_same(spec: ModelSpec, source: ModelAddress) -> bool:
    return isinstance(spec.source, ModelAddress) and (spec.source.url, spec.source.model) == (source.url, source.model)
