"""X11: a window that the user called for from elsewhere becomes the active one, and the desktop's busy pointer ends.

Window managers let no program take the focus by itself. A request that says it comes from the user
(`_NET_ACTIVE_WINDOW` with source 2, as a taskbar sends it) is obeyed; Qt always sends source 1. Other platforms need
nothing of this. Sources: freedesktop.org's Extended Window Manager Hints 1.5, Startup Notification 0.1.
"""

from __future__ import annotations

import ctypes
import re

from PySide6.QtGui import QGuiApplication

_CLIENT_MESSAGE = 33
_PROPERTY_CHANGE = 1 << 22
_SUBSTRUCTURE = 1 << 19 | 1 << 20
"""Event masks: what a window manager listens for on the root window."""
_FROM_THE_USER = 2


class _ClientMessage(ctypes.Structure):
    """XClientMessageEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_ubyte * (5 * ctypes.sizeof(ctypes.c_long))),
    )


class _Event(ctypes.Union):
    """XEvent: the server's library copies all of it."""

    _fields_ = (("client", _ClientMessage), ("pad", ctypes.c_long * 24))


def activate(window: int, startup_id: str = "") -> None:
    """`window` is an X11 id. On Qt's own connection, so that it comes after what Qt has asked for."""
    if QGuiApplication.platformName() != "xcb":
        return
    server = _Server(QGuiApplication.instance().nativeInterface().display())  # type: ignore[union-attr]
    stamp = re.search(r"_TIME(\d+)$", startup_id)
    numbers = (ctypes.c_long * 5)(_FROM_THE_USER, int(stamp[1]) & 0xFFFFFFFF if stamp else 0, 0, 0, 0)
    server.send(window, "_NET_ACTIVE_WINDOW", 32, bytes(numbers), _SUBSTRUCTURE)
    if startup_id:
        quoted = re.sub(r'([\\" ])', r"\\\1", startup_id)
        server.broadcast(window, "_NET_STARTUP_INFO", f"remove: ID={quoted}")
    server.flush()


class _Server:
    def __init__(self, display: int) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XInternAtom.restype = self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(display)
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))

    def send(self, window: int, kind: str, bits: int, data: bytes, mask: int) -> None:
        """To the root window; `data` is five longs, or 20 bytes."""
        event = _Event()
        event.client.type, event.client.window, event.client.format = _CLIENT_MESSAGE, window, bits
        event.client.message_type = self._x.XInternAtom(self._display, kind.encode(), 0)
        ctypes.memmove(event.client.data, data, len(data))
        self._x.XSendEvent(self._display, self._root, 0, ctypes.c_long(mask), ctypes.byref(event))

    def broadcast(self, window: int, kind: str, text: str) -> None:
        """A text of any length, in messages of 20 bytes, ended by a null."""
        data = text.encode() + b"\0"
        for start in range(0, len(data), 20):
            self.send(window, kind if start else f"{kind}_BEGIN", 8, data[start : start + 20], _PROPERTY_CHANGE)

    def flush(self) -> None:
        self._x.XFlush(self._display)
