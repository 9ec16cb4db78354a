"""Where the quick panel is placed: beside the rectangle, and over it only where there is no room. All coordinates are
logical pixels of the whole desktop; screens left of or above the first one have negative ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from fanlight.desktop.capture.geometry import Box

GAP = 12
"""Between the rectangle and the panel."""
EDGE = 8
"""Between the panel and the end of the screen."""

Side = Literal["right", "left", "below", "above", "corner"]


class PanelPlace(Protocol):
    """What a panel stands beside: a rectangle on the desktop, and the screen that has it."""

    @property
    def screen_name(self) -> str: ...

    @property
    def rect(self) -> Box: ...


@dataclass(frozen=True, slots=True)
class PanelPlacement:
    """A side of the rectangle and all the room there; the panel may grow and shrink in it without ever jumping."""

    side: Side
    room: Box
    beside: Box
    corner: tuple[bool, bool] = (True, True)
    """For the side "corner": at the right, at the bottom."""

    def at(self, width: int, height: int) -> Box:
        """The panel's place for a size, cut to the room: as near the rectangle as it can be."""
        room, near = self.room, self.beside
        width, height = min(width, room.width), min(height, room.height)
        along = max(room.left, min(near.left, room.right - width))
        level = max(room.top, min(near.top, room.bottom - height))
        match self.side:
            case "right":
                return Box(room.left, level, width, height)
            case "left":
                return Box(room.right - width, level, width, height)
            case "below":
                return Box(along, room.top, width, height)
            case "above":
                return Box(along, room.bottom - height, width, height)
            case "corner":
                return _in_corner(room, width, height, *self.corner)


def place_beside(rectangle: Box, width: int, height: int, screen: Box) -> PanelPlacement:
    """The first side with room for a panel of that size (right, left, below, above), else the corner where it covers
    least. `screen` is what is free on the rectangle's screen (no task bars)."""
    free = inner(screen)
    sides: tuple[tuple[Side, Box], ...] = (
        ("right", _between(rectangle.right + GAP, free.top, free.right, free.bottom)),
        ("left", _between(free.left, free.top, rectangle.left - GAP, free.bottom)),
        ("below", _between(free.left, rectangle.bottom + GAP, free.right, free.bottom)),
        ("above", _between(free.left, free.top, free.right, rectangle.top - GAP)),
    )
    for side, room in sides:
        room = room.cut(free)
        if room.width >= width and room.height >= height:
            return PanelPlacement(side, room, rectangle)
    corners = ((True, True), (False, True), (True, False), (False, False))  # of equals the first: selections end there
    fit = min(width, free.width), min(height, free.height)
    least = min(corners, key=lambda corner: _in_corner(free, *fit, *corner).cut(rectangle).area)
    return PanelPlacement("corner", free, rectangle, least)


def _in_corner(room: Box, width: int, height: int, at_right: bool, at_bottom: bool) -> Box:
    left = room.right - width if at_right else room.left
    return Box(left, room.bottom - height if at_bottom else room.top, width, height)


def _between(left: int, top: int, right: int, bottom: int) -> Box:
    return Box(left, top, max(0, right - left), max(0, bottom - top))


def inner(screen: Box) -> Box:
    """`screen` without a margin of EDGE on each side."""
    return _between(screen.left + EDGE, screen.top + EDGE, screen.right - EDGE, screen.bottom - EDGE)
