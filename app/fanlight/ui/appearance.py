"""How the whole program looks: as the settings say, and as the desktop says where they leave it to it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from fanlight.ui import theme
from fanlight.ui.controls import recolour


class Appearance(QObject):
    """Dresses the application at once: what is built after it is drawn once."""

    changed = Signal()
    """`theme` or `text_size` is another now, and the application is dressed in it."""

    def __init__(self, settings_store: SettingsStore, window: QWidget) -> None:
        super().__init__(window)
        self._settings_store, self._window = settings_store, window
        settings_store.changed.connect(self._settings_changed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._dress_again)
        self._dress()

    @property
    def theme(self) -> theme.Theme:
        return theme.current(self._settings_store.now.theme)

    @property
    def text_size(self) -> int:
        """In percent."""
        return self._settings_store.now.text_size

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if (before.theme, before.text_size) != (now.theme, now.text_size):
            self._dress_again()

    def _dress_again(self) -> None:
        self._dress()
        self.changed.emit()
        recolour(self._window, self.theme)

    def _dress(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, self.theme, self.text_size)
