"""The seconds until a capture, in large digits: the window takes no click, no key and no focus, so that a menu that is
open stays open. Like every window of Fanlight it is left out of the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent

from fanlight.desktop.capture.screen_lock import screen_lock
from fanlight.i18n import _, ngettext
from fanlight.ui.capture.notice import ClickThroughWindow
from fanlight.ui.theme import DARK
from fanlight.ui.widgets.banner import announce

SIDE = 92


class CountdownWindow(ClickThroughWindow):
    def __init__(self) -> None:
        super().__init__(_("Capture countdown – Fanlight"))
        self.resize(SIDE, SIDE)
        self._seconds = 0

    def show_seconds(self, seconds: int) -> None:
        """On the screen with the pointer; 0 hides it, and so does a screen lock."""
        if not seconds or screen_lock() is not None:
            self.hide()
            return
        self._seconds = seconds
        text = ngettext("Capture in {count} second", "Capture in {count} seconds", seconds)
        self.setAccessibleName(text.format(count=seconds))
        if not self.isVisible():
            self.place()
            self.show()
        announce(self, str(seconds))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter, 3)
        font = QFont(painter.font())
        font.setPixelSize(SIDE // 2)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(DARK.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._seconds))
        painter.end()
