"""What is to be fetched for a model of the catalog: from where, and into which folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from fanlight.catalog.known_models import KnownFile, KnownModel
from fanlight.domain.amounts import size
from fanlight.domain.downloads import (
    HUB,
    DownloadFile,
    DownloadProgress,
    DownloadRequest,
    DownloadSwitched,
    DownloadWaiting,
    address_in,
    hub_address,
    is_address,
)
from fanlight.domain.errors import InputError
from fanlight.i18n import _, format_number, ngettext

FOLDER, VOICES = "models", "voices"
"""Of fetched models and of voices, in the user's folder."""


def hub_endpoint() -> str:
    """The hub, or the mirror of it that HF_ENDPOINT names, as for the hub's own programs. Raises InputError."""
    endpoint = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/")
    if endpoint and not is_address(endpoint):
        raise InputError(
            _("HF_ENDPOINT is “{value}”, and that is no address.").format(value=endpoint),
            _("Set it to an address that begins with https://, or remove it."),
        )
    return endpoint or HUB


def download_request(model: KnownModel, home: Path, mirrors: Sequence[str] = ()) -> DownloadRequest:
    """All files of `model`, into a folder of its own below `home`; voices into one. `mirrors` are laid out as the
    hub is, and tried first. Raises InputError."""
    endpoint = hub_endpoint()
    for mirror in mirrors:
        if not is_address(mirror):
            raise InputError(
                _("“{address}” is no address of a mirror.").format(address=mirror),
                _("Give an address that begins with https://."),
            )
    files = tuple(
        DownloadFile(file.role, file.name, _sources(file, endpoint, mirrors), file.sha256, file.size_bytes)
        for file in model.files
    )
    folder = home / VOICES if model.kind == "voice" else home / FOLDER / model.id
    return DownloadRequest(model.id, model.name, files, folder)


def _sources(file: KnownFile, endpoint: str, mirrors: Sequence[str]) -> tuple[str, ...]:
    """A hub that the user has chosen stands for all others: nothing else is connected to."""
    hubs = (*mirrors, endpoint)
    found = [hub_address(hub, file.repository, file.commit, file.path or file.name) for hub in hubs]
    if endpoint == HUB:
        found += [address_in(folder, file.name) for folder in file.mirrors]
    return tuple(dict.fromkeys(found))


def shown_progress(progress: DownloadProgress) -> str:
    """The visible line: "Connected to huggingface.co, 12 MB/s, 3 min left"."""
    speed = _("{size}/s").format(size=size(round(progress.bytes_per_second)))
    if progress.seconds_left is None:
        return _("Connected to {host}, {speed}").format(host=progress.host, speed=speed)
    left = shown_time(progress.seconds_left)
    return _("Connected to {host}, {speed}, {time} left").format(host=progress.host, speed=speed, time=left)


def shown_setback(event: DownloadWaiting | DownloadSwitched) -> str:
    """Why nothing comes, and what is done about it."""
    if isinstance(event, DownloadWaiting):
        return _("{reason} It is tried again.").format(reason=event.why)
    return _("{reason} It goes on from {host}.").format(reason=event.why, host=event.host)


def shown_about(seconds: float) -> str:
    """An estimate, as rough as it is: "5 s", "40 s", "3 min"."""
    step = 1 if seconds < 10 else 5 if seconds < 60 else 60
    return shown_time(max(1, round(seconds / step) * step))


def shown_time(seconds: float) -> str:
    """Roughly, for display: "40 s", "3 min", "2 h"."""
    if seconds < 60:
        return ngettext("{count} s", "{count} s", round(seconds)).format(count=format_number(round(seconds)))
    if seconds < 5400:
        minutes = round(seconds / 60)
        return ngettext("{count} min", "{count} min", minutes).format(count=format_number(minutes))
    hours = round(seconds / 3600)
    return ngettext("{count} h", "{count} h", hours).format(count=format_number(hours))
