"""What a page of settings is laid out with: a label on the left, what it is about on the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fanlight.ui.controls import rule
from fanlight.ui.theme import in_text_size

LABEL_WIDTH = 230
"""At a text size of 100 percent."""


def scrolling(inside: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(inside)
    return scroll


def lay_out(dialog: QDialog, body: QWidget, *buttons: QWidget) -> None:
    """`body` over a line and a row of buttons, the last of them on the right."""
    row, column = QHBoxLayout(), QVBoxLayout(dialog)
    row.setContentsMargins(24, 12, 24, 14)
    for button in buttons[:-1]:
        row.addWidget(button)
    row.addStretch(1)
    row.addWidget(buttons[-1])
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(body, 1)
    column.addWidget(rule())
    column.addLayout(row)


def give_room(window: QWidget, width: int, height: int) -> None:
    """Resize to this many logical pixels at a text size of 100 percent, larger with the text, at most 90 percent of the
    screen."""
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
