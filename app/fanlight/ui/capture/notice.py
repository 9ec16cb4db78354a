"""A text over all windows for a moment, which takes no click, no key and no focus, so that a menu that is open stays
open."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QCursor, QGuiApplication, QHideEvent, QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlight.core.work.throttle import Timeout
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.i18n import _
from fanlight.ui.controls import label
from fanlight.ui.plain_text import plain_title
from fanlight.ui.theme import DARK
from fanlight.ui.widgets.banner import announce

FROM_TOP = 48
WIDEST = 460


def screen_under_pointer() -> QScreen:
    return QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()


class ClickThroughWindow(QWidget):
    def __init__(self, title: str) -> None:
        flags = Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        quiet = Qt.WindowType.WindowDoesNotAcceptFocus | Qt.WindowType.WindowTransparentForInput
        super().__init__(None, flags | quiet | Qt.WindowType.X11BypassWindowManagerHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setWindowTitle(plain_title(title))

    def place(self) -> None:
        """At the top of the screen with the pointer."""
        free = screen_under_pointer().availableGeometry()
        self.move(free.topLeft() + QPoint((free.width() - self.width()) // 2, FROM_TOP))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        hidden_windows.note(self.windowHandle())

    def paint_ground(self, painter: QPainter, line: int) -> None:
        """The background, with a border of `line` logical pixels."""
        painter.fillRect(self.rect(), QColor(DARK.window))
        painter.setPen(QPen(QColor(DARK.accent), line))
        edge = line / 2
        painter.drawRect(self.rect().toRectF().adjusted(edge, edge, -edge, -edge))


class CaptureNotice(ClickThroughWindow):
    def __init__(self) -> None:
        super().__init__(_("Notice – Fanlight"))
        self.text_label = label(wrap=True)
        self.text_label.setStyleSheet(f"color: {DARK.text}; background: transparent")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.addWidget(self.text_label)
        self._over = Timeout(self, self.hide)

    def show_text(self, text: str, seconds: float = 0) -> None:
        """Show for `seconds`; 0 is until `hide`."""
        self._over.cancel()
        self.text_label.setText(text)
        self.setAccessibleName(text)
        widest = max(self.text_label.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
        width = min(WIDEST, widest + 2)
        self.text_label.setFixedSize(width, self.text_label.heightForWidth(width))
        self.adjustSize()
        self.place()
        self.show()
        announce(self, text)
        if seconds:
            self._over.start(round(1000 * seconds))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        self.paint_ground(painter, 1)
        painter.end()
