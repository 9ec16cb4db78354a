"""The parts around a transcript in its window: options, progress and actions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fanlight.core.transcription.queue import TranscriptionQueue
from fanlight.core.transcription.transcription import Transcription
from fanlight.core.work.throttle import Timeout
from fanlight.domain.languages import LANGUAGES
from fanlight.i18n import _, sort_key
from fanlight.speech.transcript_formats import Format
from fanlight.ui.controls import elided, label, push, repolish, show_busy
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.widgets.banner import announce

SAID_MS = 4_000
_FINE = 1000
_AROUND, _SPACING = 60, 10
"""Pixels for margins and spacing, and between two buttons."""


class TranscriptionOptionsBar(QFrame):
    """Picks files; sets the language and the translation of transcriptions that begin later."""

    file_requested = Signal()
    chosen = Signal()

    def __init__(self, queue: TranscriptionQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self._queue = queue
        self.pick_button = push(_("Transcribe a File…"), "plus")
        self.pick_button.clicked.connect(self.file_requested)
        self.language = QComboBox()
        self.language.setAccessibleName(_("Language of the recording"))
        self.language.setToolTip(_("Speech is recognized better in a fixed language than in a detected one."))
        self.language.addItem(_("Detect the language"), "auto")
        for name, code in sorted(
            ((_(name), code) for code, name in LANGUAGES.items()), key=lambda item: sort_key(item[0])
        ):
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(queue.language))
        self.translate = QCheckBox(_("Translate into English"))
        self.translate.setChecked(queue.translate)
        self.language.activated.connect(self._choose)
        self.translate.clicked.connect(self._choose)
        self._language_options = QWidget()
        row = QHBoxLayout(self._language_options)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.language)
        row.addWidget(self.translate)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 10, 16, 10)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.pick_button, 0, 0)
        self._grid.addWidget(self._language_options, 0, 2)
        self._roomy = True
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two lines where one does not fit."""
        super().resizeEvent(event)
        needed = self.pick_button.sizeHint().width() + self._language_options.sizeHint().width() + _AROUND
        roomy = event.size().width() >= needed
        if roomy != self._roomy:
            self._roomy = roomy
            self._grid.removeWidget(self._language_options)
            self._grid.addWidget(self._language_options, *((0, 2) if roomy else (1, 0, 1, 3)))

    def _choose(self) -> None:
        self._queue.choose_options(self.language.currentData(), self.translate.isChecked())
        self.chosen.emit()


class TranscriptionProgress(QWidget):
    stop_requested = Signal()
    resume_requested = Signal()
    restart_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self.title = label("", "heading")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.status = label("", "muted", wrap=True)
        self.status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.note = label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(_("Progress"))
        self.stop_button, self.resume_button = push(_("Stop")), push(_("Resume"), kind="primary")
        self.restart_button = push(_("Start Over"), "retry")
        for button, signal in (
            (self.stop_button, self.stop_requested),
            (self.resume_button, self.resume_requested),
            (self.restart_button, self.restart_requested),
        ):
            button.clicked.connect(signal)
        words = QVBoxLayout()
        words.setSpacing(2)
        for widget in (self.title, self.status, self.note):
            words.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(words, 1)
        for button in (self.restart_button, self.resume_button, self.stop_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.bar)

    def show_transcription(self, one: Transcription | None, queue: TranscriptionQueue) -> None:
        if one is None:
            self._show_title(_("Sound and video files"), _("Drop or choose files here to turn speech into text."))
            for widget in (self.bar, self.note, self.stop_button, self.resume_button, self.restart_button):
                widget.hide()
            return
        paused = queue.is_paused
        self._show_title(one.path.name, one.status(model_ready=queue.model_ready, paused=paused), one.state == "failed")
        self.title.setToolTip(plain_tip(str(one.path)))
        other = one.run is not None and one.run.options != queue.options and one.state != "waiting"
        note = _("It was started with other language options.") if other else one.note()
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.restart_button.setVisible(one.from_file and (bool(note) or one.state in ("stopped", "done")))
        self.stop_button.setVisible(one.state in ("waiting", "working", "live"))
        self.resume_button.setVisible(one.from_file and one.state in ("stopped", "failed"))
        self.resume_button.setText(_("Try Again") if one.state == "failed" else _("Resume"))
        self._fill(one, paused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.title.setText(elided(self._title, self.title, self.title.width()))

    def _show_title(self, title: str, status: str, failed: bool = False) -> None:
        self._title = title
        self.title.setText(elided(title, self.title, self.title.width()))
        self.title.setAccessibleName(title)
        self.status.setText(status)
        kind = "error_line" if failed else "muted"
        if self.status.property("kind") != kind:
            self.status.setProperty("kind", kind)
            repolish(self.status)

    def _fill(self, one: Transcription, paused: bool) -> None:
        self.bar.setVisible(one.state in ("waiting", "working", "stopped"))
        share = one.share
        if share is None and one.state == "working" and not paused:
            show_busy(self.bar)
        else:
            self.bar.setRange(0, _FINE)
            self.bar.setValue(round(_FINE * (share or 0.0)))


class TranscriptActions(QWidget):
    copy = Signal()
    save = Signal(str)
    """A Format."""
    ask = Signal()
    attach = Signal()

    def __init__(self, kinds: Mapping[Format, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy_button, self.save_button = push(_("Copy"), "copy"), push(_("Save As"), "arrow-down")
        self.ask_button = push(_("Ask About It"), "send", "primary")
        self.ask_button.setToolTip(_("Quote the transcript, or the selected part, in your question"))
        self.attach_button = push(_("Attach"), "attach")
        self.attach_button.setToolTip(
            _("Attach the recording to your question: what is said in it, or the sound itself for a model that hears")
        )
        menu = QMenu(self.save_button)
        for form, words in kinds.items():
            menu.addAction(plain_caption(_("{format}…").format(format=_(words)))).triggered.connect(
                lambda _checked=False, form=form: self.save.emit(form)
            )
        self.save_button.setMenu(menu)
        self.copy_button.clicked.connect(self.copy)
        self.ask_button.clicked.connect(self.ask)
        self.attach_button.clicked.connect(self.attach)
        self._said, self.message = "", label("", "muted")
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._until = Timeout(self, self._end_message, SAID_MS)
        self._questions = QWidget()
        row = QHBoxLayout(self._questions)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        row.addWidget(self.attach_button)
        row.addWidget(self.ask_button)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING)
        self._grid.setColumnStretch(2, 1)
        self._grid.addWidget(self.copy_button, 0, 0)
        self._grid.addWidget(self.save_button, 0, 1)
        self._grid.addWidget(self.message, 0, 2)
        self._grid.addWidget(self._questions, 0, 3)
        self._roomy = True
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two lines where one does not fit."""
        super().resizeEvent(event)
        needed = self.message.fontMetrics().horizontalAdvance(_("Copied")) + _AROUND
        for part in (self.copy_button, self.save_button, self._questions):
            needed += part.sizeHint().width()
        roomy = event.size().width() >= needed
        if roomy != self._roomy:
            self._roomy = roomy
            self._grid.removeWidget(self._questions)
            place = (0, 3, 1, 1) if roomy else (1, 0, 1, 3)
            self._grid.addWidget(self._questions, *place, Qt.AlignmentFlag.AlignRight)
        self._show_said()

    def show_transcription(self, one: Transcription | None) -> None:
        for button in (self.copy_button, self.save_button, self.ask_button):
            button.setEnabled(one is not None and bool(one.segments))
        self.attach_button.setEnabled(one is not None and one.state in ("done", "stopped", "failed"))

    def show_message(self, words: str) -> None:
        """What was done, for a moment; shortened where there is no room for all of it."""
        self._said = words
        self._show_said()
        self._until.start()
        announce(self, words)

    def _end_message(self) -> None:
        self._said = ""
        self.message.clear()

    def _show_said(self) -> None:
        self._grid.activate()
        self.message.setText(elided(self._said, self.message, self.message.width()))
