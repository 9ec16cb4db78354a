"""The icon in the desktop's tray and its menu: what Fanlight does while no window of it is on view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from fanlight.core.chat.model_host import ModelHost
from fanlight.ui.app_icon import app_icon

CAPTURES_SHOWN = 6
Captures = Callable[[], Sequence[tuple[str, QImage, int]]]
"""Newest first: title, thumbnail, number."""


class Tray(QObject):
    """The menu is made new each time it is opened: it says how things are then."""

    shot_wanted = Signal()
    show_wanted = Signal()
    hide_wanted = Signal()
    capture_wanted = Signal(int)
    hands_free_switched = Signal()
    login_switched = Signal(bool)
    quit_wanted = Signal()

    def __init__(self, host: ModelHost, captures: Captures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host, self._captures = host, captures
        self.shortcut: Callable[[], str] = lambda: ""
        """What to press for a shot, for the user."""
        self.window_shown: Callable[[], bool] = lambda: False
        self.starts_at_login: Callable[[], bool] = lambda: False
        self.microphone: Callable[[], str] = lambda: ""
        """A line about it; "" shows none."""
        self.talks_hands_free: Callable[[], bool] = lambda: False
        self.menu = QMenu()
        self.menu.aboutToShow.connect(self.fill)
        self.icon = QSystemTrayIcon(app_icon(), self)
        self.icon.setToolTip("Fanlight")
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.fill()

    @staticmethod
    def available() -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        self.icon.show()

    def close(self) -> None:
        self.icon.hide()
        self.menu.clear()

    def fill(self) -> None:
        menu = self.menu
        menu.clear()
        shortcut = self.shortcut()
        self._add(menu, f"Take a shot\t{shortcut}" if shortcut else "Take a shot", self.shot_wanted.emit)
        if self.window_shown():
            self._add(menu, "Hide the window", self.hide_wanted.emit)
        else:
            self._add(menu, "Show the window", self.show_wanted.emit)
        self._add_captures(menu)
        menu.addSeparator()
        self._say(menu, self._model_words())
        if words := self.microphone():
            self._say(menu, words)
        hands_free = self._add(menu, "Talk hands-free", self.hands_free_switched.emit)
        hands_free.setCheckable(True)
        hands_free.setChecked(self.talks_hands_free())
        free = self._add(menu, "Free memory now", self._host.free)
        free.setEnabled(self._host.condition in ("ready", "loading"))
        free.setToolTip("The next question waits while the model is loaded again")
        menu.addSeparator()
        login = self._add(menu, "Start at login", lambda: self.login_switched.emit(not self.starts_at_login()))
        login.setCheckable(True)
        login.setChecked(self.starts_at_login())
        self._add(menu, "Quit", self.quit_wanted.emit)

    def _add_captures(self, menu: QMenu) -> None:
        """Those of this run: they are in memory only."""
        captures = self._captures()[:CAPTURES_SHOWN]
        if not captures:
            self._say(menu, "No captures yet")
            return
        inner = menu.addMenu("Last captures")
        for title, thumbnail, number in captures:
            action = self._add(inner, title, partial(self.capture_wanted.emit, number))
            action.setIcon(QIcon(QPixmap.fromImage(thumbnail)))
            action.setIconVisibleInMenu(True)

    def _model_words(self) -> str:
        spec = self._host.spec
        if spec is None:
            return "Model: none"
        state = {
            "loading": "is being loaded", "ready": "ready", "failed": "could not be loaded",
            "freed": "not in memory, loaded again by the next question",
        }  # fmt: skip
        return f"Model: {spec.name}, {state.get(self._host.condition, 'not open')}"

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_wanted.emit()

    @staticmethod
    def _add(menu: QMenu, words: str, does: Callable[[], object]) -> QAction:
        action = menu.addAction(words.replace("&", "&&"))
        action.triggered.connect(lambda _checked=False: does())
        return action

    @staticmethod
    def _say(menu: QMenu, words: str) -> None:
        """A line that cannot be chosen."""
        menu.addAction(words.replace("&", "&&")).setEnabled(False)
