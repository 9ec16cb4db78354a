"""Other programs' windows on X11, and Fanlight's own out of the picture (EWMH 1.5, ICCCM 4.1).

Own windows: with a compositing manager they become transparent, which it does at the next frame, and nothing else about
them changes. Without one they are unmapped, and afterwards mapped where they were: in the stack, on the screen,
maximized or not, and with the focus if they had it. Qt is not involved: hiding a dialog through Qt would end the
dialog's event loop.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication, QRegion, QScreen, QWindow
from shiboken6 import isValid

from fanlight.desktop import xcb
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.desktop.capture.frame import ClearingRegions, WindowBox
from fanlight.desktop.capture.geometry import Box

_COMPOSITOR = "_NET_WM_CM_S0"
_OPACITY = "_NET_WM_WINDOW_OPACITY"
_ALL_DESKTOPS = 0xFFFFFFFF
_SIZE_HINTS = 41
_US_POSITION, _P_POSITION, _P_GRAVITY = 1 << 0, 1 << 2, 1 << 9
_STATIC_GRAVITY = 10
_GRAVITY_WORD = 17
_BELOW = 1
_FROM_A_PAGER = 2
_EDGE = 2


@dataclass(frozen=True, slots=True)
class StackedWindow:
    window: int
    own: bool
    box: Box
    inner: Box
    """Without the manager's frame."""
    title: str


def list_windows(connection: xcb.XcbConnection) -> list[WindowBox]:
    """Topmost first: what can be seen on this desktop, without the desktop itself, docks and Fanlight's own."""
    return [WindowBox(seen.box, seen.title) for seen in _stack(connection) if not seen.own]


def mouse_is_free() -> bool:
    """Whether no other program holds the mouse, as an open menu does."""
    # WORKAROUND Qt 6's xcb platform ignores the server's answer to its own grab. Remove when QWindow reports it.
    return not xcb.is_x11() or xcb.qt_connection().can_grab_pointer()


def menu_is_open() -> bool:
    """Whether another program has grabbed the mouse although no button is down, so that it receives every click. False
    where that cannot be determined."""
    if not xcb.is_x11():
        return False
    connection = xcb.qt_connection()
    return not connection.can_grab_pointer() and not connection.is_button_down()


def is_screen_covered(screen: QScreen, *, bypassing: bool = False) -> bool:
    """Whether a window covers all of `screen`: one in full screen, which a window manager keeps above other windows, or
    one that bypasses the manager, like that of a screen lock; with `bypassing` such a one alone. False where that
    cannot be determined."""
    if not xcb.is_x11():
        return False
    connection, whole = xcb.qt_connection(), _whole(screen)
    boxes = [Box(*box) for box in connection.unmanaged_boxes()]
    if not bypassing:
        boxes += [seen.inner for seen in _stack(connection)]
    return any(box.cut(whole) == whole for box in boxes)


def is_covered_by_another(window: QWindow) -> bool:
    """Whether a window of another program that covers the whole screen is stacked above `window`, which the window
    manager manages. False where that cannot be determined."""
    if not xcb.is_x11():
        return False
    whole, own = _whole(window.screen()), int(window.winId())
    for seen in _stack(xcb.qt_connection()):
        if seen.window == own:
            return False
        if not seen.own and seen.inner.cut(whole) == whole:
            return True
    return False


def is_covered_by_lock() -> bool:
    """Whether another program receives every click and covers all screens, over the window manager, as screen locks
    do: i3lock, slock, xsecurelock, XScreenSaver. False where that cannot be determined."""
    return menu_is_open() and all(is_screen_covered(screen, bypassing=True) for screen in QGuiApplication.screens())


def _whole(screen: QScreen) -> Box:
    """In device pixels, without the outermost: rounding may cost some, and xsecurelock leaves them out."""
    place, scale = screen.geometry(), screen.devicePixelRatio()
    width, height = int((place.width() - 1) * scale), int((place.height() - 1) * scale)
    return Box(place.x() + _EDGE, place.y() + _EDGE, width - 2 * _EDGE, height - 2 * _EDGE)


def _stack(connection: xcb.XcbConnection) -> list[StackedWindow]:
    """Topmost first."""
    root = connection.root
    stacked, by_age = connection.properties([root], "_NET_CLIENT_LIST_STACKING", "_NET_CLIENT_LIST")[0]
    listed = xcb.words(stacked or by_age)[::-1]  # xfwm4 has the second list alone until windows are restacked
    (current,) = connection.properties([connection.root], "_NET_CURRENT_DESKTOP")[0]
    properties = connection.properties(
        listed,
        "_NET_WM_PID",
        "_NET_WM_WINDOW_TYPE",
        "_NET_WM_DESKTOP",
        "_NET_WM_STATE",
        "_NET_FRAME_EXTENTS",
        "_GTK_FRAME_EXTENTS",
        "_NET_WM_NAME",
    )
    desktop, dock, hidden = connection.atoms(
        "_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK", "_NET_WM_STATE_HIDDEN"
    )
    found = []
    for window, box, values in zip(listed, connection.viewable_boxes(listed), properties, strict=True):
        pid, kind, place, state, frame, shadow, title = values
        if box is None or {desktop, dock} & set(xcb.words(kind)):
            continue
        if hidden in xcb.words(state) or not _is_on(place, current):
            continue
        own = xcb.words(pid)[:1] == (os.getpid(),)
        inner = Box(*box)
        words = title.decode("utf-8", "replace")
        found.append(StackedWindow(window, own, _framed(inner, frame, shadow), inner, words))
    return found


def _is_on(place: bytes, current: bytes) -> bool:
    """Some managers leave the windows of other desktops mapped."""
    on, now = xcb.words(place)[:1], xcb.words(current)[:1]
    return not on or not now or on == now or on == (_ALL_DESKTOPS,)


def _framed(box: Box, frame: bytes, shadow: bytes) -> Box:
    """With the manager's frame; without the shadow that a program draws itself. Extents: left, right, top, bottom."""
    for extents, sign in ((frame, 1), (shadow, -1)):
        if len(extents) >= 16:
            left, right, top, bottom = (sign * word for word in xcb.words(extents)[:4])
            box = Box(box.left - left, box.top - top, box.width + left + right, box.height + top + bottom)
    return box


@dataclass(frozen=True, slots=True)
class HiddenWindow:
    """A window that was unmapped, and its state, which the window manager drops."""

    window: int
    qt: QWindow
    managed: bool
    state: tuple[int, ...]
    below: int
    """The other program's window right above it; 0 for none."""
    focused: bool


class OwnWindows:
    """Hides and restores Fanlight's windows; either may be called when there is nothing to do."""

    def __init__(self, connection: xcb.XcbConnection) -> None:
        self._connection = connection
        self._transparent: dict[int, tuple[int, ...]] = {}
        self._hidden: list[HiddenWindow] = []

    def hide(self, own: Sequence[QWindow]) -> ClearingRegions:
        """Hide the windows, if any."""
        fading = hidden_windows.region()
        if not own and fading.isEmpty():
            return ClearingRegions()
        may_fade = bool(self._connection.selection_owner(_COMPOSITOR))
        ids = [int(window.winId()) for window in own]
        on_view = self._on_view(ids)
        if may_fade:
            for window, (opacity,) in zip(ids, self._connection.properties(ids, _OPACITY), strict=True):
                self._transparent.setdefault(window, xcb.words(opacity))
                self._connection.set_property(window, _OPACITY, xcb.CARDINAL, [0])
        else:
            self._unmap([window for window in own if not on_view[int(window.winId())].isEmpty()])
        self._connection.flush()
        region = QRegion()
        for seen in on_view.values():
            region += seen
        return ClearingRegions(region, fading if may_fade else QRegion(), may_fade)

    def restore(self, *, activate: bool) -> None:
        """Restore the windows, except those that were hidden or closed meanwhile: they stay unmapped. Without
        `activate` none takes the focus."""
        for window, opacity in self._transparent.items():
            self._connection.set_property(window, _OPACITY, xcb.CARDINAL, opacity or [0xFFFFFFFF])
        self._transparent.clear()
        for hidden in self._hidden:
            if isValid(hidden.qt) and hidden.qt.isVisible():
                self._map(hidden, activate=activate and hidden.focused)
        self._hidden = []
        self._connection.flush()

    def _on_view(self, ids: Sequence[int]) -> dict[int, QRegion]:
        """Each own window with what no other program's window covers of it."""
        on_view: dict[int, QRegion] = {}
        above = QRegion()
        for seen in _stack(self._connection):
            if seen.window in ids:
                on_view[seen.window] = QRegion(*seen.box) - above
            elif not seen.own:
                above += QRegion(*seen.box)
        for window in ids:  # a window that the manager does not list lies above all others
            if window not in on_view:
                place = self._connection.viewable_boxes([window])[0]
                on_view[window] = QRegion(*place) if place else QRegion()
        return on_view

    def _unmap(self, own: Sequence[QWindow]) -> None:
        ids = [int(window.winId()) for window in own]
        focus = self._connection.focused_window()
        stack = xcb.words(self._connection.properties([self._connection.root], "_NET_CLIENT_LIST_STACKING")[0][0])
        states = self._connection.properties(ids, "_NET_WM_STATE")
        for window, qt, (state,) in zip(ids, own, states, strict=True):
            above = stack[stack.index(window) + 1 :] if window in stack else ()
            below = next((other for other in above if other not in ids), 0)
            self._hidden.append(HiddenWindow(window, qt, window in stack, xcb.words(state), below, window == focus))
            self._connection.withdraw(window)
        self._hidden.sort(key=lambda hidden: stack.index(hidden.window) if hidden.window in stack else len(stack))

    def _map(self, hidden: HiddenWindow, *, activate: bool) -> None:
        if not hidden.managed:
            self._connection.map(hidden.window)
            if activate:
                self._connection.set_focus(hidden.window)
            return
        self._keep_place(hidden.window)
        self._connection.set_property(hidden.window, "_NET_WM_STATE", xcb.ATOM, hidden.state)
        if not activate:
            self._connection.set_property(hidden.window, "_NET_WM_USER_TIME", xcb.CARDINAL, [0])
        self._connection.map(hidden.window)
        if hidden.below:
            self._connection.ask_manager(hidden.window, "_NET_RESTACK_WINDOW", [_FROM_A_PAGER, hidden.below, _BELOW])
        if activate:
            self._connection.ask_manager(hidden.window, "_NET_ACTIVE_WINDOW", [_FROM_A_PAGER])

    def _keep_place(self, window: int) -> None:
        """A manager places a window anew unless its hints name a position of the user's (ICCCM 4.1.2.3)."""
        (hints,) = self._connection.properties([window], "WM_NORMAL_HINTS")[0]
        words = list(xcb.words(hints)[:18]) + [0] * (18 - len(hints) // 4)
        box = self._connection.box(window)
        if box:
            words[1:5] = struct.unpack("=4I", struct.pack("=4i", *box))
        words[0] |= _US_POSITION | _P_POSITION | _P_GRAVITY
        words[_GRAVITY_WORD] = _STATIC_GRAVITY
        self._connection.set_property(window, "WM_NORMAL_HINTS", _SIZE_HINTS, words)
