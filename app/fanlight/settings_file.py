"""The settings on disk: JSON in `paths.home()`, replaced in one step.

An invalid value (edited by hand, from another version) falls back to its default, and unknown keys are kept for the
version that uses them."""

from __future__ import annotations

import logging
from dataclasses import fields
from pathlib import Path
from typing import Any

from fanlight.domain.errors import StoreError
from fanlight.domain.setting_fields import fits
from fanlight.edited_json import (
    keep_broken,
    partly_unusable_settings,
    read_object,
    unreadable_settings,
    written,
)
from fanlight.files import replace_file
from fanlight.locks import FolderLock
from fanlight.settings import Settings

log = logging.getLogger(__name__)

FILE_NAME = "settings.json"
"""In `paths.home()`."""


def load_settings(path: Path) -> Settings:
    """As `read_settings`; what is wrong in the file is logged only."""
    return read_settings(path)[0]


def read_settings(path: Path) -> tuple[Settings, StoreError | None]:
    """The settings in `path`, defaults for the rest, and what in the file cannot be used. A copy of such a file
    stays beside it as `settings.broken`."""
    try:
        stored = read_object(path)
    except FileNotFoundError:
        return Settings(), None
    except (ValueError, OSError) as error:
        log.warning("settings at %s cannot be read (%s); using defaults", path, error)
        return Settings(), unreadable_settings(path, error)
    usable = {item.name: stored.values[item.name] for item in fields(Settings) if item.name in stored.values}
    wrong = [item.name for item in fields(Settings) if item.name in usable and not fits(item, usable[item.name])]
    settings = Settings(**{name: value for name, value in usable.items() if name not in wrong})
    unusable = [*stored.broken, *wrong]
    return settings, partly_unusable_settings(path, unusable) if unusable else None


def save_settings(settings: Settings, path: Path, before: Settings | None = None) -> None:
    """Only what is otherwise than `before`, which was in the file: what somebody has written there meanwhile stays.
    Raises OSError; then the old file is unchanged. One that cannot be read now may hold other settings than the
    defaults that apply meanwhile: it is not replaced."""
    with FolderLock(path.parent):
        _save(settings, path, before)


def _save(settings: Settings, path: Path, before: Settings | None) -> None:
    kept: dict[str, Any] = {}
    try:
        found = read_object(path)
        kept = found.values
        if not found.is_json:
            keep_broken(path)
    except FileNotFoundError:
        pass
    except ValueError:
        keep_broken(path)
    for item in fields(settings):
        value = getattr(settings, item.name)
        is_changed = before is None or getattr(before, item.name) != value
        if is_changed or item.name not in kept or not fits(item, kept[item.name]):
            kept[item.name] = value
    replace_file(path, written(kept))


def stored_language(home: Path) -> str:
    """The language chosen in the settings of the folder `home`; "" (the system's) where nothing can be read. For texts
    before, or without, reading all settings: nothing is logged or renamed."""
    try:
        language = read_object(home / FILE_NAME).values.get("language")
    except (OSError, ValueError):
        return ""
    return language if isinstance(language, str) else ""
