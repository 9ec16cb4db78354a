"""A frozen screen, and what a capture backend must offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QImage, QRegion, QScreen, QWindow

from fanlight.desktop.capture.geometry import Box, Screen


@dataclass(frozen=True, slots=True)
class ScreenImage:
    """One screen, frozen. `image` has its device pixels (Format_RGB32, a devicePixelRatio of 1); `geometry` is the
    screen's in Qt's logical pixels."""

    screen_name: str
    geometry: QRect
    scale: float
    image: QImage

    @property
    def screen(self) -> Screen:
        corner = self.geometry.topLeft()
        return Screen(
            self.screen_name, Box(corner.x(), corner.y(), self.image.width(), self.image.height()), self.scale
        )

    def is_on_screen(self) -> bool:
        """Whether the screen is still there, in the same place and of the same size."""
        return find_screen(QGuiApplication.screens(), self) is not None

    def crop(self, device: Box) -> QImage:
        """A copy, so that the rest of the screen can be forgotten."""
        return self.image.copy(*device)


class WindowBox(NamedTuple):
    """Another program's window with its frame, in device pixels of the virtual desktop."""

    box: Box
    title: str


class CaptureBackend(Protocol):
    """Pictures the screens, on the GUI thread."""

    name: str
    needs: str
    """What to install or do, in a sentence; translate it with `_`."""

    def is_available(self) -> bool:
        """Cheap, asks nobody for permission, and captures nothing."""
        ...

    def prepare(self) -> None:
        """Do now what the first capture would wait for. Raises nothing, captures nothing."""
        ...

    def grab_screens(self) -> list[ScreenImage]:
        """One frame for each screen. Raises CaptureError."""
        ...

    def list_windows(self) -> list[WindowBox]:
        """What can be clicked, topmost first; without Fanlight's own. Empty where it cannot be known."""
        ...

    def hide_own_windows(self, own: Sequence[QWindow]) -> QRegion:
        """Leave these windows, which are on view, out of pictures until `restore_own_windows`. The region returned, in
        device pixels of the virtual desktop, is out only once the screen is painted without it; the rest at once."""
        ...

    def restore_own_windows(self) -> None:
        """Undo `hide_own_windows`; nothing to undo is fine."""
        ...


def find_screen(screens: list[QScreen], frame: ScreenImage) -> QScreen | None:
    """The screen that `frame` shows, if it is still there, in the same place and of the same size."""
    for screen in screens:
        if screen.name() == frame.screen_name and screen.geometry() == frame.geometry:
            return screen
    return None
