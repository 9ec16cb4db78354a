"""What stands above the trash and the archived conversations: a way back, and what they are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import label, tool


class ListHead(QWidget):
    left = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.back_button = tool("arrow-left", _("Back to the conversations"))
        self.back_button.clicked.connect(self.left)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.back_button)
        row.addWidget(label(title, "heading"), 1)
