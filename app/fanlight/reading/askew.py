"""Paper that lay askew on the glass: how much, and its picture straightened, so that lines can be told apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.reading import TextLine
from fanlight.reading.tiles import Quad, bounds

LEAST, MOST = 0.004, 0.2
"""Slopes: the detector's boxes of level lines have up to about 0.002."""
_LONG, _FEWEST = 4.0, 3
"""Times as wide as high, and how many of them, to tell a slope by."""
_ALIKE, _APART = 0.012, 0.03
"""Of most lines of a page that lies askew, how far from the usual slope they are; and from where on a line is one of
another sheet."""


def slope_of(quads: Sequence[Quad]) -> float:
    """Pixels down for each one to the right; 0.0 where the page is straight, or its lines are not parallel."""
    slopes = sorted(_slopes(quads))
    if len(slopes) < _FEWEST:
        return 0.0
    usual = slopes[len(slopes) // 2]
    parallel = sum(abs(slope - usual) <= _ALIKE for slope in slopes)
    return usual if LEAST <= abs(usual) <= MOST and parallel > len(slopes) / 2 else 0.0


def sheets_apart(quads: Sequence[Quad], slope: float) -> tuple[list[Quad], list[Quad]]:
    """Those that lie as a page of that slope, with all that are too short to tell, and those that lie otherwise."""
    others = [quad for quad in quads if any(abs(one - slope) > _APART for one in _slopes([quad]))]
    return [quad for quad in quads if quad not in others], others


def _slopes(quads: Sequence[Quad]) -> Iterator[float]:
    for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in quads:
        if x1 - x0 > _LONG * abs(y3 - y0) and x2 - x3 > 0:
            yield (y1 - y0 + y2 - y3) / (x1 - x0 + x2 - x3)


@dataclass(frozen=True, slots=True)
class Straightened:
    """The picture of a page with lines of `slope`, turned so that they are level; a bit larger, to hold its corners."""

    slope: float
    width: int
    """Of the picture as it was, as `height`."""
    height: int

    @property
    def _shifts(self) -> tuple[float, float]:
        """Right and down, so that all of it is there."""
        sine = math.sin(math.atan(self.slope))
        return max(0.0, -sine * self.height), max(0.0, sine * self.width)

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        angle, (right, down) = math.atan(self.slope), self._shifts
        return (
            x * math.cos(angle) + y * math.sin(angle) + right, y * math.cos(angle) - x * math.sin(angle) + down,
        )  # fmt: skip

    def picture(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        import cv2

        angle, (right, down) = math.atan(self.slope), self._shifts
        sine, cosine = math.sin(angle), math.cos(angle)
        matrix = np.array([[cosine, sine, right], [-sine, cosine, down]], np.float64)
        size = [
            math.ceil(self.width * cosine + self.height * abs(sine)),
            math.ceil(self.height * cosine + self.width * abs(sine)),
        ]
        turned = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return cast("NDArray[np.uint8]", turned)

    def turned(self, quad: Quad) -> Quad:
        return cast("Quad", tuple(self._turned(x, y) for x, y in quad))

    def quad(self, quad: Quad) -> Quad:
        """Upright."""
        left, top, right, bottom = bounds(self.turned(quad))
        return ((left, top), (right, top), (right, bottom), (left, bottom))

    def as_it_lay(self, line: TextLine) -> TextLine:
        """A line of the straightened picture in the one that was."""
        angle, (right, down) = math.atan(self.slope), self._shifts
        sine, cosine = math.sin(angle), math.cos(angle)
        x, y = line.left + line.width / 2 - right, line.middle - down
        across, middle = x * cosine - y * sine, x * sine + y * cosine
        width = line.width * cosine + line.height * abs(sine)
        height = line.height * cosine + line.width * abs(sine)
        left, moved = across - width / 2, across - (line.left + line.width / 2)
        places = tuple((begin + moved, end + moved) for begin, end in line.places)
        return replace(
            line, left=left, top=middle - height / 2, width=width, height=height, places=places, slope=self.slope
        )
