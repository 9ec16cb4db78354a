"""Which window has the keyboard, of whichever program: to know when it moves. No key is read for that."""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_uint, c_uint32, c_void_p

from PySide6.QtGui import QGuiApplication


def window_with_keyboard() -> int:
    """Its id; 0 where that cannot be known (Wayland, macOS). One round trip to the X server."""
    if sys.platform == "win32":  # pragma: no cover - not run here
        return int(ctypes.windll.user32.GetForegroundWindow() or 0)
    application = QGuiApplication.instance()
    if QGuiApplication.platformName() != "xcb" or not isinstance(application, QGuiApplication):
        return 0
    return _focus(application.nativeInterface().connection())  # type: ignore[attr-defined]


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", c_uint),)


def _focus(connection: int) -> int:
    """`GetInputFocus` of the X protocol: the window is the reply's third word (xproto.h)."""
    try:
        xcb, libc = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL(None)
    except OSError:
        return 0
    ask, answer = xcb.xcb_get_input_focus, xcb.xcb_get_input_focus_reply
    ask.restype, ask.argtypes = _Cookie, (c_void_p,)
    answer.restype, answer.argtypes = c_void_p, (c_void_p, _Cookie, c_void_p)
    reply = answer(connection, ask(connection), None)
    if not reply:
        return 0
    window = c_uint32.from_address(reply + 8).value
    libc.free.argtypes = (c_void_p,)
    libc.free.restype = None
    libc.free(reply)
    return int(window)
