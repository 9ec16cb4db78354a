"""Binds the global hotkeys of the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import HotkeyError, HotkeyTaken
from fanlight.settings import Settings

CAPTURE_KEY, PANEL_KEY, SELECTION_KEY = "shot", "panel", "selection"
RETRY_MS = 20_000
"""The X server does not say when another program lets a key go: it is tried again."""


class HotkeyBindings(QObject):
    """Binds one key, and again when the settings change, or when another program may have let it go. Where the desktop
    asks the user for permission, nothing is bound before `ask_permission`; call that from a button in a focused window
    of Fanlight."""

    problem = Signal(object)
    """A HotkeyError; the settings show the same as `error`."""
    recovered = Signal(object)
    """The HotkeyError of the last `problem`, which is over."""
    changed = Signal()

    def __init__(
        self,
        settings_store: SettingsStore,
        hotkeys: Hotkeys,
        parent: QObject | None = None,
        name: str = CAPTURE_KEY,
        make_timer: MakeTimer | None = None,
    ) -> None:
        """The key `name`, which the settings `<name>_hotkey_on` and `<name>_hotkey` are about."""
        super().__init__(parent)
        self._settings_store, self.hotkeys, self.name = settings_store, hotkeys, name
        self.error: HotkeyError | None = None
        self._reported: HotkeyError | None = None
        self._retry_soon = Timeout(self, self.retry, RETRY_MS, make_timer)
        self.paused = False
        settings_store.changed.connect(self._settings_changed)
        hotkeys.binding_failed.connect(self._failed)
        hotkeys.changed.connect(self.changed)

    def start(self) -> None:
        """Bind; a failure is reported as a problem."""
        self._bind(report=True)

    def retry(self) -> None:
        """Bind a key that another program had, if it has let it go; nothing changes where it has not."""
        if self._waits_for_another_program and not self.paused:
            self._bind()

    @property
    def _waits_for_another_program(self) -> bool:
        return isinstance(self.error, HotkeyTaken) and not self.error.own and self.on

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
        self._retry_soon.cancel()
        if not self.on or self.paused or self.needs_permission:
            self.hotkeys.unbind(self.name)
        else:
            try:
                self.hotkeys.bind(self.name, self.combination)
            except HotkeyError as error:
                self.error = error
        self._tell(report=report)
        self.changed.emit()

    def _tell(self, *, report: bool) -> None:
        """Report what is new about `error`."""
        reported, error = self._reported, self.error
        if self.paused:
            return
        if reported is not None and (error is None or error.message != reported.message):
            self._reported, report = None, True
            self.recovered.emit(reported)
        if error is not None and report and self._reported is None and self.hotkeys.backend.binds_keys:
            self._reported = error  # elsewhere the settings explain what to use instead
            self.problem.emit(error)
        if self._waits_for_another_program and self.hotkeys.backend.picks_combination:
            self._retry_soon.start()

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
        self._tell(report=True)
        self.changed.emit()
