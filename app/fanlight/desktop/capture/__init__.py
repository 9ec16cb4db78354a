"""Captures of the screens: one module per backend, best first. None is available on Wayland: there, `portal` lets the
desktop ask the user for the rectangle."""

from __future__ import annotations

from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import CaptureBackend, ScreenImage, WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.desktop.capture.macos import MacCapture
from fanlight.desktop.capture.pixels import CapturedImage
from fanlight.desktop.capture.windows import WindowsCapture
from fanlight.desktop.capture.x11 import X11

__all__ = ["BACKENDS", "Box", "CaptureBackend", "CapturedImage", "ScreenImage", "WindowBox", "pick"]

BACKENDS: tuple[CaptureBackend, ...] = (X11(), WindowsCapture(), MacCapture(), qt_screen)


def pick() -> CaptureBackend | None:
    return next((backend for backend in BACKENDS if backend.is_available()), None)
