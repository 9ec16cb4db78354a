"""Whether Fanlight stays when its window is closed: the tray, the one question about it, and the start at login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMessageBox, QWidget

from fanlight.core.hotkey_bindings import SHOT
from fanlight.desktop import login
from fanlight.domain.errors import LoginError
from fanlight.ui.window.tray import Tray

if TYPE_CHECKING:
    from fanlight.ui.window.window import Window

LOOK_MS, LOOKS = 3_000, 40


class TrayController(QObject):
    """Lives as long as the window does. Without a tray, closing the window quits: nothing runs that cannot be seen."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.leaves = False
        """The next close is meant to end it."""
        quick = window.quick
        self.tray = Tray(window.host, quick.captures, self)
        self.tray.shortcut = lambda: quick.hotkeys.trigger(SHOT) if quick.hotkeys else ""
        self.tray.window_shown = window.isVisible
        self.tray.starts_at_login = login.is_on
        self.tray.microphone = lambda: microphone_words(
            recording=window.voice.talk.recording, ready=window.settings_store.now.talk_ready
        )
        services = window.services
        self.tray.talks_hands_free = lambda: services.hands_free is not None and services.hands_free.on
        self.tray.hands_free_switched.connect(lambda: services.talk("hands-free"))
        self.tray.shot_wanted.connect(quick.gesture.shoot)
        self.tray.capture_wanted.connect(quick.gesture.reopen)
        self.tray.show_wanted.connect(window.come_forward)
        self.tray.hide_wanted.connect(window.hide)
        self.tray.login_switched.connect(self._switch_login)
        self.tray.quit_wanted.connect(window.quit)
        self._looks = 0
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._show_tray)
        self._look.start()
        self._show_tray()

    def stays(self) -> bool | None:
        """Whether closing the window leaves Fanlight running; asked once. None: the window is not to be closed."""
        if not self.tray.available():
            return False
        settings_store = self._window.settings_store
        if settings_store.now.keep_in_tray == "ask":
            answer = ask_to_stay(self._window)
            if answer is None:
                return None
            settings_store.choose(keep_in_tray="yes" if answer else "no")
        return settings_store.now.keep_in_tray == "yes"

    def keeps(self, event: QCloseEvent) -> bool:
        """Whether the window does not close now: it hides, or stays as it is."""
        leaves, self.leaves = self.leaves, False
        stays = False if leaves else self.stays()
        if stays is False:
            return False
        event.ignore()
        if stays:
            self._window.hide()
        return True

    def close(self) -> None:
        self._look.stop()
        self.tray.close()

    def _show_tray(self) -> None:
        """At login Fanlight may be there before the tray."""
        self._looks += 1
        if self.tray.available():
            self.tray.show()
        if self.tray.available() or self._looks >= LOOKS:
            self._look.stop()

    def _switch_login(self, on: bool) -> None:
        try:
            login.switch(on)
        except LoginError as error:
            self._window.say(error)


def microphone_words(*, recording: bool, ready: bool) -> str:
    if recording:
        return "Microphone: listening"
    return "Microphone: kept open, nothing is recognised" if ready else "Microphone: closed"


def ask_to_stay(parent: QWidget) -> bool | None:
    """True keeps Fanlight in the tray, False quits, None is neither."""
    box = QMessageBox(parent)
    box.setWindowTitle("Close the window")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("Keep Fanlight running when its window is closed?")
    box.setInformativeText(
        "Its key goes on working and the model stays ready, which takes the memory it has now. The icon in the tray "
        "opens the window and quits. This is asked once; the settings change it."
    )
    stay = box.addButton("Keep running", QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton("Quit", QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(stay)
    box.setEscapeButton(cancel)
    box.exec()
    clicked = box.clickedButton()
    return True if clicked is stay else False if clicked is leave else None
