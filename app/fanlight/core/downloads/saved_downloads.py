"""Which downloads are not finished: `downloads.json` in the user's folder, so that they can go on after a restart."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from fanlight.domain.download_lines import request_of, request_values
from fanlight.domain.downloads import DownloadRequest
from fanlight.edited_json import read_object, written
from fanlight.files import replace_file

log = logging.getLogger(__name__)

FILE = "downloads.json"


def read_saved(path: Path) -> list[DownloadRequest]:
    """Those that can be read; the others are fetched again when they are asked for again."""
    try:
        entries = read_object(path).values.get("downloads", [])
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        log.warning("the list of downloads at %s cannot be read: %s", path, error)
        return []
    found: dict[str, DownloadRequest] = {}
    for entry in entries if isinstance(entries, list) else []:
        try:
            request = request_of(entry)
            found[request.id] = request
        except ValueError as error:
            log.warning("a download at %s was not understood: %s", path, error)
    return list(found.values())


def write_saved(path: Path, requests: Iterable[DownloadRequest]) -> None:
    """A disk that is full costs what a restart would remember, and nothing else."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, written({"downloads": [request_values(request) for request in requests]}), mode=0o600)
    except OSError as error:
        log.warning("the list of downloads at %s is not saved: %s", path, error)
