"""The theme and the text size of the whole program: from the settings, or from the desktop."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from fanlight.ui import theme


class Appearance(QObject):
    """Styles the QApplication when it is made, so that widgets built later are drawn only once."""

    changed = Signal()
    """`theme` or `text_size` has changed; the QApplication is styled by then, each window recolors its own icons."""

    def __init__(self, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings_store = settings_store
        settings_store.changed.connect(self._on_settings_changed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._restyle)
        self._style()

    @property
    def theme(self) -> theme.Theme:
        return theme.current(self._settings_store.now.theme)

    @property
    def text_size(self) -> int:
        """In percent."""
        return self._settings_store.now.text_size

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if (before.theme, before.text_size) != (now.theme, now.text_size):
            self._restyle()

    def _restyle(self) -> None:
        self._style()
        self.changed.emit()

    def _style(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, self.theme, self.text_size)
