"""An open menu of another program holds the mouse, and mostly the keyboard: nothing can be chosen over it, and a click
on its picture would be one on the menu. So the screens are pictured with it, and frozen when it has been closed."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.capture.x11_windows import menu_is_open
from fanlight.ui.capture.notice import CaptureNotice

LOOK_MS = 40
LONGEST_SECONDS = 10.0
WORDS = "The screen is pictured. Close the menu, then choose a part of it."


class MenuWait(QObject):
    """Looks at the mouse; Escape is the menu's. Ends with one of its signals, unless `stop` ends it."""

    closed = Signal()
    late = Signal()
    """It is open still: nobody waits for ever."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notice: CaptureNotice | None = None
        self._until = 0.0
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._look_now)

    @property
    def waits(self) -> bool:
        return self._look.isActive()

    def start(self) -> bool:
        """Whether there is a menu to wait for."""
        if QGuiApplication.platformName() != "xcb" or not menu_is_open():
            return False
        if self._notice is None:
            self._notice = CaptureNotice()
        self._notice.say(WORDS)
        self._until = monotonic() + LONGEST_SECONDS
        self._look.start()
        return True

    def stop(self) -> None:
        self._look.stop()
        if self._notice is not None:
            self._notice.hide()

    def _look_now(self) -> None:
        late = monotonic() > self._until
        if late or not menu_is_open():
            self.stop()
            (self.late if late else self.closed).emit()
