"""Pictures of the screens: one module a way, best first. On Wayland none of these: see `portal`, which lets the
compositor choose the rectangle."""

from __future__ import annotations

from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import Backend, Frame, WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.desktop.capture.macos import MacOS
from fanlight.desktop.capture.windows import Windows
from fanlight.desktop.capture.x11 import X11

__all__ = ["BACKENDS", "Backend", "Box", "Frame", "WindowBox", "pick"]

BACKENDS: tuple[Backend, ...] = (X11(), Windows(), MacOS(), qt_screen)


def pick() -> Backend | None:
    return next((backend for backend in BACKENDS if backend.available()), None)
