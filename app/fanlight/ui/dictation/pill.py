"""The pill: level and words of a dictation into another program, above everything, and never with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QMouseEvent, QScreen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fanlight.core.dictation.pill_view import PillView
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.desktop.caret import Box
from fanlight.desktop.insertion import InsertionPlace
from fanlight.domain.audio import SoundLevel
from fanlight.i18n import _
from fanlight.ui.controls import label, push, recolour, repolish, tool
from fanlight.ui.dictation.pill_place import logical_rect, pill_anchor, pill_corner
from fanlight.ui.dictation.pill_words import PillWords
from fanlight.ui.dictation.status import LevelMeter
from fanlight.ui.theme import Theme, scaled
from fanlight.ui.widgets.banner import announce

WIDTH = 380
"""Logical pixels at a text size of 100 percent."""
_KIND = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.X11BypassWindowManagerHint  # else a program in full screen would cover it
)
_BORDER = 2
_SPEAKING = ("opening", "listening", "finishing")


class DictationPill(QFrame):
    """It stays where it came up while it is shown, and can be dragged."""

    insert_requested = Signal()
    copy_requested = Signal()
    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__(None, _KIND)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setObjectName("pill")
        self.setWindowTitle(_("Dictation – Fanlight"))
        self.setAccessibleName(_("Dictation"))
        self._text_size = 100
        self._place, self._anchor = InsertionPlace(), QRect()
        self._caret: Box | None = None
        self._grabbed: QPoint | None = None
        self._status = ""
        self._build()

    def _build(self) -> None:
        self.meter, self.words = LevelMeter(), PillWords()
        self.status = label("", "muted", wrap=True)
        self.insert_button = push(_("Paste Here"), kind="primary")
        self.copy_button = push(_("Copy"), icon="copy")
        self.close_button = tool("close", _("Put away; the list of recent dictations has the text"))
        buttons = (self.insert_button, self.copy_button, self.close_button)
        signals = (self.insert_requested, self.copy_requested, self.dismissed)
        for button, signal in zip(buttons, signals, strict=True):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(signal)
        first, last = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.meter, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.status, 1)
        first.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        last.addWidget(self.insert_button)
        last.addWidget(self.copy_button)
        last.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addLayout(first)
        column.addWidget(self.words)
        column.addLayout(last)

    @staticmethod
    def can_float() -> bool:
        """Wayland: a window cannot choose its place there, and would take the keyboard."""
        return not QGuiApplication.platformName().startswith("wayland")

    def set_theme(self, theme: Theme, text_size: int) -> None:
        self._text_size = text_size
        self.meter.set_theme(theme, text_size)
        self.words.set_theme(theme)
        recolour(self, theme)

    def show_level(self, level: SoundLevel) -> None:
        self.meter.show_level(level)

    def show_view(self, view: PillView, place: InsertionPlace, caret: Box | None = None) -> None:
        """`place`: where the text belongs; `caret`: the text cursor there, in device pixels, where that is known."""
        if view.kind == "closed" or not self.can_float():
            self._put_away()
            return
        self._show_status(view)
        self.meter.setVisible(view.kind in _SPEAKING)
        self.meter.set_state(view.kind == "listening", False)
        if view.text:
            self.words.show_text(view.text)
        else:
            self.words.show_transcript(view.words)
        for button in (self.insert_button, self.copy_button, self.close_button):
            button.setVisible(view.kind == "waiting")
        self._place, self._caret = place, caret
        self._fit()

    def _show_status(self, view: PillView) -> None:
        kind = "error_line" if view.kind == "error" else "muted"
        if self.status.property("kind") != kind:
            self.status.setProperty("kind", kind)
            repolish(self.status)
        self.status.setText(view.status)
        self.status.setAccessibleName(view.status)
        if view.status != self._status:
            self._status = view.status
            announce(self, view.status)

    def _fit(self) -> None:
        """As high as its content; it grows away from the anchor."""
        width = scaled(WIDTH, self._text_size)
        for widget in (self, *self.findChildren(QWidget)):
            widget.ensurePolished()  # fonts are those of the style sheet from then on
        margins = self._column.contentsMargins()
        inner = width - 2 * _BORDER
        self.words.setFixedHeight(self.words.heightForWidth(inner - margins.left() - margins.right()))
        self._column.activate()
        high = max(self._column.heightForWidth(inner), self._column.minimumSize().height())
        size = QSize(width, high + 2 * _BORDER)
        if self.isVisible():
            bottom = self.geometry().bottom()
            keeps_bottom = bottom < self._anchor.top()
            self.setFixedSize(size)
            self.move(self.x(), bottom + 1 - size.height() if keeps_bottom else self.y())
            return
        self.setFixedSize(size)
        screens = [(screen.geometry(), screen.devicePixelRatio()) for screen in QGuiApplication.screens()]
        window = logical_rect(self._place.box, screens) if self._place.box is not None else None
        caret = logical_rect(self._caret, screens) if self._caret is not None else None
        self._anchor = pill_anchor(QCursor.pos(), window, caret)
        free = self._screen_at(self._anchor.center()).availableGeometry()
        self.move(pill_corner(self._anchor, size, free))
        self.show()

    @staticmethod
    def _screen_at(point: QPoint) -> QScreen:
        return QGuiApplication.screenAt(point) or QGuiApplication.primaryScreen()

    def _put_away(self) -> None:
        self._status = ""
        if self.isVisible():
            hidden_windows.note(self.windowHandle())
            self.hide()

    # It can be dragged away from what it covers.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self.move(event.globalPosition().toPoint() - self._grabbed)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grabbed = None
