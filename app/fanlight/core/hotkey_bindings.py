"""Binds the global hotkeys of the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.errors import HotkeyError
from fanlight.settings import Settings

SHOT, PANEL = "shot", "panel"


class HotkeyBindings(QObject):
    """Binds one key, and again when the settings change. Where the desktop asks the user for permission, nothing
    is bound before `ask_permission`; call that from a button in a focused window of Fanlight."""

    problem = Signal(object)
    """A HotkeyError; the settings show the same as `error`."""
    changed = Signal()

    def __init__(
        self, settings_store: SettingsStore, hotkeys: Hotkeys, parent: QObject | None = None, name: str = SHOT
    ) -> None:
        """The key `name`, which the settings `<name>_hotkey_on` and `<name>_hotkey` are about."""
        super().__init__(parent)
        self._settings_store, self.hotkeys, self.name = settings_store, hotkeys, name
        self.error: HotkeyError | None = None
        self.paused = False
        settings_store.changed.connect(self._settings_changed)
        hotkeys.binding_failed.connect(self._failed)
        hotkeys.changed.connect(self.changed)

    def start(self) -> None:
        """Bind; a failure is reported as a problem."""
        self._bind(report=True)

    @property
    def needs_permission(self) -> bool:
        """Whether the key would work once the user allowed it."""
        return self.hotkeys.backend.asks_permission and not self._settings_store.now.hotkey_permission

    def ask_permission(self) -> None:
        """Bind although the desktop may ask now. It is asked once: from then on the key is bound at each start."""
        self._settings_store.choose(hotkey_permission=True)
        self._bind()

    def choose(self, combination: str) -> None:
        """Bind another key; `error` holds the reason where that fails."""
        if combination == self.combination:
            self._bind()
        else:
            self._settings_store.choose(**{f"{self.name}_hotkey": combination})

    @property
    def on(self) -> bool:
        return self._is_on(self._settings_store.now)

    @property
    def combination(self) -> str:
        return str(getattr(self._settings_store.now, f"{self.name}_hotkey"))

    def switch(self, on: bool) -> None:
        self._settings_store.choose(**{f"{self.name}_hotkey_on": on})

    def _is_on(self, settings: Settings) -> bool:
        return bool(getattr(settings, f"{self.name}_hotkey_on"))

    def pause(self, paused: bool) -> None:
        """While the user records another combination, the bound one is unbound, so that the window receives it."""
        self.paused = paused
        self._bind()

    def _bind(self, *, report: bool = False) -> None:
        self.error = None
        if not self.on or self.paused or self.needs_permission:
            self.hotkeys.unbind(self.name)
        else:
            try:
                self.hotkeys.bind(self.name, self.combination)
            except HotkeyError as error:
                self.error = error
                if report and self.hotkeys.backend.binds_keys:  # else the settings explain what to use instead
                    self.problem.emit(error)
        self.changed.emit()

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        key = f"{self.name}_hotkey"
        if (self._is_on(before), getattr(before, key)) != (self._is_on(now), getattr(now, key)):
            self._bind()

    def _failed(self, name: str, error: HotkeyError) -> None:
        if name != self.name:
            return
        self.error = error
        if self.hotkeys.backend.asks_permission:
            self._settings_store.choose(hotkey_permission=False)
        if self.hotkeys.backend.binds_keys:
            self.problem.emit(error)
        self.changed.emit()
