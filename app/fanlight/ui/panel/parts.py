"""The parts of a quick panel: the capture at its head, the quick actions with their keys, the line to type in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QImage, QMouseEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fanlight.domain.actions import Action
from fanlight.i18n import _
from fanlight.ui.controls import label, tool
from fanlight.ui.theme import LIGHT, Theme, scaled
from fanlight.ui.transcript.message import EDGE
from fanlight.ui.transcript.message_parts import MessageStatus
from fanlight.ui.transcript.transcript import Transcript

THUMB = QSize(84, 56)
GAP, CAP_GAP = 6, 5
SIDE = EDGE + 2
FRAME = QColor(128, 128, 128, 120)
"""Around the capture, on any ground."""


class PanelHead(QFrame):
    """The capture, its size, its status; the panel is dragged by it."""

    dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = QLabel()
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


class ActionBar(QWidget):
    """A button for each action, in as many rows as they need."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QToolButton] = []
        self._actions: tuple[Action, ...] = ()
        self._theme, self._live, self._text_size = LIGHT, False, 100

    def show_actions(self, actions: Sequence[Action]) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self._actions = tuple(actions)
        self.buttons = [self._button(action, place) for place, action in enumerate(actions, 1)]
        self._draw()

    def set_look(self, theme: Theme, live: bool, text_size: int) -> None:
        """`live`: the actions' keys work; otherwise they are drawn muted."""
        self._theme, self._live, self._text_size = theme, live, text_size
        self._draw()

    def mark(self, action: Action | None) -> None:
        """Check the button of the action that is being answered; None for none."""
        for button, one in zip(self.buttons, self._actions, strict=True):
            button.setChecked(one == action)

    def arrange(self, width: int) -> int:
        """Place the buttons in rows; returns the rows' height."""
        x = y = row = 0
        for button in self.buttons:
            # WORKAROUND QToolButton.sizeHint adds two spaces beside an icon. Remove when a release does not.
            size = button.sizeHint() - QSize(2 * button.fontMetrics().horizontalAdvance(" "), 0)
            if x and x + size.width() > width:
                x, y, row = 0, y + row + GAP, 0
            button.setGeometry(QRect(QPoint(x, y), QSize(min(size.width(), width), size.height())))
            x, row = x + size.width() + GAP, max(row, size.height())
        return y + row

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange(self.width())

    def _button(self, action: Action, place: int) -> QToolButton:
        button = QToolButton(self)
        button.setText(action.shown_label.replace("&", "&&"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("kind", "action")
        button.setCheckable(True)
        keys = [key for key in (action.key.upper(), str(place) if place < 10 else "") if key]
        button.setToolTip(_tooltip(action.shown_label, keys))
        button.setAccessibleName(action.shown_label)
        button.setAccessibleDescription(_key_description(keys))
        button.clicked.connect(lambda: self.chosen.emit(action))
        button.show()
        return button

    def _draw(self) -> None:
        side = scaled(18, self._text_size)
        for place, (button, action) in enumerate(zip(self.buttons, self._actions, strict=True), 1):
            key = action.key.upper() or (str(place) if place < 10 else "")
            button.setIconSize(QSize(side + CAP_GAP, side))
            button.setIcon(keycap(key, side, self._theme, self._live, self.devicePixelRatioF()) if key else QIcon())


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


def _tooltip(label: str, keys: Sequence[str]) -> str:
    match keys:
        case [key]:
            return _("{label} ({key})").format(label=label, key=key)
        case [key, other]:
            return _("{label} ({key} or {other})").format(label=label, key=key, other=other)
    return label


def _key_description(keys: Sequence[str]) -> str:
    match keys:
        case [key]:
            return _("Key {key}").format(key=key)
        case [key, other]:
            return _("Key {key} or {other}").format(key=key, other=other)
    return ""


@cache
def keycap(key: str, side: int, theme: Theme, live: bool, ratio: float) -> QIcon:
    """A key with its letter, `side` logical pixels high, and the space between it and the words."""
    made = QPixmap(QSize(side + CAP_GAP, side) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    place = QRectF(0.5, 0.5, side - 1, side - 1)
    painter.setPen(QPen(QColor(theme.outline if live else theme.line), 1))
    painter.setBrush(QColor(theme.sunken))
    painter.drawRoundedRect(place, 4, 4)
    font = QFont(painter.font())
    font.setPixelSize(round(side * 0.62))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(theme.text if live else theme.muted))
    ink = QFontMetrics(font).tightBoundingRect(key)
    painter.drawText(round((side - ink.width()) / 2 - ink.left()), round((side - ink.height()) / 2 - ink.top()), key)
    painter.end()
    return QIcon(made)


def shrunk(image: QImage, size: QSize) -> QImage:
    """Reduced to fit `size`, smoothly; a much larger image is first reduced without smoothing, which would take a frame
    or two."""
    keep = Qt.AspectRatioMode.KeepAspectRatio
    if image.width() > 8 * size.width():
        image = image.scaled(size * 4, keep)
    return image.scaled(size, keep, Qt.TransformationMode.SmoothTransformation)
