"""Screens on X11, through mss: the server copies a screen into memory that both share (MIT-SHM).

Measured on Xvfb (median of 15, two shared cores, wall): 1920 x 1080 mss 1.0 ms, `QScreen.grabWindow` 11.9 ms; 3840 x
2160 mss 10.5 ms, Qt 66.9 ms. With mss opened anew each time 10.1 and 56.0 ms, most likely for fresh memory; so it is
kept open. Where mss cannot capture (on a server without 32-bit pixels, say), Qt does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QImage, QScreen, QWindow

from fanlight.desktop import xcb
from fanlight.desktop.capture import qt_screen, x11_windows
from fanlight.desktop.capture.frame import ClearingRegions, ScreenImage, WindowBox
from fanlight.desktop.session import is_wayland
from fanlight.domain.desktop_errors import CaptureEmpty
from fanlight.i18n import N_, _

if TYPE_CHECKING:
    from mss import MSS
    from mss.models import Monitor


class X11:
    name = "x11"
    needs = N_("An X11 session. Under Wayland, an X11 program sees only the windows of other X11 programs.")

    def __init__(self) -> None:
        self._mss: MSS | None = None
        self._own: x11_windows.OwnWindows | None = None

    def is_available(self) -> bool:
        return xcb.is_x11() and not is_wayland()

    def prepare(self) -> None:
        self._opened()
        xcb.qt_connection()

    def grab_screens(self) -> list[ScreenImage]:
        screens = QGuiApplication.screens()
        if not screens:
            raise CaptureEmpty(_("There is no screen to capture."))
        return self._through_mss(screens) or qt_screen.grab_screens()

    def list_windows(self) -> list[WindowBox]:
        return x11_windows.list_windows(xcb.qt_connection())

    def hide_own_windows(self, own: Sequence[QWindow]) -> ClearingRegions:
        return self._windows().hide(own)

    def restore_own_windows(self, *, activate: bool) -> None:
        if self._own:
            self._own.restore(activate=activate)

    def close(self) -> None:
        if self._mss:
            self._mss.close()
        self._mss = None

    def _through_mss(self, screens: Sequence[QScreen]) -> list[ScreenImage]:
        """Empty where mss cannot capture. Its list of monitors is as old as its connection, so the second attempt uses
        a new one."""
        from mss.exception import ScreenShotError

        for _attempt in range(2):
            opened = self._opened()
            if opened is None:
                return []
            try:
                monitors = [_monitor(screen, opened.monitors[1:]) for screen in screens]
                if all(monitors):
                    pairs = zip(screens, monitors, strict=True)
                    return [_picture(opened, screen, monitor) for screen, monitor in pairs if monitor]
            except ScreenShotError:
                pass
            self.close()
        return []

    def _opened(self) -> MSS | None:
        if self._mss is None:
            from mss import MSS
            from mss.exception import ScreenShotError

            try:
                self._mss = MSS()
            except (ScreenShotError, OSError):
                return None
        return self._mss

    def _windows(self) -> x11_windows.OwnWindows:
        if self._own is None:
            self._own = x11_windows.OwnWindows(xcb.qt_connection())
        return self._own


def _monitor(screen: QScreen, monitors: Sequence[Monitor]) -> Monitor | None:
    """The monitor of Qt's screen: it has the same corner and nearly the same size, since Qt rounds to logical
    pixels."""
    geometry, scale = screen.geometry(), screen.devicePixelRatio()
    for monitor in monitors:
        off = max(abs(monitor["width"] - geometry.width() * scale), abs(monitor["height"] - geometry.height() * scale))
        if (monitor["left"], monitor["top"]) == (geometry.x(), geometry.y()) and off <= scale:
            return monitor
    return None


def _picture(opened: MSS, screen: QScreen, monitor: Monitor) -> ScreenImage:
    """The QImage uses the buffer that mss has filled, without a copy, and keeps a reference to it."""
    width, height = monitor["width"], monitor["height"]
    image = QImage(opened.grab(monitor).raw, width, height, 4 * width, QImage.Format.Format_RGB32)
    if image.isNull():
        raise CaptureEmpty(
            _("There is not enough memory for a picture of the screen {name}.").format(name=screen.name())
        )
    return ScreenImage(screen.name(), screen.geometry(), screen.devicePixelRatio(), image)
