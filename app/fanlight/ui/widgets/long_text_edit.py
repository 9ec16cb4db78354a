"""A field for text of any length."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from fanlight.ui.text_units import wrap_mode


class LongTextEdit(QPlainTextEdit):
    """Its lines may end inside of words while it holds one of thousands of characters, such as base64."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textChanged.connect(self._forget_long_words)

    def setPlainText(self, text: str) -> None:
        self.prepare_for(text)
        super().setPlainText(text)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.prepare_for(source.text())
        super().insertFromMimeData(source)

    def prepare_for(self, text: str) -> None:
        """Before it is in the field: laying it out is what takes long."""
        mode = wrap_mode(self.toPlainText() + text)
        if mode != self.wordWrapMode():
            self.setWordWrapMode(mode)

    def _forget_long_words(self) -> None:
        if self.document().isEmpty():
            self.prepare_for("")
