"""Screens on macOS, through Qt (CoreGraphics). Written from the sources; it was not run on macOS.

Permission is checked before any grab: a grab as a probe would prompt the user again at each start (Flameshot #4617).
The system prompts only once; after that only System Settings can grant it. Own windows: `NSWindow.sharingType =
NSWindowSharingNone`.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from ctypes import c_bool, c_char_p, c_ulong, c_void_p

from PySide6.QtGui import QGuiApplication, QWindow

from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import ClearingRegions, ScreenImage, WindowBox
from fanlight.domain.desktop_errors import CaptureDenied
from fanlight.i18n import N_, _

_SHARING_NONE, _SHARING_READ_ONLY = 0, 1
_CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"


class MacCapture:
    name = "macos"
    needs = N_("macOS 11 or newer, and permission to record the screen.")

    def __init__(self) -> None:
        self._hidden: list[int] = []

    def is_available(self) -> bool:
        return sys.platform == "darwin" and QGuiApplication.platformName() == "cocoa"

    def prepare(self) -> None:
        pass

    def grab_screens(self) -> list[ScreenImage]:
        _ask_permission()
        return qt_screen.grab_screens()

    def list_windows(self) -> list[WindowBox]:
        return []

    def hide_own_windows(self, own: Sequence[QWindow]) -> ClearingRegions:
        self._hidden += [int(window.winId()) for window in own]
        _share(self._hidden, _SHARING_NONE)
        return ClearingRegions()

    def restore_own_windows(self, *, activate: bool) -> None:  # noqa: ARG002 - they kept it
        _share(self._hidden, _SHARING_READ_ONLY)
        self._hidden = []


def _ask_permission() -> None:
    """Raises CaptureDenied."""
    graphics = ctypes.CDLL(_CORE_GRAPHICS)
    for name in ("CGPreflightScreenCaptureAccess", "CGRequestScreenCaptureAccess"):
        getattr(graphics, name).restype = c_bool
    if not graphics.CGPreflightScreenCaptureAccess() and not graphics.CGRequestScreenCaptureAccess():
        raise CaptureDenied(
            _("macOS does not let Fanlight record the screen."),
            _("Allow it in System Settings > Privacy & Security > Screen Recording, then restart Fanlight."),
        )


def _share(views: Sequence[int], kind: int) -> None:
    """`QWindow.winId` is an NSView on macOS."""
    objc = ctypes.CDLL("/usr/lib/libobjc.dylib")
    objc.sel_registerName.restype, objc.sel_registerName.argtypes = c_void_p, (c_char_p,)
    window_of = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p)(("objc_msgSend", objc))
    set_sharing = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_ulong)(("objc_msgSend", objc))
    for view in views:
        if window := window_of(view, objc.sel_registerName(b"window")):
            set_sharing(window, objc.sel_registerName(b"setSharingType:"), kind)
