"""A frozen screen, and what a capture backend must offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
        """A copy, so that the rest of the screen can be freed."""
        return self.image.copy(*device)


class WindowBox(NamedTuple):
    """Another program's window with its frame, in device pixels of the virtual desktop."""

    box: Box
    title: str


@dataclass(frozen=True, slots=True)
class ClearingRegions:
    """What is not clear of Fanlight's windows yet, in device pixels of the virtual desktop: `covered`, where they were
    on view until now, and `fading`, where one that was hidden a moment ago may still fade. `may_fade`: the desktop may
    fade them out, instead of painting what was behind them at once."""

    covered: QRegion = field(default_factory=QRegion)
    fading: QRegion = field(default_factory=QRegion)
    may_fade: bool = False

    @property
    def is_empty(self) -> bool:
        return self.covered.isEmpty() and self.fading.isEmpty()


class CaptureBackend(Protocol):
    """Captures the screens, on the GUI thread."""

    name: str
    needs: str
    """What to install or do, in a sentence; translate it with `_`."""

    def is_available(self) -> bool:
        """Cheap; asks for no permission and captures nothing."""
        ...

    def prepare(self) -> None:
        """Do now what the first capture would wait for. Raises nothing, captures nothing."""
        ...

    def grab_screens(self) -> list[ScreenImage]:
        """One frame for each screen. Raises CaptureError."""
        ...

    def list_windows(self) -> list[WindowBox]:
        """The visible windows of other programs, topmost first. Empty where they cannot be listed."""
        ...

    def hide_own_windows(self, own: Sequence[QWindow]) -> ClearingRegions:
        """Keep these visible windows, perhaps none, out of captures until `restore_own_windows`. Returns what is clear
        of them only once the screen has been repainted; the rest is clear at once."""
        ...

    def restore_own_windows(self, *, activate: bool) -> None:
        """Undo `hide_own_windows`; nothing to undo is fine. `activate`: one that had the keyboard gets it back."""
        ...


def find_screen(screens: list[QScreen], frame: ScreenImage) -> QScreen | None:
    """The screen that `frame` shows, if it is still there, in the same place and of the same size."""
    for screen in screens:
        if screen.name() == frame.screen_name and screen.geometry() == frame.geometry:
            return screen
    return None
