"""The overlay's window on one screen: shows the frozen picture and forwards mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from fanlight.core.capture.selection import SelectionMade, SelectionModel, WindowTarget
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.desktop.capture.frame import ScreenImage, WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.desktop.hotkeys.latin_keys import keys_in_place
from fanlight.desktop.xcb import is_x11
from fanlight.i18n import N_, _
from fanlight.ui.capture.overlay_painter import OverlayPainter, OverlayScene
from fanlight.ui.capture.screen_mode import ScreenMode

_KIND = (
    Qt.WindowType.Window
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.NoDropShadowWindowHint
)
_ON_X11 = Qt.WindowType.X11BypassWindowManagerHint | Qt.WindowType.WindowDoesNotAcceptFocus
"""Bypasses the window manager: shown 29 ms earlier, and the program below keeps the focus."""

REPEAT_KEY, DELAY_KEYS, TEXT_KEY, TRANSLATE_KEY, SCROLL_KEY = "R", "3 5", "T", "L", "S"
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Where each key points, right and down."""
HINT = (
    (N_("Drag"), N_("a part")),
    (N_("Click"), N_("a window")),
    (N_("Enter"), N_("the whole screen")),
    (N_("Arrows"), N_("with keys")),
    (TEXT_KEY, N_("text")),
    (TRANSLATE_KEY, N_("translate")),
    (SCROLL_KEY, N_("scroll it")),
    (REPEAT_KEY, N_("same again")),
    (DELAY_KEYS, N_("seconds later")),
    (N_("Esc"), N_("cancel")),
)
KEYS_HINT = (
    (N_("Arrows"), N_("move")),
    (N_("Shift"), N_("resize")),
    (N_("Ctrl"), N_("by 10")),
    (N_("Tab"), N_("next window")),
    (N_("Enter"), N_("capture")),
    (SCROLL_KEY, N_("scroll it")),
    (N_("Esc"), N_("cancel")),
)
SCROLL_HINT = (
    (N_("Drag"), N_("the part that scrolls")),
    (N_("Click"), N_("a window")),
    (N_("Arrows"), N_("with keys")),
    (SCROLL_KEY, N_("back")),
    (N_("Esc"), N_("cancel")),
)
KEYS_DESCRIPTION = N_(
    "Tab selects a window, the arrow keys move the selection and with Shift resize it, Enter captures it or the whole "
    "screen, T makes the text selectable, L translates it in its place, S captures what is then scrolled as one long "
    "picture, R captures the same rectangle as last time, "
    "3 or 5 wait that many seconds first, Escape cancels."
)


class OverlayWindow(QWidget):
    """Made in advance and shown when a screen is frozen; `frame` and `choice` are None otherwise."""

    def __init__(
        self,
        screen: QScreen,
        on_touched: Callable[[OverlayWindow], None],
        on_chosen: Callable[[OverlayWindow, SelectionMade], None],
        on_dismissed: Callable[[], None],
        on_key: Callable[[QKeyEvent], None],
        on_key_up: Callable[[QKeyEvent], None],
    ) -> None:
        kind = _KIND | _ON_X11 if is_x11() else _KIND
        super().__init__(None, kind)
        self.on_screen = screen
        self._on_touched, self._on_chosen, self._on_dismissed = on_touched, on_chosen, on_dismissed
        self._on_key, self._on_key_up = on_key, on_key_up
        self.frame: ScreenImage | None = None
        self.choice: SelectionModel | None = None
        self.mode: ScreenMode | None = None
        """What is done instead of choosing a part of the screen."""
        self.scrolls = False
        """What is chosen is to be scrolled."""
        self.mode_keys: tuple[str, ...] = ()
        """Those of the modes that there are."""
        self._painter: OverlayPainter | None = None
        self._scene = OverlayScene()
        self._places: dict[str, str] = {}
        self._right_button_down = False
        """The right button was pressed here: its release dismisses the overlay, so that the program below receives no
        half click."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWindowTitle(_("Choose a Part of the Screen – Fanlight"))
        self.setGeometry(screen.geometry())
        self.winId()

    def freeze(self, frame: ScreenImage, windows: Sequence[WindowBox]) -> None:
        self.setAccessibleName(_("Screen {name}, frozen").format(name=frame.screen_name))
        self.setAccessibleDescription(_(KEYS_DESCRIPTION))
        origin = frame.screen.desktop
        cut = [(window.box.cut(origin).moved(-origin.left, -origin.top), window.title) for window in windows]
        self.frame = frame
        self.choice = SelectionModel(frame.screen, [WindowTarget(box, title) for box, title in cut])
        self._painter = OverlayPainter(frame.image, frame.scale)
        self._places = keys_in_place(f"{REPEAT_KEY} {DELAY_KEYS} {TEXT_KEY} {TRANSLATE_KEY} {SCROLL_KEY}".split())
        self._scene = OverlayScene()
        self._right_button_down = self.scrolls = False
        # A modal dialog blocks all windows but its transient children; None resets that.
        modal = QGuiApplication.modalWindow()
        self.windowHandle().setTransientParent(modal)  # type: ignore[arg-type]
        self.setGeometry(frame.geometry)

    def thaw(self) -> None:
        """Hide, and free the picture."""
        hidden_windows.note(self.windowHandle())
        self.hide()
        self.frame = self.choice = self._painter = self.mode = None
        self._scene = OverlayScene()

    def point_at(self, position: QPointF) -> None:
        """Move the selection's pointer there: logical pixels from this screen's corner."""
        if self.choice:
            self.choice.move(*self.choice.screen.pixel(position.x(), position.y()))

    def redraw(self, active: bool) -> None:
        """Repaint what has changed; a window that is not active shows no selection."""
        if not self.choice or not self._painter or not self.frame:
            return
        if self.mode is not None:
            scene = self.mode.scene(active=active)
        else:
            scene = self._scene_of(self.choice) if active else OverlayScene()
        changed = self._painter.changed(self._scene, scene)
        self._scene = scene
        screen = self.frame.screen
        region = QRegion()
        for rect in changed:  # type: ignore[attr-defined]
            region += QRegion(*screen.cover(Box(rect.x(), rect.y(), rect.width(), rect.height())))
        self.update(region)

    def _scene_of(self, choice: SelectionModel) -> OverlayScene:
        offered = choice.offered
        caption = _("Too small") if choice.was_too_small else f"{offered.width} × {offered.height}"
        hint = KEYS_HINT if choice.by_keys else () if choice.selection else SCROLL_HINT if self.scrolls else HINT
        missing = {TEXT_KEY, TRANSLATE_KEY}.difference(self.mode_keys)
        shown = tuple((self._key_text(key), _(action)) for key, action in hint if key not in missing)
        return OverlayScene(choice.lit, choice.magnified, caption, shown)

    def _key_text(self, key: str) -> str:
        """With what the keyboard writes at the place of a letter that it does not have, which works as well."""
        if key not in (REPEAT_KEY, DELAY_KEYS, TEXT_KEY, TRANSLATE_KEY, SCROLL_KEY):
            return _(key)
        return " ".join([key, *(self._places[letter] for letter in key.split() if letter in self._places)])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        if self._painter and self.frame:
            screen, region = self.frame.screen, QRegion()
            for rect in event.region():  # type: ignore[attr-defined]
                region += QRegion(*screen.under(Box(rect.x(), rect.y(), rect.width(), rect.height())))
            self._painter.paint(painter, self._scene, region)
        else:
            painter.fillRect(QRect(0, 0, self.width() * 4, self.height() * 4), Qt.GlobalColor.black)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.choice:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            if self.mode is not None:
                self.mode.press(*self._pixel(event), event.modifiers())
            else:
                self.choice.press(*self._pixel(event))
            self._on_touched(self)
        elif event.button() == Qt.MouseButton.RightButton:
            self._right_button_down = True

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.mode is not None and event.button() == Qt.MouseButton.LeftButton:
            self.mode.double_click(*self._pixel(event))
            self._on_touched(self)
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.choice:
            self.choice.move(*self._pixel(event))
            if self.mode is not None:
                self.mode.move(*self._pixel(event))
                self.setCursor(self.mode.cursor)
            self._on_touched(self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.choice:
            return
        if event.button() == Qt.MouseButton.LeftButton and self.mode is not None:
            self.mode.release()
            self._on_touched(self)
        elif event.button() == Qt.MouseButton.LeftButton:
            chosen = self.choice.release(*self._pixel(event))
            self._on_touched(self)
            if chosen:
                self._on_chosen(self, chosen)
        elif event.button() == Qt.MouseButton.RightButton and self._right_button_down:
            self._on_dismissed()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.point_at(event.position())
        self._on_touched(self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._on_key(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._on_key_up(event)

    def _pixel(self, event: QMouseEvent) -> tuple[int, int]:
        assert self.choice
        return self.choice.screen.pixel(event.position().x(), event.position().y())
