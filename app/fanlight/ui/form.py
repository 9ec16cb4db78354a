"""What a page of settings is laid out with: a label on the left, what it is about on the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

from fanlight.ui.theme import in_text_size

LABEL_WIDTH = 230
"""At a text size of 100 percent."""


def give_room(window: QWidget, width: int, height: int) -> None:
    """So large at a text size of 100 percent, larger with the text, as far as the screen goes."""
    wanted = QSize(in_text_size(width), in_text_size(height))
    window.resize(wanted.boundedTo(window.screen().availableSize() * 0.9))


class FieldLabel(QLabel):
    """As wide as all others, at every size of the text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        self.setFixedWidth(in_text_size(LABEL_WIDTH))
