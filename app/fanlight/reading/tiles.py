"""Tiles for text detection in large pictures. The network's output depends on its whole input: a single line on a large
empty screen is missed, the same line in a tile is detected. Tiles bound the memory, too."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""The corners of a line box, from the top left clockwise, in pixels of the picture."""
Tile = tuple[int, int, int, int]
"""Left, top, right, bottom."""

MOST_PIXELS = 650_000
"""The largest tile. From 800,000 on, single lines were missed."""
WIDEST = 1280
OVERLAP = 64
"""Pixels that neighboring tiles share. Lower text is complete in one of them or merged along its line; higher text is
detected in the whole picture, scaled down."""
SMALL_SHARE = 0.4


def tiles(width: int, height: int, most_pixels: int = MOST_PIXELS) -> list[Tile]:
    """Tiles that cover the picture, row by row."""
    if width * height <= most_pixels:
        return [(0, 0, width, height)]
    across = _parts(width, WIDEST)
    widest = max(right - left for left, right in across)
    down = _parts(height, max(3 * OVERLAP, most_pixels // widest))
    return [(left, top, right, bottom) for top, bottom in down for left, right in across]


def merge_boxes(found: Sequence[Quad]) -> list[Quad]:
    """Merge boxes of the same text from neighboring tiles into upright rectangles."""
    kept: list[Quad] = []
    for quad in sorted(found, key=lambda quad: bounds(quad)[1]):
        top = bounds(quad)[1]
        same = [other for other in _near(kept, top) if is_same_text(quad, other)]
        for other in same:
            kept.remove(other)
        kept.append(_hull([quad, *same]) if same else quad)
    return kept


def add_large_boxes(found: Sequence[Quad], coarse: Sequence[Quad]) -> list[Quad]:
    """Replace pieces of text that is too large for a tile by its box from the whole picture."""
    large = large_boxes(found, coarse)
    return [*large, *(quad for quad in found if all(cover(quad, whole) < 0.5 for whole in large))]


def large_boxes(found: Sequence[Quad], coarse: Sequence[Quad]) -> list[Quad]:
    """Those of the whole picture, `coarse`, whose text is too large for a tile. Several lines of small print can look
    like one large line there: such boxes are dropped."""
    large = []
    for quad in coarse:
        pieces = [piece for piece in found if cover(piece, quad) > 0.5]
        if height(quad) > OVERLAP and all(height(piece) >= SMALL_SHARE * height(quad) for piece in pieces):
            large.append(quad)
    return large


def bounds(quad: Quad) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    across, down = [x for x, _ in quad], [y for _, y in quad]
    return min(across), min(down), max(across), max(down)


def height(quad: Quad) -> float:
    _, top, _, bottom = bounds(quad)
    return bottom - top


def _parts(length: int, most: int) -> list[tuple[int, int]]:
    if length <= most:
        return [(0, length)]
    count = math.ceil((length - OVERLAP) / (most - OVERLAP))
    step = (length - OVERLAP) / count
    return [(round(i * step), min(length, round((i + 1) * step) + OVERLAP)) for i in range(count)]


def _near(kept: Sequence[Quad], top: float) -> Iterator[Quad]:
    """The boxes that reach below `top`, from the last on."""
    for quad in reversed(kept):
        if bounds(quad)[1] < top - 4 * OVERLAP:
            return
        if bounds(quad)[3] > top:
            yield quad


def is_same_text(one: Quad, other: Quad) -> bool:
    """Whether two boxes share most of their height and some of their width."""
    a, b = bounds(one), bounds(other)
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return wide > 0 and high > 0.5 * min(a[3] - a[1], b[3] - b[1])


def _hull(quads: Sequence[Quad]) -> Quad:
    if len({bounds(quad) for quad in quads}) == 1:
        return quads[0]
    edges = [bounds(quad) for quad in quads]
    left, top = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
    right, bottom = max(edge[2] for edge in edges), max(edge[3] for edge in edges)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def cover(small: Quad, large: Quad) -> float:
    """The share of `small` that lies in `large`."""
    a, b = bounds(small), bounds(large)
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, wide) * max(0.0, high) / max(1.0, (a[2] - a[0]) * (a[3] - a[1]))
