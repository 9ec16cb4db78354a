"""What was found out about the fastest way to compute a model, for each model, device, and driver."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from fanlight.domain.models import ModelSpec
from fanlight.domain.tuning import USUAL, Tuning
from fanlight.engine.deaths import identity
from fanlight.engine.driver_key import driver_key
from fanlight.files import replace_file
from fanlight.locks import FolderLock

log = logging.getLogger(__name__)

_FILE = "tuned.json"
_MOST_KEPT = 256


def stored_tuning(folder: Path, spec: ModelSpec) -> Tuning:
    """As usual, where nothing is known, and where it is of another file, driver, or processor."""
    found = _stored(folder).get(identity(spec))
    try:
        if isinstance(found, dict) and found["key"] == _key(spec):
            return _checked(found["tuning"])
    except (LookupError, TypeError, ValueError):
        log.debug("what is stored of a tuning cannot be used")
    return USUAL


def keep_tuning(folder: Path, spec: ModelSpec, tuning: Tuning) -> None:
    """Of no use after this where the folder cannot be written."""
    with FolderLock(folder):
        stored = _stored(folder)
        stored.pop(identity(spec), None)
        if tuning != USUAL:
            stored[identity(spec)] = {"key": _key(spec), "tuning": asdict(tuning)}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(folder / _FILE, json.dumps(dict(list(stored.items())[-_MOST_KEPT:])).encode())
        except OSError as error:
            log.warning("what was measured cannot be kept: %s", error)


def _checked(values: dict[str, Any]) -> Tuning:
    """Raises TypeError, ValueError."""
    tuning = Tuning(**values)
    for name, usual in asdict(USUAL).items():
        value = getattr(tuning, name)
        if type(value) is not type(usual) or (isinstance(value, int) and not 0 <= value <= 1024):
            raise ValueError(name)
    return tuning


def _key(spec: ModelSpec) -> str:
    try:
        found = spec.files.model.stat()
        file = f"{found.st_size} {found.st_mtime_ns}"
    except (OSError, ValueError):
        file = ""
    return f"{driver_key()} {psutil.cpu_count(logical=False)} {psutil.cpu_count()} {file}"


def _stored(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _FILE).read_text("utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError, RecursionError):
        return {}
