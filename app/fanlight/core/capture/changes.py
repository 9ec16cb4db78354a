"""What is different in a capture from an earlier one of the same rectangle."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.core.capture.captures import Capture
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.annotations import Annotations, Area, Frame, NumberBadge
from fanlight.pictures.differences import Cell, changed_areas, changed_cells

COLOUR = "#e5322d"
_PAD = 6
"""Pixels between what has changed and its frame."""


@dataclass(frozen=True, slots=True)
class CaptureChanges:
    """`areas` are in pixels of the capture, from top to bottom; none where nothing has changed."""

    earlier: Capture
    areas: tuple[Area, ...]

    @property
    def marks(self) -> Annotations:
        """A frame with a number for each."""
        framed = [
            Area(area.left - _PAD, area.top - _PAD, area.width + 2 * _PAD, area.height + 2 * _PAD)
            for area in self.areas
        ]
        frames = tuple(Frame(area, COLOUR) for area in framed)
        badges = (NumberBadge((area.left, area.top), number, COLOUR) for number, area in enumerate(framed, 1))
        return (*frames, *badges)


def changes_since(earlier: Capture, now: Capture) -> CaptureChanges:
    """On any thread; some 50 ms for a whole screen. Raises PictureError."""
    areas = changed_areas(earlier.image.to_image(), now.image.to_image(), earlier.drawn_on)
    return CaptureChanges(earlier, areas)


def drawn_on(capture: Capture, image: CapturedImage) -> frozenset[Cell]:
    """Where `image` is the capture with something drawn on it, all that was drawn before included. On any thread.
    Raises PictureError."""
    return capture.drawn_on | changed_cells(capture.image.to_image(), image.to_image())
