"""Screens through `QScreen.grabWindow`: GDI on Windows, CoreGraphics on macOS, XGetImage on X11; one grab a screen.

One grab of the whole virtual desktop is wrong where screens differ in scale (ksnip #1181, Flameshot #4127).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication, QImage, QScreen, QWindow

from fanlight.desktop.capture.frame import ClearingRegions, ScreenImage, WindowBox
from fanlight.domain.desktop_errors import CaptureEmpty
from fanlight.i18n import N_, _

name = "qt"
needs = N_("X11, or Qt's offscreen platform.")


def is_available() -> bool:
    return QGuiApplication.platformName() in ("xcb", "offscreen")


def prepare() -> None:
    pass


def grab_screens() -> list[ScreenImage]:
    frames = [picture(screen) for screen in QGuiApplication.screens()]
    if not frames:
        raise CaptureEmpty(_("There is no screen to capture."))
    return frames


def picture(screen: QScreen) -> ScreenImage:
    """One frame. Raises CaptureEmpty where there are no pixels: on Wayland, or in a session that is locked or has no
    screen."""
    image = screen.grabWindow(0).toImage()
    if image.isNull() or not image.width() or not image.height():
        raise CaptureEmpty(_("The system delivered no picture of the screen {name}.").format(name=screen.name()))
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(1)
    return ScreenImage(screen.name(), screen.geometry(), screen.devicePixelRatio(), image)


def list_windows() -> list[WindowBox]:
    return []


def hide_own_windows(own: Sequence[QWindow]) -> ClearingRegions:  # noqa: ARG001
    return ClearingRegions()


def restore_own_windows(*, activate: bool) -> None:
    pass
