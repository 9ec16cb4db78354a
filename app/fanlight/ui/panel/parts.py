"""The parts of a quick panel below its head: the answers, and the line to type in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from fanlight.i18n import _
from fanlight.ui.controls import tool
from fanlight.ui.panel.panel_keys import TALK, shown_key
from fanlight.ui.transcript.message import EDGE
from fanlight.ui.transcript.message_status import MessageStatus
from fanlight.ui.transcript.transcript import Transcript

SIDE = EDGE + 2
LONGEST_QUESTION = 1_000_000
"""Characters. Qt cuts what is pasted into a line at 32,767, and says nothing."""


class PanelTranscript(Transcript):
    """The transcript, for a small window that grows with it: narrow margins, and a question is not edited but asked
    anew."""

    grown = Signal()
    """`content_height` has changed; a new height of the transcript that is set now is painted in the same frame as the
    text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._known_height = 0

    def _measure_visible(self) -> range:
        shown = super()._measure_visible()
        for _attempt in range(3):  # another height may bring messages into view whose heights were guesses
            if self.content_height == self._known_height:
                break
            self._known_height = self.content_height
            self.grown.emit()
            shown = super()._measure_visible()
        return shown

    def _room(self) -> int:
        return self.viewport().width()

    def _width(self) -> int:
        return max(120, self._room() - 2 * self._looks.px(SIDE))

    def _head(self) -> int:
        return self._looks.px(6)

    def _foot(self) -> int:
        return -self._looks.px(14)

    def _standing(self, index: int) -> MessageStatus:
        return super()._standing(index)._replace(last_question=False, may_edit=False, may_ask_again=False)


class PanelLine(QFrame):
    """Where a question is typed or spoken: the talk button is shown where dictation is available."""

    entered = Signal(str)
    continue_requested = Signal()
    """Enter without a text."""
    reached = Signal()
    """The input was clicked: it needs the keyboard focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panelLine")
        self.input = _Input()
        self.input.setAccessibleName(_("Your question"))
        self.input.setFrame(False)
        self.input.setMaxLength(LONGEST_QUESTION)
        self.input.pressed.connect(self.reached)
        self.input.returnPressed.connect(self._enter)
        self.talk_button = tool(
            "microphone", _("Speak"), _("Hold this button, or {key}, and speak").format(key=shown_key(TALK))
        )
        self.talk_button.hide()
        self.stop_speaking_button = tool(
            "speaker-stop", _("Stop Speaking"), _("Stop reading the answer aloud"), "speaking"
        )
        self.stop_speaking_button.hide()
        self.stop_button = tool("stop", _("Stop"), _("Stop the answer"))
        self.stop_button.hide()
        self.send_button = tool("send", _("Send"), _("Send (Enter)"), "primary")
        self.send_button.setEnabled(False)
        self.send_button.clicked.connect(self._enter)
        self.input.textChanged.connect(lambda text: self.send_button.setEnabled(bool(text.strip())))
        self.invite(has_rest=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(self.input, 1)
        for widget in (self.stop_speaking_button, self.talk_button, self.stop_button, self.send_button):
            row.addWidget(widget)

    def invite(self, *, has_rest: bool) -> None:
        """`has_rest`: the last answer stopped before its end."""
        self.input.setPlaceholderText(_("Enter continues the answer") if has_rest else _("Ask about this"))

    def _enter(self) -> None:
        text = self.input.text().strip()
        if text:
            self.input.clear()
            self.entered.emit(text)
        else:
            self.continue_requested.emit()


class _Input(QLineEdit):
    pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and not event.text().isspace():
            event.ignore()  # the panel's: Qt would write the letter
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        super().mousePressEvent(event)
