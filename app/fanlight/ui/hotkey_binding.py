"""Keeps the keys that are heard from every program in step with the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.errors import HotkeyError
from fanlight.settings import Settings
from fanlight.ui.choices import Choices

SHOT = "shot"
NULL = "null"


class Bindings(QObject):
    """Binds at once what the settings say, and again when they change. Where the desktop asks the user, nothing is
    bound before `ask`, which belongs to a button in a window of ours that has the focus."""

    problem = Signal(object)
    """A HotkeyError that nobody is looking at: the settings show the same in `error`."""
    changed = Signal()

    def __init__(self, choices: Choices, hotkeys: Hotkeys, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices, self.hotkeys = choices, hotkeys
        self.error: HotkeyError | None = None
        self.paused = False
        choices.changed.connect(self._settings_changed)
        hotkeys.failed.connect(self._failed)
        hotkeys.changed.connect(self.changed)

    def start(self) -> None:
        """Bind; what can not be is told as a problem."""
        self._bind(aloud=True)

    @property
    def waits_for_ask(self) -> bool:
        """Whether the key would be heard once the user allowed it."""
        return self.hotkeys.asks and not self._choices.now.hotkey_permission

    def ask(self) -> None:
        """Bind although the desktop may ask now. It is asked once: from then on the key is bound at each start."""
        self._choices.choose(hotkey_permission=True)
        self._bind()

    def choose(self, combination: str) -> None:
        """Another key; `error` says why it is not heard."""
        if combination == self._choices.now.shot_hotkey:
            self._bind()
        else:
            self._choices.choose(shot_hotkey=combination)

    def pause(self, paused: bool) -> None:
        """While another key is recorded, the one that is bound must not be taken away from the window."""
        self.paused = paused
        self._bind()

    def _bind(self, *, aloud: bool = False) -> None:
        settings, self.error = self._choices.now, None
        if not settings.shot_hotkey_on or self.paused or self.waits_for_ask:
            self.hotkeys.unbind(SHOT)
        else:
            try:
                self.hotkeys.bind(SHOT, settings.shot_hotkey)
            except HotkeyError as error:
                self.error = error
                if aloud and self.hotkeys.backend != NULL:  # the settings say how to do without
                    self.problem.emit(error)
        self.changed.emit()

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if (before.shot_hotkey_on, before.shot_hotkey) != (now.shot_hotkey_on, now.shot_hotkey):
            self._bind()

    def _failed(self, name: str, error: HotkeyError) -> None:
        if name != SHOT:
            return
        self.error = error
        if self.hotkeys.asks:
            self._choices.choose(hotkey_permission=False)
        if self.hotkeys.backend != NULL:
            self.problem.emit(error)
        self.changed.emit()
