"""Keys from the X server itself (XTEST), without a program that would have to start first."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import c_char_p, c_int, c_uint, c_ulong, c_void_p

from bench.child import CanNotMeasure


class Hand:
    """A connection of its own; close it. Raises CanNotMeasure."""

    def __init__(self, display: str) -> None:
        try:
            self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        except OSError as error:
            raise CanNotMeasure(f"keys cannot be pressed: {error}; apt-get install libxtst6") from None
        self._x.XOpenDisplay.restype, self._x.XOpenDisplay.argtypes = c_void_p, (c_char_p,)
        self._x.XStringToKeysym.restype, self._x.XStringToKeysym.argtypes = c_ulong, (c_char_p,)
        for name in ("XSync", "XCloseDisplay", "XKeysymToKeycode", "XDefaultRootWindow", "XClearWindow"):
            getattr(self._x, name).argtypes = {
                "XSync": (c_void_p, c_int), "XKeysymToKeycode": (c_void_p, c_ulong), "XClearWindow": (c_void_p, c_ulong)
            }.get(name, (c_void_p,))  # fmt: skip
        self._x.XDefaultRootWindow.restype = c_ulong
        self._x.XSetWindowBackground.argtypes = (c_void_p, c_ulong, c_ulong)
        self._test.XTestFakeKeyEvent.argtypes = (c_void_p, c_uint, c_int, c_ulong)
        self._test.XTestFakeButtonEvent.argtypes = (c_void_p, c_uint, c_int, c_ulong)
        self._test.XTestFakeMotionEvent.argtypes = (c_void_p, c_int, c_int, c_int, c_ulong)
        self._c = self._x.XOpenDisplay(display.encode())
        if not self._c:
            raise CanNotMeasure(f"no X server at {display}")

    def colour_desktop(self, rgb: int) -> None:
        root = self._x.XDefaultRootWindow(self._c)
        self._x.XSetWindowBackground(self._c, root, rgb)
        self._x.XClearWindow(self._c, root)
        self._x.XSync(self._c, 0)

    def press(self, *keys: str) -> None:
        """Key symbols, held together; the server has them when this returns."""
        self._keys(keys, 1)

    def release(self, *keys: str) -> None:
        self._keys(tuple(reversed(keys)), 0)

    def strike(self, key: str) -> None:
        self.press(key)
        self.release(key)

    def move(self, x: int, y: int) -> None:
        """The mouse, to that pixel of the screen."""
        self._test.XTestFakeMotionEvent(self._c, -1, x, y, 0)
        self._x.XSync(self._c, 0)

    def button(self, down: bool) -> None:
        """The left one."""
        self._test.XTestFakeButtonEvent(self._c, 1, int(down), 0)
        self._x.XSync(self._c, 0)

    def close(self) -> None:
        self._x.XCloseDisplay(self._c)

    def _keys(self, keys: Sequence[str], down: int) -> None:
        for key in keys:
            code = self._x.XKeysymToKeycode(self._c, self._x.XStringToKeysym(key.encode())) & 0xFF
            self._test.XTestFakeKeyEvent(self._c, code, down, 0)
        self._x.XSync(self._c, 0)
