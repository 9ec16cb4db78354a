"""Waits until another program's menu is closed.

An open menu grabs the pointer, and usually the keyboard: nothing can be chosen over it, and a click on its picture
would go to the menu. So the screens are captured with the menu, and shown frozen once it is closed.
"""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.desktop.capture.x11_windows import menu_is_open
from fanlight.i18n import N_, _
from fanlight.ui.capture.notice import CaptureNotice

POLL_MS = 40
LONGEST_SECONDS = 10.0
TEXT = N_(
    "The screen is captured. Another program holds the mouse, perhaps with a menu: close it, then choose a part of the "
    "screen."
)


class MenuWait(QObject):
    """Polls the pointer's grab; Escape goes to the menu. Ends with one of its signals, unless `stop` ends it."""

    closed = Signal()
    timed_out = Signal()
    """The menu is still open."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notice: CaptureNotice | None = None
        self._until = 0.0
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._poll_pointer)

    @property
    def is_waiting(self) -> bool:
        return self._poll.isActive()

    def start(self) -> bool:
        """Whether there is a menu to wait for."""
        if not menu_is_open():
            return False
        if self._notice is None:
            self._notice = CaptureNotice()
        self._notice.show_text(_(TEXT))
        self._until = monotonic() + LONGEST_SECONDS
        self._poll.start()
        return True

    def stop(self) -> None:
        self._poll.stop()
        if self._notice is not None:
            self._notice.hide()

    def _poll_pointer(self) -> None:
        late = monotonic() > self._until
        if late or not menu_is_open():
            self.stop()
            (self.timed_out if late else self.closed).emit()
