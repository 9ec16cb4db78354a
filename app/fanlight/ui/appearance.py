"""The theme and the text size of the whole program: from the settings, and from the desktop."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.desktop.looks import DesktopLooks
from fanlight.settings import Settings
from fanlight.ui import theme

_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip, Qt.UIEffect.UI_AnimateToolBox,
)  # fmt: skip


def kept_looks(window_state: WindowState) -> DesktopLooks:
    """Those that the desktop wanted at last, for the time before it has answered again."""
    accent, percent = window_state.text("desktop_accent"), window_state.number("desktop_text_percent")
    return DesktopLooks(
        accent if re.fullmatch("#[0-9a-f]{6}", accent) else "",
        window_state.flag("desktop_contrast", False),
        (percent or 100) / 100,
        window_state.flag("desktop_stillness", False),
        (window_state.number("desktop_font_percent") or 100) / 100,
    )


def on_platform(looks: DesktopLooks) -> DesktopLooks:
    """On X11 the desktop enlarges text by the screen's resolution, which Qt follows by itself; not so by its font."""
    return replace(looks, text_scale=1.0) if QGuiApplication.platformName() == "xcb" else looks


class Appearance(QObject):
    """Styles the QApplication when it is made, so that widgets built later are drawn only once."""

    changed = Signal()
    """`theme` or `text_size` has changed; the QApplication is styled by then, each window recolors its own icons."""

    def __init__(self, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings_store = settings_store
        settings_store.changed.connect(self._on_settings_changed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._restyle)
        self._effects = [effect for effect in _EFFECTS if QApplication.isEffectEnabled(effect)]
        self._still_effects()
        self._style()

    @property
    def theme(self) -> theme.Theme:
        return theme.current(self._settings_store.now.theme)

    @property
    def text_size(self) -> int:
        """In percent."""
        return theme.on_desktop(self._settings_store.now.text_size)

    def follow(self, looks: DesktopLooks, window_state: WindowState) -> None:
        """What the desktop wants from now on; it is kept for the next start (`kept_looks`)."""
        window_state.keep(
            desktop_accent=looks.accent, desktop_contrast=looks.more_contrast,
            desktop_text_percent=round(100 * looks.text_scale), desktop_stillness=looks.less_motion,
            desktop_font_percent=round(100 * looks.font_scale),
        )  # fmt: skip
        before = self.theme, self.text_size
        theme.follow(on_platform(looks))
        self._still_effects()
        if (self.theme, self.text_size) != before:
            self._restyle()

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if (before.theme, before.text_size) != (now.theme, now.text_size):
            self._restyle()

    def _still_effects(self) -> None:
        for effect in self._effects:
            QApplication.setEffectEnabled(effect, theme.moves())

    def _restyle(self) -> None:
        self._style()
        self.changed.emit()

    def _style(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, self.theme, self.text_size)
