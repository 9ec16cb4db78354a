"""Whether Fanlight keeps running when its window is closed: the tray, the one question about it, and the start at
login."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.core.settings_store import SettingsStore
from fanlight.desktop import login
from fanlight.domain.errors import LoginError
from fanlight.i18n import _
from fanlight.ui.controls import message_box
from fanlight.ui.window.tray import Tray

POLL_MS, MOST_POLLS = 3_000, 40
"""At login Fanlight may start before the tray: how often, and how many times, it is looked for."""


class TrayController(QObject):
    """Without a tray, closing the window quits: nothing runs that cannot be seen."""

    problem = Signal(object)
    """A LoginError."""

    def __init__(self, tray: Tray, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tray, self._settings_store = tray, settings_store
        tray.setParent(self)
        tray.start_at_login_toggled.connect(self._switch_login)
        self._polls = 0
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._show_tray)
        self._poll.start()
        self._show_tray()

    def keeps_running(self, parent: QWidget) -> bool | None:
        """Whether Fanlight keeps running without its window; asked once. None: the window is not to be closed."""
        if not self.tray.available():
            return False
        if self._settings_store.now.keep_in_tray == "ask":
            answer = ask_to_keep_running(parent)
            if answer is None:
                return None
            self._settings_store.choose(keep_in_tray="yes" if answer else "no")
        return self._settings_store.now.keep_in_tray == "yes"

    def may_close(self, window: QWidget) -> bool:
        """Whether closing `window` ends Fanlight; where it stays in the tray, the window is hidden."""
        keeps = self.keeps_running(window)
        if keeps:
            window.hide()
        return keeps is False

    def close(self) -> None:
        self._poll.stop()
        self.tray.close()

    def _show_tray(self) -> None:
        self._polls += 1
        if self.tray.available():
            self.tray.show()
        if self.tray.available() or self._polls >= MOST_POLLS:
            self._poll.stop()

    def _switch_login(self, on: bool) -> None:
        try:
            login.switch(on)
        except LoginError as error:
            self.problem.emit(error)


def ask_to_keep_running(parent: QWidget) -> bool | None:
    """True keeps Fanlight in the tray, False quits, None is neither."""
    details = _(
        "Its shortcut keeps working, and the model stays in memory, ready to answer. "
        "Use the tray icon to show the window or quit. You can change this later in the settings."
    )
    box = message_box(parent, _("Close Window"), _("Keep Fanlight running in the background?"), details)
    keep = box.addButton(_("Keep Running"), QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton(_("Quit"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(keep)
    box.setEscapeButton(cancel)
    box.exec()
    clicked = box.clickedButton()
    return True if clicked is keep else False if clicked is leave else None
