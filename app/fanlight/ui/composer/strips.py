"""Lines above the field: the edit of the last question, and the questions that wait for the answer to end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import elided, label, tool
from fanlight.ui.plain_text import plain_tip


class NoticeStrip(QFrame):
    """One line above the input, with a button to take it back."""

    closed = Signal()

    def __init__(self, text: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = text
        self._text = label(text, "muted")
        self._text.setToolTip(plain_tip(text))
        self.button = tool("close", action)
        self.button.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._text.setText(elided(self._full, self._text, max(80, self.width() - 60)))

    def minimumSizeHint(self) -> QSize:
        return self.button.sizeHint()


class NoticeStrips(QWidget):
    """Takes no room while there is nothing to say."""

    leave_edit = Signal()
    unqueue = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.strips: list[NoticeStrip] = []
        self.hide()

    def show_notices(self, *, editing: bool, queued: Sequence[str]) -> None:
        for strip in self.strips:
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self.strips = []
        if editing:
            strip = self._add_strip(
                _("Editing a question. The old one is kept beside it, with its answer."), _("Cancel editing")
            )
            strip.closed.connect(self.leave_edit)
        for index, text in enumerate(queued):
            strip = self._add_strip(
                _("Next: {question}").format(question=text), _("Cancel the question “{question}”").format(question=text)
            )
            strip.closed.connect(lambda index=index: self.unqueue.emit(index))
        self.setVisible(bool(self.strips))

    def _add_strip(self, text: str, action: str) -> NoticeStrip:
        strip = NoticeStrip(" ".join(text.split()), action)
        self.strips.append(strip)
        self._column.addWidget(strip)
        return strip
