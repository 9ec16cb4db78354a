"""The parts of a quick panel: the capture at its head, the transcript, the line to type in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fanlight.i18n import _
from fanlight.ui.controls import label, tool
from fanlight.ui.transcript.message import EDGE
from fanlight.ui.transcript.message_parts import MessageStatus
from fanlight.ui.transcript.transcript import Transcript

THUMB = QSize(84, 56)
SIDE = EDGE + 2
FRAME = QColor(128, 128, 128, 120)
"""Around the capture, on any ground."""


class PanelHead(QFrame):
    """The capture, its size, its status; the panel is dragged by it."""

    dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = label()
        self.picture.setFixedSize(THUMB)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.facts, self.status = label(wrap=True), label(kind="muted", wrap=True)
        for words in (self.facts, self.status):
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # long text does not widen it
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName(_("Progress of reading the capture"))
        self.region_button = tool("region", _("Same Rectangle Again"), _("Capture the same rectangle again (S)"))
        self.window_button = tool("window", _("Continue in Window"), _("Continue in Fanlight's window (O)"))
        self.pin_button = tool("pin", _("Pin"), _("Keep this panel when the next capture is taken (P)"))
        self.pin_button.setCheckable(True)
        self.close_button = tool("close", _("Forget"), _("Forget the capture and everything said about it (Esc)"))
        self.setMinimumHeight(THUMB.height())
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        for widget in (self.facts, self.status, self.bar):
            column.addWidget(widget)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.picture)
        row.addLayout(column, 1)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for button in (self.region_button, self.window_button, self.pin_button, self.close_button):
            tools.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(tools)

    def show_picture(self, image: QImage) -> None:
        if image.isNull():
            return
        ratio = self.devicePixelRatioF()
        small = image
        if image.width() > THUMB.width() * ratio or image.height() > THUMB.height() * ratio:
            small = shrunk(image, THUMB * ratio)
        pixmap = QPixmap.fromImage(small)
        painter = QPainter(pixmap)
        painter.setPen(QPen(FRAME, 1))
        painter.drawRect(0, 0, pixmap.width() - 1, pixmap.height() - 1)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    def show_status(self, facts: str, status: str, done: float | None) -> None:
        """`done` is the progress, 0 to 1; -1 is unknown, None hides the bar."""
        self.facts.setText(facts)
        self.picture.setAccessibleName(_("Capture, {facts}").format(facts=facts))
        self.status.setText(status)
        self.status.setVisible(bool(status))
        self.status.setAccessibleName(status)
        self.bar.setVisible(done is not None)
        if done is not None:
            self.bar.setRange(0, 0 if done < 0 else 1000)
            self.bar.setValue(max(0, round(1000 * done)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (window := self.window().windowHandle()):
            self.dragged.emit()
            window.startSystemMove()


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
        return super()._standing(index)._replace(last_question=False)


class PanelLine(QFrame):
    """Where a question is typed, or spoken: the talk button is shown where dictation is available."""

    entered = Signal(str)
    reached = Signal()
    """The input was clicked: it needs the keyboard focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panelLine")
        self.input = _Input()
        self.input.setPlaceholderText(_("Ask about this (A)"))
        self.input.setAccessibleName(_("Your question"))
        self.input.setFrame(False)
        self.input.pressed.connect(self.reached)
        self.input.returnPressed.connect(self._enter)
        self.talk_button = tool("microphone", _("Speak"), _("Hold this button, or the M key, and speak"))
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
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(self.input, 1)
        for widget in (self.stop_speaking_button, self.talk_button, self.stop_button, self.send_button):
            row.addWidget(widget)

    def _enter(self) -> None:
        text = self.input.text().strip()
        if text:
            self.input.clear()
            self.entered.emit(text)


class _Input(QLineEdit):
    pressed = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        super().mousePressEvent(event)


def shrunk(image: QImage, size: QSize) -> QImage:
    """Reduced to fit `size`, smoothly; a much larger image is first reduced without smoothing, which would take a frame
    or two."""
    keep = Qt.AspectRatioMode.KeepAspectRatio
    if image.width() > 8 * size.width():
        image = image.scaled(size * 4, keep)
    return image.scaled(size, keep, Qt.TransformationMode.SmoothTransformation)
