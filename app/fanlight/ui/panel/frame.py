"""The quick panel as a window: beside a rectangle, as tall as its content, above all others, with the keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QScreen, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from fanlight.core.panel.placement import PanelPlace, PanelPlacement, place_beside
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.throttle import Debounce
from fanlight.desktop.capture.geometry import Box
from fanlight.desktop.capture.screen_lock import screen_lock
from fanlight.desktop.capture.x11_windows import is_screen_covered
from fanlight.desktop.focus import KeyboardLoan
from fanlight.domain.actions import Subject
from fanlight.i18n import N_, _
from fanlight.ui import theme
from fanlight.ui.controls import label, push, recolour, repolish
from fanlight.ui.dictation.status import DictationStatus
from fanlight.ui.panel.action_bar import ActionBar
from fanlight.ui.panel.head import PanelHead
from fanlight.ui.panel.keyboard import PanelKeyboard
from fanlight.ui.panel.panel_keys import keyboard_text
from fanlight.ui.panel.parts import PanelLine, PanelTranscript
from fanlight.ui.panel.stacking import PanelStacking

_KIND = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
WIDTH, PLANNED_HEIGHT = 460, 380
"""Logical pixels at a text size of 100 percent; a side with less room than that is not taken."""
MOST_ANSWER, LEAST_ANSWER = 420, 60
MARGIN = 12
PRACTICE = N_("The practice model knows only colored shapes and numbers. Open another one in Fanlight's window.")


class PanelFrame(QFrame):
    SUBJECT: Subject = "capture"

    def __init__(
        self,
        place: PanelPlace | None,
        settings_store: SettingsStore,
        loan: KeyboardLoan,
        read_trigger: Callable[[], str],
    ) -> None:
        """Beside `place`, if there is one. `read_trigger`: the shortcut that brings the keyboard here, for the user; ""
        for none."""
        super().__init__(None, _KIND)
        self._place_of_capture, self._settings_store = place, settings_store
        if is_screen_covered(self._screen_of_capture()) and screen_lock() is None:
            self.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)
        self.keyboard = PanelKeyboard(self, loan, stays_below=settings_store.now.panel_keyboard == "never")
        self.setObjectName("quickPanel")
        self.setWindowTitle(_("Capture – Fanlight"))
        self.setAccessibleName(_("Quick panel"))
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self._read_trigger = read_trigger
        self._spot: PanelPlacement | None = None
        self._moved = False
        self._build()
        self.head.dragged.connect(self._drag)
        self._fit_soon = Debounce(self, self._fit)  # not while the transcript lays out its messages
        self.transcript.grown.connect(self._fit)
        self.transcript.verticalScrollBar().rangeChanged.connect(self._fit_soon.request)
        self._replace_soon = Debounce(self, self._leave_lost_screen)
        self.transcript.wrap_requested.connect(lambda wrapped: settings_store.choose(wrap_code=wrapped))
        settings_store.changed.connect(self._apply_theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)
        self._stacking = PanelStacking(self)
        self._follow_screens()

    def _build(self) -> None:
        self.head, self.bar, self.line, self.transcript = PanelHead(), ActionBar(), PanelLine(), PanelTranscript()
        self.talk_status = DictationStatus()
        self.transcript.setAccessibleName(_("Answers"))
        self.transcript.hide()
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.note = label(_(PRACTICE), "muted", wrap=True)
        self.server_note = label("", "error", wrap=True)
        self.server_note.hide()
        self.keys_label = label("", "muted", wrap=True)
        self.model_button = push(_("Open Fanlight to Choose a Model"))
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(10)
        for widget in (self.head, self.bar, self.problem, self.transcript, self.model_button, self.line):
            column.addWidget(widget)
        for below in (self.talk_status, self.keys_label, self.note, self.server_note):
            column.addWidget(below)

    def refit(self) -> None:
        """Adapt the height after something in it was shown or hidden."""
        self._fit()

    def _screen_of_capture(self) -> QScreen:
        """That of the rectangle; the one with the pointer where there is none, or its screen is gone."""
        place = self._place_of_capture
        there = [one for one in QGuiApplication.screens() if place is not None and one.name() == place.screen_name]
        return there[0] if there else QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()

    def _place(self) -> None:
        """Beside the rectangle."""
        place, screen = self._place_of_capture, self._screen_of_capture()
        free = screen.availableGeometry()
        here = place.rect if place is not None else _box(self._centre(free))
        size = theme.on_desktop(self._settings_store.now.text_size)
        self._spot = place_beside(here, theme.scaled(WIDTH, size), theme.scaled(PLANNED_HEIGHT, size), _box(free))
        self._moved = False

    def _centre(self, free: QRect) -> QRect:
        """Beside what it belongs where there is no rectangle."""
        return QRect(free.center(), free.center())

    def _fit(self) -> None:
        """As tall as its content, within the room where it stands."""
        if self._spot is None:
            return
        size = theme.on_desktop(self._settings_store.now.text_size)
        width = min(theme.scaled(WIDTH, size), self._spot.room.width)
        self.bar.setFixedHeight(self.bar.arrange(width - self._border - 2 * MARGIN))
        shown = not self.transcript.isHidden()
        rest = self._height(width) - (self.transcript.height() if shown else 0)
        if shown:
            most = min(theme.scaled(MOST_ANSWER, size), max(80, self._spot.room.height - rest))
            wanted = max(LEAST_ANSWER, min(self.transcript.content_height, most))
            if wanted != self.transcript.height():
                self.transcript.setFixedHeight(wanted)
            rest += wanted
        place = self._spot.at(width, rest)
        if self._moved:
            self.resize(place.width, place.height)
        else:
            self.setGeometry(*place)

    def _height(self, width: int) -> int:
        """What the layout needs at that width."""
        column = self._column
        column.activate()
        inner = width - self._border
        high = column.heightForWidth(inner) if column.hasHeightForWidth() else column.sizeHint().height()
        return high + self._border

    @property
    def _border(self) -> int:
        """Of both sides."""
        return self.width() - self.contentsRect().width()

    def _apply_theme(self, *_: object) -> None:
        wanted = theme.current(self._settings_store.now.theme)
        self.transcript.set_theme(wanted, theme.on_desktop(self._settings_store.now.text_size))
        self.transcript.show_timings(self._settings_store.now.show_timings)
        self.transcript.show_wrapped(self._settings_store.now.wrap_code)
        recolour(self, wanted)
        self._draw_keys()
        self._fit()

    def _draw_keys(self) -> None:
        """Show whether the panel has the keyboard."""
        here, settings = self.keyboard.is_here, self._settings_store.now
        self.bar.set_look(theme.current(settings.theme), here, theme.on_desktop(settings.text_size))
        self.keys_label.setText(keyboard_text(self.SUBJECT, is_here=here, trigger=self._read_trigger()))
        if self.property("keyboard") != here:
            self.setProperty("keyboard", here)
            repolish(self)

    def _follow_screens(self) -> None:
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._replace_soon.request)
        for screen in QGuiApplication.screens():
            screen.geometryChanged.connect(self._replace_soon.request)

    def _leave_lost_screen(self) -> None:
        """Its screen was unplugged, or is smaller now."""
        rooms = [screen.geometry() for screen in QGuiApplication.screens()]
        if self._spot is not None and not any(room.contains(self.geometry()) for room in rooms):
            self._place()
            self._fit()

    def _stop_following(self) -> None:
        """Ignore later changes of the settings, the screens and the color scheme."""
        self._stacking.stop()
        self._spot = None
        self._settings_store.changed.disconnect(self._apply_theme)
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._apply_theme)

    def _drag(self) -> None:
        self._moved = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self._stacking.start()


def _box(rect: QRect) -> Box:
    return Box(rect.x(), rect.y(), rect.width(), rect.height())
