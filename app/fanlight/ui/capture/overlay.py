"""Choosing a part of the frozen screens: by dragging, clicking, or keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent, QScreen

from fanlight.core.capture.captures import Capture
from fanlight.core.capture.selection import LEAST_SIDE, SelectionMade, SelectionModel
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.core.work.throttle import Debounce, Timeout
from fanlight.desktop.capture.frame import ScreenImage, WindowBox, find_screen
from fanlight.desktop.capture.screen_lock import screen_lock
from fanlight.desktop.hotkeys.key_release import KeyReleaseGuard
from fanlight.desktop.hotkeys.latin_keys import latin_key
from fanlight.domain.desktop_errors import CaptureBusy, CaptureEmpty, CaptureError
from fanlight.domain.found_items import FoundItem
from fanlight.i18n import _
from fanlight.ui.capture.keyboard_grab import KeyboardGrab
from fanlight.ui.capture.menu_wait import MenuWait
from fanlight.ui.capture.modes import MakeTranslation, OverlayModes
from fanlight.ui.capture.overlay_window import ARROWS, TEXT_KEY, OverlayWindow
from fanlight.ui.widgets.banner import announce

_LARGE_STEP = 10
_DELAYS = {"3": 3, "5": 5}
_ANNOUNCE_AFTER_MS = 250


class Overlays(QObject):
    """One window per screen, made in advance. Each `open` ends with exactly one signal, unless `close` ends it; by then
    the windows are hidden and nothing is grabbed any more, except the keyboard while a key is still down."""

    captured = Signal(object)
    """A Capture."""
    dismissed = Signal()
    repeat_wanted = Signal()
    """The same rectangle as last time."""
    delay_wanted = Signal(int)
    """Seconds to wait; then the screens are to be frozen anew."""
    scroll_wanted = Signal(object)
    """The CapturePlace of a part that is to be scrolled."""
    failed = Signal(object)
    """A CaptureError."""
    text_wanted = Signal(str)
    """To be copied."""
    item_wanted = Signal(object)
    """A FoundItem, to be opened or copied."""

    def __init__(
        self,
        parent: QObject | None = None,
        key_release: KeyReleaseGuard | None = None,
        texts: PartReaderPort | None = None,
        text_at_once: Callable[[], bool] = lambda: False,
        make_translation: MakeTranslation | None = None,
    ) -> None:
        """Without `texts` no words can be selected; `text_at_once`: they can be as soon as the screens are frozen.
        `make_translation` makes what translates them."""
        super().__init__(parent)
        self._text_at_once = text_at_once
        self._modes = OverlayModes(texts, make_translation, self)
        self._modes.changed.connect(self._redraw)
        self._modes.text_wanted.connect(self._end_with_text)
        self._modes.item_wanted.connect(self._end_with_item)
        self._keyboard = KeyboardGrab(key_release or KeyReleaseGuard(self), self)
        self._keyboard.failed.connect(lambda: self._fail_busy(_("Another program holds the keyboard and the mouse.")))
        self._menus = MenuWait(self)
        self._menus.closed.connect(self._menu_closed)
        self._menus.timed_out.connect(lambda: self._fail_busy(_("Another program holds the mouse.")))
        self._pictured: tuple[Sequence[ScreenImage], Sequence[WindowBox]] = (), ()
        self._windows: list[OverlayWindow] = []
        self._active: OverlayWindow | None = None
        self._announce_soon = Debounce(self, self._announce_selection, _ANNOUNCE_AFTER_MS)
        self._build_soon = Timeout(self, self._build)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._screens_changed)
        application.screenRemoved.connect(self._screens_changed)
        self._watched: set[QScreen] = set()
        self._build()

    @property
    def is_open(self) -> bool:
        """Also while it waits for a menu to close."""
        return self._menus.is_waiting or any(window.frame for window in self._windows)

    def open(self, frames: Sequence[ScreenImage], windows: Sequence[WindowBox] = ()) -> None:
        """Freeze the screens; does nothing while open. `windows`, topmost first, are what a click takes."""
        if self.is_open:
            return
        if (locked := screen_lock()) is not None:
            self.failed.emit(locked)
            return
        if self._menus.start():
            self._pictured = frames, windows
            return
        self._freeze(frames, windows)

    def _freeze(self, frames: Sequence[ScreenImage], windows: Sequence[WindowBox]) -> None:
        shown = []
        for frame in frames:
            window = self._window_of(frame)
            if window is None:
                continue
            window.freeze(frame, windows)
            shown.append(window)
        if not shown:
            self.failed.emit(CaptureEmpty(_("The screens have changed."), _("Press the key again.")))
            return
        self._active = self._under_pointer(shown)
        self._active.redraw(active=True)
        for window in shown:
            window.show()
            window.raise_()
        self._keyboard.begin(self._active)
        announce(self._active, _("The screen is frozen. Choose a part of it, or press Enter for the whole screen."))
        if self._text_at_once():
            self._modes.start(TEXT_KEY, shown, self._active)

    def _menu_closed(self) -> None:
        (frames, windows), self._pictured = self._pictured, ((), ())
        self._freeze(frames, windows)

    def _fail_busy(self, why: str) -> None:
        self.close()
        self.failed.emit(CaptureBusy(why))

    def close(self) -> None:
        """Hide the windows and end all grabs; emits no signal."""
        self._announce_soon.cancel()
        self._menus.stop()
        self._modes.stop()
        self._pictured = (), ()
        self._keyboard.end()
        self._active = None
        for window in self._windows:
            if window.frame:
                window.thaw()

    def _build(self) -> None:
        """One window for each screen that there is now."""
        screens = QGuiApplication.screens()
        for window in [window for window in self._windows if window.on_screen not in screens]:
            self._windows.remove(window)
            window.deleteLater()
        known = {window.on_screen for window in self._windows}
        for screen in screens:
            if screen not in known:
                window = OverlayWindow(
                    screen, self._on_touched, self._capture, self._dismiss, self._on_key, self._modes.on_key_up
                )
                window.mode_keys = self._modes.keys
                self._windows.append(window)
            if screen not in self._watched:
                screen.geometryChanged.connect(self._screens_changed)
        self._watched = set(screens)

    def _screens_changed(self) -> None:
        """The frozen pictures no longer match the screens."""
        if self.is_open:
            self._dismiss()
        self._build_soon.start()

    def _window_of(self, frame: ScreenImage) -> OverlayWindow | None:
        self._build()
        screen = find_screen(QGuiApplication.screens(), frame)
        return next((window for window in self._windows if window.on_screen is screen), None) if screen else None

    def _under_pointer(self, shown: Sequence[OverlayWindow]) -> OverlayWindow:
        pointer = QCursor.pos()
        for window in shown:
            assert window.frame
            if window.frame.geometry.contains(pointer):
                corner = window.frame.geometry.topLeft()
                window.point_at(QPointF(pointer - corner))
                return window
        return shown[0]

    def _on_touched(self, window: OverlayWindow) -> None:
        """Input arrived on `window`: it becomes the active one, unless a selection made by keys is on another."""
        before = self._active
        if before is not None and before is not window and before.choice and window.choice:
            if before.choice.by_keys and window.choice.selection is None:
                window.choice.leave_screen()
                return
            before.choice.clear()
            before.choice.leave_screen()
            before.redraw(active=False)
        self._active = window
        window.redraw(active=True)

    def _on_key(self, event: QKeyEvent) -> None:
        window = self._active
        if window is None or window.choice is None:
            return
        if self._modes.on_key(window, [one for one in self._windows if one.frame], event):
            return
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in ARROWS:
            large = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            dx, dy = (step * (_LARGE_STEP if large else 1) for step in ARROWS[Qt.Key(key)])
            (window.choice.resize if shift else window.choice.move_by)(dx, dy)
            self._on_touched(window)
            self._announce_soon.request()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            window.choice.select_next_window(-1 if shift or key == Qt.Key.Key_Backtab else 1)
            self._on_touched(window)
            self._announce_soon.request()
        elif not event.isAutoRepeat():
            self._run_command(window, window.choice, event)

    def _run_command(self, window: OverlayWindow, choice: SelectionModel, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._capture(window, choice.confirm())
        elif (letter := latin_key(event)) == "s":
            self._choose_to_scroll(window, choice)
        elif letter == "r":
            self.close()
            self.repeat_wanted.emit()
        elif letter in _DELAYS:
            self.close()
            self.delay_wanted.emit(_DELAYS[letter])

    def _choose_to_scroll(self, window: OverlayWindow, choice: SelectionModel) -> None:
        """What is selected; else what is chosen next."""
        shown = [one for one in self._windows if one.frame]
        scrolls = not window.scrolls
        for one in shown:
            one.scrolls = scrolls
        if choice.selection is not None and min(choice.selection[2:]) >= LEAST_SIDE:
            self._capture(window, SelectionMade(choice.selection, "keys"), scrolls=True)
            return
        self._redraw()
        if scrolls:
            announce(window, _("Choose the part that scrolls."))

    def _redraw(self) -> None:
        for window in self._windows:
            if window.frame:
                window.redraw(active=window is self._active)

    def _end_with_text(self, text: str) -> None:
        self.close()
        self.text_wanted.emit(text)

    def _end_with_item(self, item: FoundItem) -> None:
        self.close()
        self.item_wanted.emit(item)

    def _capture(self, window: OverlayWindow, chosen: SelectionMade, *, scrolls: bool = False) -> None:
        frame, scrolls = window.frame, scrolls or window.scrolls
        assert frame
        self.close()
        try:
            capture = Capture.of_part(frame, chosen.box, chosen.kind)
        except CaptureError as error:
            self.failed.emit(error)
            return
        if scrolls:
            self.scroll_wanted.emit(capture.place)
        else:
            self.captured.emit(capture)

    def _dismiss(self) -> None:
        self.close()
        self.dismissed.emit()

    def _announce_selection(self) -> None:
        """Tell a screen reader where keys have moved the selection, once no more keys are pressed."""
        choice = self._active.choice if self._active else None
        if self._active is None or choice is None or choice.selection is None:
            return
        box = choice.selection
        title = next((target.title for target in choice.targets if target.box == box), "")
        text = (
            _("{title}, {width} by {height} at {left}, {top}") if title else _("{width} by {height} at {left}, {top}")
        )
        announce(self._active, text.format(title=title, width=box.width, height=box.height, left=box.left, top=box.top))
