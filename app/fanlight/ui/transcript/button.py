"""The small flat button in the conversation: a line icon and a word."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QToolButton, QWidget

from fanlight.core.work.throttle import Timeout
from fanlight.ui.icons import icon
from fanlight.ui.plain_text import plain_tip

KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)

CONFIRM_MILLISECONDS = 1_500


class TranscriptButton(QToolButton):
    """`reached` is emitted when the keyboard moves the focus here; a scrolling parent brings the button into view."""

    reached = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        name: str,
        picture: str,
        text: str,
        hint: str,
        slot: Callable[[], object] | SignalInstance,
        size: int = 16,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self.setObjectName(name)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setText(text)
        self.setToolTip(plain_tip(hint))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(f"{text}: {hint}" if text else hint)
        self._picture = picture
        self._colour = ""
        self._restore = Timeout(self, self._redraw, CONFIRM_MILLISECONDS)
        self.clicked.connect(slot)

    def draw(self, colour: str, picture: str = "", size: int = 0) -> None:
        """The icon, in a theme's color; another picture or size where they are given."""
        self._picture = picture or self._picture
        self._size = size or self._size
        self._colour = colour
        self._show(self._picture, colour)

    def confirm(self, colour: str) -> None:
        """A check mark instead of the icon, for a moment."""
        self._show("check", colour)
        self._restore.start()

    def settle(self) -> None:
        """The icon again, where a check mark is in its place."""
        if self._restore.pending:
            self._restore.cancel()
            self._redraw()

    def _show(self, picture: str, colour: str) -> None:
        gap = self._size // 4 if self.text() else 0
        self.setIconSize(QSize(self._size + gap, self._size))
        self.setIcon(icon(picture, colour, size=self._size, gap=gap))

    def _redraw(self) -> None:
        self.draw(self._colour)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD:
            self.reached.emit(self)
