"""The bar of live captions: above everything, never with the keyboard, and there as long as anything is heard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fanlight.core.window_state import WindowState
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.domain.speech import CaptionWords
from fanlight.i18n import _
from fanlight.ui.captions.caption_text import CaptionText
from fanlight.ui.captions.place import EDGE, kept_place, placed, written_place
from fanlight.ui.controls import label, push, recolour, tool
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import Theme, scaled
from fanlight.ui.widgets.banner import announce

WIDTH, NARROWEST, ROOM_FOR_STATUS = 760, 320, 180
"""Logical pixels at a text size of 100 percent."""
PLACE = "captions_place"
_KIND = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
_UNFOCUSED = (
    Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.X11BypassWindowManagerHint  # else a program in full screen would cover it
)


class CaptionBar(QFrame):
    """Can be dragged anywhere, and made wider at its right end; where it was last is kept. Under Wayland a window has
    no say in that, and gets the keyboard when it opens: there the desktop moves it, and Esc closes it."""

    stop_requested = Signal()
    ask_requested = Signal()
    transcript_requested = Signal()

    def __init__(self, window_state: WindowState) -> None:
        self._floats = not QGuiApplication.platformName().startswith("wayland")
        super().__init__(None, _KIND | _UNFOCUSED if self._floats else _KIND)
        self._window_state = window_state
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setObjectName("captions")
        self.setWindowTitle(_("Live Captions – Fanlight"))
        self.setAccessibleName(_("Live captions"))
        self._percent = 100
        self._grabbed: QPoint | None = None
        self._status = ""
        self._build()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._stay_on_screen)

    def _build(self) -> None:
        self.mark = label()
        self.mark.setObjectName("captions_mark")
        self.mark.setAccessibleName(_("Fanlight hears what is played"))
        self.status = label("", "muted")
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.error = label("", "error_line", wrap=True)
        self.error.hide()
        self.ask_button = push(_("Ask About the Last 5 Minutes"), "send")
        self.transcript_button = push(_("Transcript"), "window")
        self._worded = tuple((button, button.text()) for button in (self.ask_button, self.transcript_button))
        self.close_button = tool("close", _("Stop the captions"))
        buttons = (self.ask_button, self.transcript_button, self.close_button)
        self.text = CaptionText()
        for worded, words in self._worded:
            worded.setAccessibleName(words)
            worded.setToolTip(plain_tip(words))
        for button in buttons:
            if self._floats:
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ask_button.clicked.connect(self.ask_requested)
        self.transcript_button.clicked.connect(self.transcript_requested)
        self.close_button.clicked.connect(self.stop_requested)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        first.addWidget(self.status, 1)
        for button in buttons:
            first.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(6)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # words of buttons go where they need room
        column.addLayout(first)
        column.addWidget(self.text)
        column.addWidget(self.error)
        self._handle = _WidthHandle(self)

    # What it shows.

    def set_looks(self, theme: Theme, text_size: int, captions_size: int) -> None:
        """Sizes in percent; that of the captions is on top of that of all text."""
        self._percent = text_size
        self.text.set_looks(theme, text_size * captions_size // 100)
        side = scaled(10, text_size)
        self.mark.setFixedSize(side, side)
        recolour(self, theme)
        if self.isVisible():
            self._fit()

    def show_status(self, status: str) -> None:
        """On one line, beside the buttons."""
        self.error.hide()
        self.text.show()
        self.mark.show()
        self._say(status)

    def show_error(self, sentences: str) -> None:
        """In place of the words. Nothing is heard any more."""
        self.error.setText(sentences)
        self.text.hide()
        self.mark.hide()
        self.error.show()
        self._say(_("Live captions have ended."))
        announce(self, sentences)
        self._fit()

    def _say(self, status: str) -> None:
        self.status.setAccessibleName(status)
        self.status.setToolTip(plain_tip(status))
        if status and status != self._status:
            announce(self, status)
        self._status = status
        self._fit_line()

    def _fit_line(self) -> None:
        """Buttons without words where there is no room for these, and as much of the status as fits."""
        metrics, around = self.ask_button.fontMetrics(), scaled(60, self._percent)
        needed = sum(metrics.horizontalAdvance(text) + around for _button, text in self._worded)
        roomy = self.width() - needed >= scaled(ROOM_FOR_STATUS, self._percent)
        for button, text in self._worded:
            button.setText(plain_caption(text) if roomy else "")
        layout = self.layout()
        assert layout is not None
        layout.activate()
        line = self.status.fontMetrics().elidedText(self._status, Qt.TextElideMode.ElideRight, self.status.width())
        self.status.setText(line)

    def add_words(self, words: CaptionWords) -> None:
        self.text.add(words)
        self.ask_button.setEnabled(True)

    def open(self) -> None:
        """Where it was last, empty."""
        self.text.clear()
        self.ask_button.setEnabled(False)
        if self.isVisible():
            return
        self._fit()
        self.show()

    def put_away(self) -> None:
        self._status = ""
        if self.isVisible():
            self._keep_place()
            hidden_windows.note(self.windowHandle())
            self.hide()

    # Its place.

    @property
    def _screens(self) -> list[QRect]:
        primary = QGuiApplication.primaryScreen()
        others = [screen for screen in QGuiApplication.screens() if screen is not primary]
        return [screen.availableGeometry() for screen in (primary, *others)]

    def _fit(self) -> None:
        for widget in (self, *self.findChildren(QWidget)):
            widget.ensurePolished()  # fonts are those of the style sheet from then on
        kept = self.geometry() if self.isVisible() else kept_place(self._window_state.text(PLACE))
        wide = kept.width() if kept is not None else scaled(WIDTH, self._percent)
        wide = max(wide, scaled(NARROWEST, self._percent))
        screens = self._screens
        wide = min(wide, max(screen.width() for screen in screens) - 2 * EDGE)
        high = self._height_for(wide)
        self.setGeometry(placed(kept.topLeft() if kept is not None else None, wide, high, screens))

    def _height_for(self, width: int) -> int:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return max(self.heightForWidth(width), self.minimumSizeHint().height())

    def _stay_on_screen(self, *_: object) -> None:
        if self.isVisible():
            self.setGeometry(placed(self.pos(), self.width(), self.height(), self._screens))

    def _keep_place(self) -> None:
        if self._floats:
            self._window_state.keep(**{PLACE: written_place(self.geometry())})

    def widen(self, right: int) -> None:
        """Its right end there, in coordinates of the desktop."""
        screen = QGuiApplication.screenAt(self.pos()) or QGuiApplication.primaryScreen()
        most = screen.availableGeometry().right() - EDGE
        width = max(scaled(NARROWEST, self._percent), min(right, most) - self.x())
        self.resize(width, self._height_for(width))

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._floats:
            self.windowHandle().startSystemMove()
            return
        self._grabbed = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self.move(event.globalPosition().toPoint() - self._grabbed)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._grabbed = None
            self._stay_on_screen()
            self._keep_place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.stop_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, _event: object) -> None:
        self._fit_line()
        self._handle.setGeometry(self.width() - _WidthHandle.WIDTH, 0, _WidthHandle.WIDTH, self.height())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Also by the desktop: what is heard must be seen."""
        self.stop_requested.emit()
        super().closeEvent(event)


class _WidthHandle(QWidget):
    """The right end, which makes the bar wider."""

    WIDTH = 8

    def __init__(self, bar: CaptionBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._bar.widen(event.globalPosition().toPoint().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._bar.mouseReleaseEvent(event)
        self._bar._keep_place()
