"""What was dictated into other programs lately: in memory, and on the disk only where the settings say so."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from time import time
from typing import Any

from PySide6.QtCore import QObject, Signal

from fanlight.core.settings_store import SettingsStore
from fanlight.edited_json import keep_broken, read_text, salvaged_objects
from fanlight.files import replace_file
from fanlight.settings import Settings

log = logging.getLogger(__name__)

FILE_NAME = "dictations.json"
"""In Fanlight's folder."""
MOST = 50
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class DictatedText:
    """`at` is when, in seconds since 1970."""

    text: str
    at: float


class DictationHistory(QObject):
    """`all`, the newest first."""

    changed = Signal()

    def __init__(self, settings_store: SettingsStore, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings_store, self._path = settings_store, folder / FILE_NAME
        self.all: tuple[DictatedText, ...] = ()
        self._may_replace = True
        if settings_store.now.dictate_keep_history:
            self._read()
        else:
            self._remove_file()
        settings_store.changed.connect(self._on_settings)

    def add(self, text: str) -> None:
        self.all = (DictatedText(text, time()), *self.all)[:MOST]
        self._save()
        self.changed.emit()

    def clear(self) -> None:
        """In memory and on the disk."""
        self.all = ()
        self._remove_file()
        self.changed.emit()

    def _read(self) -> None:
        """What can be read. A file that cannot be reached now stays as it is; of a damaged one a copy is kept."""
        try:
            text = read_text(self._path)
            stored = _stored(text)
            if stored is None:
                keep_broken(self._path)
                stored = salvaged_objects(text)
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            log.warning("the list of dictations cannot be read: %s", error)
            self._may_replace = False
            return
        self.all = tuple(entry for one in stored[:MOST] if (entry := _entry(one)) is not None)

    def _save(self) -> None:
        if not (self._settings_store.now.dictate_keep_history and self._may_replace):
            return
        try:
            replace_file(self._path, json.dumps([asdict(one) for one in self.all]).encode(), mode=0o600)
        except OSError as error:
            log.warning("the list of dictations is not saved: %s", error)

    def _remove_file(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
            self._may_replace = True  # nothing is there any more that could be lost
        except OSError as error:
            log.warning("the list of dictations is not removed: %s", error)

    def _on_settings(self, before: Settings, now: Settings) -> None:
        if before.dictate_keep_history != now.dictate_keep_history:
            if now.dictate_keep_history:
                self._save()
            else:
                self._remove_file()


def _stored(text: str) -> list[Any] | None:
    """None where it is damaged."""
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return stored if isinstance(stored, list) else None


def _entry(stored: object) -> DictatedText | None:
    if not isinstance(stored, dict):
        return None
    text, at = stored.get("text"), stored.get("at")
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST or not isinstance(at, (int, float)):
        return None
    return DictatedText(text, float(at))
