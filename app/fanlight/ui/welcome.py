"""What an empty conversation shows: what this is, a picture to try it with, and questions to start from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fanlight.ui.controls import label, push

EXAMPLES = ("How many shapes are there?", "What colour is the star?", "Describe the picture.")


class Welcome(QScrollArea):
    picture = Signal(object)
    """The sample's path."""
    example = Signal(str)
    """A question about the sample."""

    def __init__(self, sample: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("welcome")
        self.setWidget(inside)
        self.setStyleSheet("QScrollArea, QWidget#welcome { background: transparent; }")
        column = QVBoxLayout(inside)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(label("Drop a picture, ask about it", "title"))
        words = "Pictures, questions and answers stay on this computer: the model runs inside this window."
        column.addWidget(label(words, "muted", wrap=True))
        if sample.is_file():
            column.addSpacing(8)
            column.addLayout(self._sample(sample))
        column.addSpacing(8)
        column.addWidget(label("0 connections: nothing leaves this computer.", "muted", wrap=True))
        column.addStretch(2)
        for child in self.findChildren(QLabel):
            child.setMaximumWidth(640)

    def _sample(self, sample: Path) -> QHBoxLayout:
        picture = push("")
        picture.setAccessibleName("Attach the sample picture")
        picture.setToolTip("Attach the sample picture")
        picture.setIcon(QIcon(QPixmap(str(sample))))
        picture.setIconSize(QSize(150, 150))
        picture.setFixedSize(168, 168)
        picture.clicked.connect(lambda: self.picture.emit(sample))
        row, questions = QHBoxLayout(), QVBoxLayout()
        row.setSpacing(16)
        questions.setSpacing(8)
        questions.addWidget(label("Try it with this picture:", "heading"))
        for text in EXAMPLES:
            button = push(text)
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, text=text: self.example.emit(text))
            questions.addWidget(button)
        questions.addStretch(1)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(questions)
        row.addStretch(1)
        return row
