"""A banner above a page: errors with their hints, or an offer with a button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from fanlight.core.work.throttle import Timeout
from fanlight.domain.errors import error_text
from fanlight.i18n import _
from fanlight.ui.controls import label, push, repolish, tool
from fanlight.ui.plain_text import with_quoted_code

MOST_LINES = 5


class Banner(QFrame):
    """One line per error. It stays until it is dismissed, its errors are over or its offer has expired."""

    dismissed = Signal()

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._lines: dict[str, Exception | None] = {}
        self._act: Callable[[], object] | None = None
        self.text = label("", kind, wrap=True)
        self.text.setSizePolicy(self.text.sizePolicy().Policy.Expanding, self.text.sizePolicy().Policy.Minimum)
        self.button = push("")
        self.button.hide()
        self.button.clicked.connect(self._accept)
        self.close_button = tool("close", _("Dismiss"))
        self.close_button.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 10, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self._until = Timeout(self, self.dismiss)
        self.hide()

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def add_error(self, error: Exception) -> None:
        """Add a line below those that are there."""
        self._add(_line(error), error)

    def remove_error(self, error: Exception) -> None:
        """Remove its line; the others stay."""
        self.end_errors(lambda other: error_text(other) == error_text(error))

    def end_errors(self, is_over: Callable[[Exception], bool]) -> None:
        """Remove the lines of these errors; the others stay."""
        kept = {line: error for line, error in self._lines.items() if error is None or not is_over(error)}
        if len(kept) == len(self._lines):
            return
        self._lines = kept
        self.text.setText("\n".join(kept))
        if not kept:
            self.dismiss()

    def offer(self, text: str, action: str = "", act: Callable[[], object] | None = None, seconds: int = 0) -> None:
        """Show `text` alone, with a button where there is an action; `seconds` 0 is without a limit."""
        self.dismiss()
        self._act = act
        self.button.setText(action)
        self.button.setAccessibleName(f"{action}: {text}")
        self.button.setVisible(bool(action))
        if seconds:
            self._until.start(1000 * seconds)
        self._add(text)

    def dismiss(self) -> None:
        self._until.cancel()
        self._lines.clear()
        self._act = None
        self.button.hide()
        self.hide()
        self.dismissed.emit()

    def _accept(self) -> None:
        act = self._act
        self.dismiss()
        if act:
            act()

    def _add(self, line: str, error: Exception | None = None) -> None:
        if line in self._lines:
            return
        self._lines[line] = error
        while len(self._lines) > MOST_LINES:
            del self._lines[next(iter(self._lines))]
        self.text.setText("\n".join(self._lines))
        self.text.setAccessibleName(line)
        self.show()
        repolish(self.text)
        announce(self, line)


def _line(error: Exception) -> str:
    return with_quoted_code(error_text(error))


def announce(widget: QWidget, text: str) -> None:
    """To a screen reader."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
