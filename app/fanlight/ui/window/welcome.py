"""Shown in an empty conversation: an introduction, a sample picture, and questions about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fanlight.i18n import N_, _
from fanlight.ui.controls import label, push

MARGIN = 32
SAMPLE_SIZE = QSize(190, 150)
EXAMPLES = (N_("How many shapes are there?"), N_("What color is the star?"), N_("Describe the picture."))


class Welcome(QScrollArea):
    picture = Signal(object)
    """The sample's path."""
    example = Signal(str)
    """A question about the sample, untranslated: not every model understands other languages than English."""

    def __init__(self, sample: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("welcome")
        self.setWidget(inside)
        self.setStyleSheet("QScrollArea, QWidget#welcome { background: transparent; }")
        self._picture, self._questions = push(""), QVBoxLayout()
        self._sample = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 24, MARGIN, 24)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(label(_("Drop a picture and ask about it"), "title", wrap=True))
        text = _("Pictures, questions and answers stay on this computer: the model runs inside this window.")
        column.addWidget(label(text, "muted", wrap=True))
        if sample.is_file():
            column.addSpacing(8)
            column.addLayout(self._sample)
            self._show_sample(sample)
        column.addSpacing(8)
        column.addWidget(label(_("Fanlight works offline: nothing leaves this computer."), "muted", wrap=True))
        column.addStretch(2)
        for child in self.findChildren(QLabel):
            child.setMaximumWidth(640)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The questions stand beside the picture where there is room, else below it."""
        super().resizeEvent(event)
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        wide = self._picture.width() + self._sample.spacing() + self._questions.sizeHint().width() + 2 * MARGIN
        self._sample.setDirection(beside if wide <= self.viewport().width() else below)

    def _show_sample(self, sample: Path) -> None:
        picture = self._picture
        picture.setAccessibleName(_("Attach the sample picture"))
        picture.setToolTip(_("Attach the sample picture"))
        pixels = QPixmap(str(sample))
        size = pixels.size().scaled(SAMPLE_SIZE, Qt.AspectRatioMode.KeepAspectRatio)
        picture.setIcon(QIcon(pixels))
        picture.setIconSize(size)
        picture.setFixedSize(size + QSize(18, 18))
        picture.clicked.connect(lambda: self.picture.emit(sample))
        self._sample.setSpacing(16)
        self._questions.setSpacing(8)
        self._questions.addWidget(label(_("Try it with this picture:"), "heading"))
        for question in EXAMPLES:
            button = push(_(question))
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, question=question: self.example.emit(question))
            self._questions.addWidget(button)
        self._questions.addStretch(1)
        self._sample.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._sample.addLayout(self._questions)
        self._sample.addStretch(1)
