"""Screens on Windows, through Qt (GDI). Written from the sources; it was not run on Windows.

Protected windows come out black. Own windows: SetWindowDisplayAffinity (Windows 10, 2004); older systems show a black
rectangle for WDA_EXCLUDEFROMCAPTURE, or refuse it, and the window stays in the picture.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from ctypes import c_uint32, c_void_p
from typing import Any

from PySide6.QtGui import QGuiApplication, QWindow

from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import ClearingRegions, ScreenImage, WindowBox
from fanlight.i18n import N_

_WDA_NONE, _WDA_EXCLUDE_FROM_CAPTURE = 0x00, 0x11


class WindowsCapture:
    name = "windows"
    needs = N_("Windows 10 (2004) or newer.")

    def __init__(self) -> None:
        self._hidden: list[int] = []

    def is_available(self) -> bool:
        return sys.platform == "win32" and QGuiApplication.platformName() == "windows"

    def prepare(self) -> None:
        pass

    def grab_screens(self) -> list[ScreenImage]:
        return qt_screen.grab_screens()

    def list_windows(self) -> list[WindowBox]:
        return []

    def hide_own_windows(self, own: Sequence[QWindow]) -> ClearingRegions:
        self._hidden += [int(window.winId()) for window in own]
        _exclude(self._hidden, _WDA_EXCLUDE_FROM_CAPTURE)
        return ClearingRegions()

    def restore_own_windows(self, *, activate: bool) -> None:  # noqa: ARG002 - they kept it
        _exclude(self._hidden, _WDA_NONE)
        self._hidden = []


def _exclude(windows: Sequence[int], affinity: int) -> None:
    """Returns when the desktop has been composed once more."""
    dlls: Any = ctypes
    change = dlls.windll.user32.SetWindowDisplayAffinity
    change.argtypes = (c_void_p, c_uint32)
    for window in windows:
        change(window, affinity)
    if windows:
        dlls.windll.dwmapi.DwmFlush()
