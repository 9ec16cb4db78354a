"""The user's settings while the window is open."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from fanlight.domain.errors import StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _
from fanlight.settings import Settings
from fanlight.settings_file import save_settings

log = logging.getLogger(__name__)


class SettingsStore(QObject):
    """Holds the Settings in force; a change is saved at once."""

    changed = Signal(object, object)
    """The settings before, the settings now."""
    problem = Signal(object)
    """A StoreError."""

    def __init__(self, settings: Settings, path: Path) -> None:
        super().__init__()
        self._now, self._path = settings, path
        self._in_file = settings
        """As of the last reading or writing."""

    @property
    def now(self) -> Settings:
        return self._now

    def choose(self, **values: Any) -> None:
        self.replace(replace(self._now, **values))

    def replace(self, settings: Settings) -> None:
        """Put `settings` in force and save them; where that fails they apply until the program ends, and `problem` is
        emitted."""
        if settings == self._now:
            return
        before, self._now = self._now, settings
        try:
            save_settings(settings, self._path, self._in_file)
            self._in_file = settings
        except OSError as error:
            log.warning("settings not saved: %s", error)
            self.problem.emit(
                StoreError(
                    _("The settings could not be saved: {reason}.").format(reason=os_reason(error)),
                    _("They apply until Fanlight quits."),
                )
            )
        self.changed.emit(before, settings)
