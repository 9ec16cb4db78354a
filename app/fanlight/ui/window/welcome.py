"""Shown in an empty conversation: what the open model can be asked, examples of it, and what to do without a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.work.throttle import Timeout
from fanlight.domain.slots import Slot
from fanlight.i18n import N_, _
from fanlight.ui.controls import label, push

MARGIN = 32
SAMPLE_SIZE = QSize(190, 150)
LOADING_MS = 400
"""A model that is loaded sooner is not announced."""
EXAMPLES = (N_("How many shapes are there?"), N_("What color is the star?"), N_("Describe the picture."))
"""About the sample picture."""
TEXT_EXAMPLES = (
    N_("Explain in three sentences why the sky is blue."),
    N_("Write a friendly reminder about an unpaid invoice."),
    N_("What should I pack for a weekend in the mountains?"),
)


class Welcome(QScrollArea):
    picture = Signal(object)
    """The sample's path."""
    example = Signal(str)
    """A question about the sample, untranslated: not every model understands other languages than English."""
    text_example = Signal(str)
    """A question without a picture."""
    open_model = Signal()

    def __init__(self, sample: Path, host: ModelHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("welcome")
        self.setWidget(inside)
        self.setStyleSheet("QScrollArea, QWidget#welcome { background: transparent; }")
        self._has_sample = sample.is_file()
        self.title, self.text = label("", "title", wrap=True), label("", "muted", wrap=True)
        self.note, self.loading = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.open_button, self.again_button = push(_("Get a Model…"), kind="primary"), push(_("Try Again"))
        self.open_button.clicked.connect(self.open_model)
        self.again_button.clicked.connect(host.reload)
        self.about_sample, self.about_text = self._sample_examples(sample), QWidget()
        questions = _questions(
            _("Try one of these:"), TEXT_EXAMPLES, lambda question: self.text_example.emit(_(question))
        )
        questions.setContentsMargins(0, 8, 0, 0)
        self.about_text.setLayout(questions)
        self._loading_soon = Timeout(self, self.loading.show, LOADING_MS)
        self._lay_out(inside)
        host.changed.connect(self._show_model)
        self._show_model()

    def _show_model(self) -> None:
        """What can be done with the model as it is now."""
        host = self._host
        self._loading_soon.cancel()
        match host.condition:
            case "none":
                self._offer(
                    _("Open a model to begin"),
                    _(
                        "Fanlight answers with a model that runs on this computer. Open a GGUF file, or choose a "
                        "model at the top of the window."
                    ),
                    opens=True,
                )
            case "failed":
                self._offer(
                    _("The model could not be loaded"),
                    _("No question can be answered before one is loaded. Try again, or open another model."),
                    opens=True,
                    tries_again=True,
                )
            case _:
                self._invite(host)
        if host.condition == "loading":
            self.loading.setText(
                _("The model is being loaded. Write your question meanwhile: it is answered once that is done.")
            )
            self._loading_soon.start()

    def _invite(self, host: ModelHost) -> None:
        practice, server = host.spec is not None and host.spec.practice, host.shown_server_in(Slot.WINDOW)
        if not host.supports_images:
            self._offer(
                _("Ask a question"),
                server or _("Questions and answers stay on this computer: the model runs inside this window."),
                _(
                    "This model reads text, also that in a document or a picture. For all else in pictures, open one "
                    "that has a projector (mmproj)."
                ),
                examples=self.about_text,
            )
            return
        self._offer(
            _("Drop a picture or a document and ask about it"),
            server
            or _(
                "Pictures, documents, questions and answers stay on this computer: the model runs inside this window."
            ),
            _("The practice model knows shapes, colors and printed numbers. Open a real model for everything else.")
            if practice
            else "",
            examples=self.about_sample if self._has_sample else None,
            opens=practice,
        )

    def _offer(
        self,
        title: str,
        text: str,
        note: str = "",
        *,
        examples: QWidget | None = None,
        opens: bool = False,
        tries_again: bool = False,
    ) -> None:
        for words, shown in ((self.title, title), (self.text, text), (self.note, note)):
            words.setText(shown)
            words.setVisible(bool(shown))
        self.loading.hide()
        for one in (self.about_sample, self.about_text):
            one.setVisible(one is examples)
        self.open_button.setVisible(opens)
        self.again_button.setVisible(tries_again)

    # Widgets.

    def _lay_out(self, inside: QWidget) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.again_button, self.open_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 24, MARGIN, 24)
        column.setSpacing(12)
        column.addStretch(1)
        for widget in (self.title, self.text, self.loading, self.about_sample, self.about_text, self.note):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addStretch(2)
        for child in self.findChildren(QLabel):
            child.setMaximumWidth(640)

    def _sample_examples(self, sample: Path) -> QWidget:
        self._picture = push("")
        self._questions = _questions(_("Try it with this picture:"), EXAMPLES, self.example.emit)
        self._sample = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sample.setContentsMargins(0, 8, 0, 0)
        self._sample.setSpacing(16)
        if self._has_sample:
            self._show_sample(self._picture, sample)
        self._sample.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._sample.addLayout(self._questions)
        self._sample.addStretch(1)
        both = QWidget()
        both.setLayout(self._sample)
        return both

    def _show_sample(self, picture: QPushButton, sample: Path) -> None:
        picture.setAccessibleName(_("Attach the sample picture"))
        picture.setToolTip(_("Attach the sample picture"))
        pixels = QPixmap(str(sample))
        size = pixels.size().scaled(SAMPLE_SIZE, Qt.AspectRatioMode.KeepAspectRatio)
        picture.setIcon(QIcon(pixels))
        picture.setIconSize(size)
        picture.setFixedSize(size + QSize(18, 18))
        picture.clicked.connect(lambda: self.picture.emit(sample))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The questions stand beside the picture where there is room, else below it."""
        super().resizeEvent(event)
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        wide = self._picture.width() + self._sample.spacing() + self._questions.sizeHint().width() + 2 * MARGIN
        self._sample.setDirection(beside if wide <= self.viewport().width() else below)


def _questions(heading: str, questions: Sequence[str], chosen: Callable[[str], object]) -> QVBoxLayout:
    """A button for each; `chosen` is called with its question, untranslated."""
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(label(heading, "heading"))
    for question in questions:
        button = push(_(question))
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _checked=False, question=question: chosen(question))
        column.addWidget(button)
    column.addStretch(1)
    return column
