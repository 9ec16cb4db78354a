"""Pure geometry of a capture: boxes of device pixels, and the screens they lie on. No Qt.

Three spaces, never mixed in one name:
  desktop    device pixels of the virtual desktop, what `--region` takes; may be negative
  device     device pixels of one screen, (0, 0) its top left corner; what pictures are cropped with
  logical    Qt's own: a screen's top left corner is where it is on the desktop, its size is divided by its scale. So
             `logical = origin + device / scale`, screen by screen (qhighdpiscaling_p.h, fromNativeScreenGeometry)
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fanlight.domain.desktop_errors import CaptureEmpty
from fanlight.domain.errors import InputError
from fanlight.i18n import _

_NEARLY = 1e-3
"""Pointer positions come divided by the scale: 101 / 1.5 * 1.5 may be 100.99999."""

_REGION = re.compile(r"([+-]?\d{1,6}),([+-]?\d{1,6}),(\d{1,6}),(\d{1,6})", re.ASCII)


class Box(NamedTuple):
    """Whole pixels; `right` and `bottom` are the first ones outside."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)

    def holds(self, x: int, y: int) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom

    def moved(self, dx: int, dy: int) -> Box:
        return Box(self.left + dx, self.top + dy, self.width, self.height)

    def cut(self, to: Box) -> Box:
        """The intersection; its area is 0 where the boxes do not meet."""
        left, top = max(self.left, to.left), max(self.top, to.top)
        return Box(left, top, max(0, min(self.right, to.right) - left), max(0, min(self.bottom, to.bottom) - top))

    def pushed_into(self, outer: Box) -> Box:
        """Moved by the least distance that puts it inside `outer`; made smaller where it does not fit."""
        width, height = min(self.width, outer.width), min(self.height, outer.height)
        left = min(max(self.left, outer.left), outer.right - width)
        top = min(max(self.top, outer.top), outer.bottom - height)
        return Box(left, top, width, height)


def spanning(x: int, y: int, other_x: int, other_y: int) -> Box:
    """The box whose corners are these two pixels, both inside."""
    return Box(min(x, other_x), min(y, other_y), abs(x - other_x) + 1, abs(y - other_y) + 1)


@dataclass(frozen=True, slots=True)
class Screen:
    """`desktop` is its box on the virtual desktop; `scale` is its device pixels per logical pixel."""

    name: str
    desktop: Box
    scale: float = 1.0

    @property
    def device(self) -> Box:
        return Box(0, 0, self.desktop.width, self.desktop.height)

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """The device pixel at a logical position from the screen's corner, kept on the screen."""
        across, down = math.floor(x * self.scale + _NEARLY), math.floor(y * self.scale + _NEARLY)
        return min(max(across, 0), self.desktop.width - 1), min(max(down, 0), self.desktop.height - 1)

    def cover(self, device: Box) -> Box:
        """The smallest box of whole logical pixels, from the screen's corner, that covers all of `device`."""
        left, top = math.floor(device.left / self.scale + _NEARLY), math.floor(device.top / self.scale + _NEARLY)
        right = math.ceil(device.right / self.scale - _NEARLY)
        bottom = math.ceil(device.bottom / self.scale - _NEARLY)
        return Box(left, top, right - left, bottom - top)

    def under(self, logical: Box) -> Box:
        """The device pixels, from the screen's corner, that `logical` touches."""
        left, top = math.floor(logical.left * self.scale + _NEARLY), math.floor(logical.top * self.scale + _NEARLY)
        right = math.ceil(logical.right * self.scale - _NEARLY)
        bottom = math.ceil(logical.bottom * self.scale - _NEARLY)
        return Box(left, top, right - left, bottom - top)

    def logical(self, device: Box) -> Box:
        """`cover` in Qt's coordinates of the whole desktop, comparable with a widget's geometry."""
        return self.cover(device).moved(self.desktop.left, self.desktop.top)


def placed(desktop: Box, screens: Sequence[Screen]) -> tuple[int, Box]:
    """The screen with the largest part of `desktop` (the first of equals), as its index in `screens`, and that part in
    its device pixels. Raises CaptureEmpty when no screen has any."""
    parts = [desktop.cut(screen.desktop) for screen in screens]
    best = max(range(len(parts)), key=lambda i: parts[i].area, default=-1)
    if best < 0 or not parts[best].area:
        raise CaptureEmpty(
            _("The rectangle {rectangle} is on no screen.").format(rectangle=",".join(map(str, desktop))),
            _("Screens: {screens}.").format(screens=_listed(screens)) if screens else _("Turn on a screen."),
        )
    origin = screens[best].desktop
    return best, parts[best].moved(-origin.left, -origin.top)


def _listed(screens: Sequence[Screen]) -> str:
    return "; ".join(f"{screen.name} {','.join(map(str, screen.desktop))}" for screen in screens)


def region(text: str) -> Box:
    """`X,Y,W,H` as on the command line, in device pixels of the virtual desktop. Raises InputError."""
    found = _REGION.fullmatch(text.replace(" ", ""))
    if not found:
        raise InputError(
            _("“{text}” is not a rectangle.").format(text=text),
            _("Give four whole numbers of pixels, X,Y,W,H: for example 100,200,640,480."),
        )
    box = Box(*(int(number) for number in found.groups()))
    if not box.area:
        raise InputError(
            _("The rectangle {text} has no pixels.").format(text=text), _("Its width and height must be at least 1.")
        )
    return box
