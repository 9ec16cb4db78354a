"""Whether Fanlight keeps running when its window is closed: the tray, the one question about it, and the start at
login."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.desktop import login
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.domain.desktop_errors import LoginError
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _
from fanlight.ui.controls import message_box
from fanlight.ui.window.tray import Tray

POLL_MS, MOST_POLLS, LOST_POLLS = 3_000, 40, 2
"""At login Fanlight may start before the tray: how often, and how many times, it is looked for. While the window is
hidden a tray that was there is missed so many times before it counts as gone: one that is restarted is away for a
moment."""


class TrayController(QObject):
    """Without a tray, closing the window quits, and a hidden window comes back: nothing runs that cannot be seen."""

    problem = Signal(object)
    """A FanlightError."""
    window_wanted = Signal()

    def __init__(
        self,
        tray: Tray,
        settings_store: SettingsStore,
        is_window_hidden: Callable[[], bool],
        parent: QObject | None = None,
        make_timer: MakeTimer | None = None,
    ) -> None:
        super().__init__(parent)
        self.tray, self._settings_store, self._is_window_hidden = tray, settings_store, is_window_hidden
        tray.setParent(self)
        tray.start_at_login_toggled.connect(self._switch_login)
        self._vain_polls, self._is_shown = 0, False
        self._poll = Timeout(self, self._poll_tray, POLL_MS, make_timer)
        self._poll_tray()

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
            hidden_windows.note(window.windowHandle())
            window.hide()
        return keeps is False

    def close(self) -> None:
        self._poll.cancel()
        self.tray.close()

    def _poll_tray(self) -> None:
        """Once its icon is there, nothing depends on the tray while the window is on view."""
        self._poll.start()
        hidden = self._is_window_hidden()
        if not hidden and (self._is_shown or self._vain_polls >= MOST_POLLS):
            return
        if self.tray.available():
            self._vain_polls = 0
            if not self._is_shown:
                self._is_shown = True
                self.tray.show()
            return
        self._vain_polls += 1
        if hidden and self._is_shown and self._vain_polls >= LOST_POLLS:
            self._is_shown = False
            self.tray.icon.hide()
            self.window_wanted.emit()
            why = _("The desktop's tray is gone, and Fanlight's icon with it: here is its window again.")
            self.problem.emit(
                FanlightError(why, _("Fanlight keeps running. Without a tray it ends when it is closed."))
            )

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
