"""The keyboard while the screens are frozen: all keys go to one window of the overlay."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from fanlight.desktop.capture.x11_windows import mouse_is_free
from fanlight.desktop.hotkeys.key_release import KeyReleaseGuard
from fanlight.desktop.xcb import is_x11

_AGAIN_MS = 20
_SECONDS = 0.6
"""A key bound in the window manager keeps the keyboard grabbed until it is released; a menu grabs the mouse, too."""


class KeyboardGrab(QObject):
    """Retried while another program holds the keyboard; `failed` only where that holds the mouse as well."""

    failed = Signal()

    def __init__(self, key_release: KeyReleaseGuard, parent: QObject) -> None:
        super().__init__(parent)
        self._key_release = key_release
        self._window: QWidget | None = None
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._grab)
        self._failures = 0

    def begin(self, window: QWidget) -> None:
        self._window, self._failures = window, 0
        self._key_release.abandon()
        self._grab()

    def end(self) -> None:
        """A key that is still down stays here until it is released."""
        self._again.stop()
        if self._window and not self._key_release.hold_keyboard() and (handle := self._window.windowHandle()):
            handle.setKeyboardGrabEnabled(False)
        self._window = None

    def _grab(self) -> None:
        window = self._window.windowHandle() if self._window else None
        if window is None or not is_x11():
            if self._window:
                self._window.activateWindow()
            return
        if window.setKeyboardGrabEnabled(True):
            self._again.stop()
            return
        self._failures += 1
        if self._failures * _AGAIN_MS >= 1000 * _SECONDS:
            if not mouse_is_free():
                self.failed.emit()
                return
            self._failures = 0
        self._again.start()
