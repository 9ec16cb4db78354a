"""Which window, of any program, has the keyboard focus: polled to notice that the focus moves. No key is read."""

from __future__ import annotations

import ctypes
import sys

from fanlight.desktop import xcb


def window_with_keyboard() -> int:
    """Its X11 id or HWND; 0 where it cannot be determined (Wayland, macOS). One round trip to the X server."""
    if sys.platform == "win32":  # pragma: no cover - not run here
        return int(ctypes.windll.user32.GetForegroundWindow() or 0)
    if not xcb.is_x11():
        return 0
    try:
        return xcb.qt_connection().focused_window()
    except OSError:
        return 0
