"""The keyboard focus, which a panel takes from the window below and gives back to it. No key is read.

X11: `_NET_ACTIVE_WINDOW` asks the window manager, as the user's own request (EWMH 1.5); where there is no manager, or
the panel bypasses it, the focus is set directly. Windows: SetForegroundWindow. Wayland, macOS: the desktop itself gives
the focus back when a window is hidden.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor, QWindow

from fanlight.desktop import activation, xcb
from fanlight.desktop.own_windows import own_windows

_MANAGER, _USER_TIME = "_NET_SUPPORTING_WM_CHECK", "_NET_WM_USER_TIME"


@dataclass(frozen=True, slots=True)
class FocusHolder:
    """Who has the keyboard: the window that the window manager calls active (0 where it names none), and the window
    with the input focus, often a child of that one. Windows: both are the foreground window."""

    active: int = 0
    focused: int = 0

    def has(self, window: int) -> bool:
        return window in (self.active, self.focused)


class KeyboardLoan:
    """One for all panels: the latest that took the keyboard gives it back, to the window from which the first took
    it."""

    def __init__(self) -> None:
        self._lender = FocusHolder()
        self._borrower = 0

    def note_lender(self, window: QWindow | None = None) -> None:
        """Whoever has the keyboard now gets it back later, unless that is the panel which took it, or `window`."""
        holder = focus_holder()
        panels = [self._borrower, int(window.winId()) if window else 0]
        if not any(panel and holder.has(panel) for panel in panels):
            self._lender = holder

    def take(self, window: QWindow) -> None:
        """Ask for the keyboard; `window` is active when it has it."""
        self._borrower = int(window.winId())
        window.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, False)
        if not xcb.is_x11():
            window.requestActivate()
        elif _is_managed(window):
            activation.activate(self._borrower)
        else:
            xcb.qt_connection().set_focus(self._borrower)

    def give_back(self, window: QWindow) -> None:
        """To whom it was taken from, unless the user has moved on to another window."""
        borrower, lender = int(window.winId()), self._lender
        if self._borrower != borrower:
            return
        self._borrower = 0
        if focus_holder().has(borrower):
            _give(lender, window)


def focus_holder() -> FocusHolder:
    """Empty where it cannot be determined (Wayland, macOS)."""
    if sys.platform == "win32":  # pragma: no cover - not run here
        window = int(ctypes.windll.user32.GetForegroundWindow() or 0)
        return FocusHolder(window, window)
    if not xcb.is_x11():
        return FocusHolder()
    connection = xcb.qt_connection()
    (active,) = connection.properties([connection.root], "_NET_ACTIVE_WINDOW")[0]
    return FocusHolder(_first(active) if _has_manager() else 0, connection.focused_window())


def has_keyboard(window: QWindow) -> bool:
    """Whether it has the keyboard now. On X11 Qt says so up to 0.4 s after the window has lost it."""
    return xcb.qt_connection().focused_window() == int(window.winId()) if xcb.is_x11() else window.isActive()


def is_click_outside(window: QWindow) -> bool:
    """Whether a mouse button is down beside `window` and not on a menu of Fanlight's. X11 alone: not every click there
    moves the focus, while other desktops take it away from a window beside which one clicks."""
    if not xcb.is_x11() or not xcb.qt_connection().is_button_down() or window.geometry().contains(QCursor.pos()):
        return False
    under = xcb.qt_connection().window_under_pointer()
    return under not in [int(own.winId()) for own in own_windows() if own.isVisible()]


def _give(lender: FocusHolder, borrower: QWindow) -> None:
    if sys.platform == "win32":  # pragma: no cover - not run here
        ctypes.windll.user32.SetForegroundWindow(lender.active)
        return
    connection = xcb.qt_connection()
    active, focused = connection.viewable_boxes([lender.active, lender.focused])
    if active is not None:
        window = int(borrower.winId())
        request = [activation.FROM_THE_USER, _user_time(window), window]
        connection.ask_manager(lender.active, "_NET_ACTIVE_WINDOW", request)
        connection.flush()
        if _is_managed(borrower):
            return
    # No manager knows that a panel which bypasses it has the focus: some think that the lender still has it.
    if focused is None or not connection.set_focus(lender.focused):
        connection.set_focus(xcb.FOCUS_UNDER_POINTER)  # a manager then chooses a window


def _user_time(window: int) -> int:
    """When the user last touched `window`, on the server's clock; 0 where Qt has not noted it."""
    connection = xcb.qt_connection()
    (owner,) = connection.properties([window], f"{_USER_TIME}_WINDOW")[0]
    (time,) = connection.properties([_first(owner) or window], _USER_TIME)[0]
    return _first(time)


def _is_managed(window: QWindow) -> bool:
    return _has_manager() and not window.flags() & Qt.WindowType.X11BypassWindowManagerHint


def _has_manager() -> bool:
    connection = xcb.qt_connection()
    (check,) = connection.properties([connection.root], _MANAGER)[0]
    return connection.box(_first(check)) is not None


def _first(value: bytes) -> int:
    return next(iter(xcb.words(value)), 0)
