"""Dialogs in which something is entered that may be wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from fanlight.ui.controls import label
from fanlight.ui.plain_text import plain_title
from fanlight.ui.widgets.form import fit_to_texts, lay_out

WIDTH = 520
"""Logical pixels at a text size of 100 percent."""


class EntryDialog(QDialog):
    """`wrong` says why what was entered is not taken."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(plain_title(title))
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()

    def lay_out_entry(self, widgets: Sequence[QWidget], *buttons: QPushButton) -> None:
        """One below the other, the buttons at the end."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        for widget in widgets:
            column.addWidget(widget)
        lay_out(self, body, *buttons)

    def show_wrong(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.show()
        fit_to_texts(self, WIDTH)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_to_texts(self, WIDTH)
