"""The composer's button for thinking shows, and changes, what the settings say."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.model_settings import sampling_of
from fanlight.ui.composer.thinking_menu import ThinkingMenu


class ThinkingControl(QObject):
    def __init__(self, menu: ThinkingMenu, host: ModelHost, settings_store: SettingsStore) -> None:
        super().__init__(menu)
        self._menu, self._host, self._settings_store = menu, host, settings_store
        menu.chosen.connect(self._choose)
        host.changed.connect(self._show)
        settings_store.changed.connect(self._show)
        self._show()

    def _choose(self, mode: str) -> None:
        self._settings_store.choose(thinking=mode)

    def _show(self) -> None:
        info = self._host.info
        mode = sampling_of(self._settings_store.now).thinking
        self._menu.show_mode(mode, can_think=info is not None and info.can_think)
