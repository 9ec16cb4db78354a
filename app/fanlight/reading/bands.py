"""Large pictures are searched in bands as wide as they are: no line is cut in two, and memory has a bound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""A text's corners, from the top left clockwise, in pixels of the picture."""

OVERLAP = 160
"""Pixels two bands share. Lower text is whole in one of them."""
LEAST = 2 * OVERLAP


def bands(width: int, height: int, most_pixels: int) -> list[tuple[int, int]]:
    """First row, and the row after the last, of each; together they cover all rows."""
    rows = max(LEAST, most_pixels // width)
    if height <= rows:
        return [(0, height)]
    count = math.ceil((height - OVERLAP) / (rows - OVERLAP))
    step = (height - OVERLAP) / count
    return [(round(i * step), min(height, round((i + 1) * step) + OVERLAP)) for i in range(count)]


def without_doubles(found: Sequence[Quad], parts: Sequence[tuple[int, int]]) -> list[Quad]:
    """What two bands found in the rows they share is kept once, as the larger of the two: the other may be cut."""
    shared = [(below[0], above[1]) for above, below in pairwise(parts)]
    alone: list[Quad] = []
    twice: list[Quad] = []
    for quad in found:
        _, top, _, bottom = bounds(quad)
        (twice if any(top < end and start < bottom for start, end in shared) else alone).append(quad)
    kept: list[Quad] = []
    for quad in sorted(twice, key=_area, reverse=True):
        if not any(_cover(quad, other) > 0.5 for other in kept):
            kept.append(quad)
    return alone + kept


def bounds(quad: Quad) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    across, down = [x for x, _ in quad], [y for _, y in quad]
    return min(across), min(down), max(across), max(down)


def _area(quad: Quad) -> float:
    left, top, right, bottom = bounds(quad)
    return (right - left) * (bottom - top)


def _cover(small: Quad, large: Quad) -> float:
    """The share of `small` that lies in `large`."""
    a, b = bounds(small), bounds(large)
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, wide) * max(0.0, high) / max(1.0, _area(small))
