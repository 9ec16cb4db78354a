"""Large pictures are searched in tiles. The network judges by the whole of what it is shown: a line alone on a large
empty screen is lost, the same line on a part of it is found. Tiles bound the memory that it takes, too."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""A text's corners, from the top left clockwise, in pixels of the picture."""
Tile = tuple[int, int, int, int]
"""Left, top, right, bottom."""

MOST_PIXELS = 650_000
"""Of a tile. From 800,000 on single lines were missed."""
WIDEST = 1280
OVERLAP = 64
"""Pixels that neighbours share. Text that is no higher is whole in one of them or, along its line, put together again;
higher text is looked for in the whole picture, made smaller."""
SMALL_SHARE = 0.4


def tiles(width: int, height: int, most_pixels: int = MOST_PIXELS) -> list[Tile]:
    """Row by row; together they cover the picture."""
    if width * height <= most_pixels:
        return [(0, 0, width, height)]
    across = _parts(width, WIDEST)
    widest = max(right - left for left, right in across)
    down = _parts(height, max(3 * OVERLAP, most_pixels // widest))
    return [(left, top, right, bottom) for top, bottom in down for left, right in across]


def put_together(found: Sequence[Quad]) -> list[Quad]:
    """What neighbours found of the same text becomes one; upright rectangles of what was cut or found twice."""
    kept: list[Quad] = []
    for quad in sorted(found, key=lambda quad: bounds(quad)[1]):
        top = bounds(quad)[1]
        same = [other for other in _near(kept, top) if _is_same(quad, other)]
        for other in same:
            kept.remove(other)
        kept.append(_hull([quad, *same]) if same else quad)
    return kept


def with_large(found: Sequence[Quad], coarse: Sequence[Quad]) -> list[Quad]:
    """`found` in tiles, with what is too large for them from the whole picture in the place of its pieces. There
    several lines of small print can look like a large one: these count as found in the tiles."""
    large = []
    for quad in coarse:
        pieces = [piece for piece in found if _cover(piece, quad) > 0.5]
        if height(quad) > OVERLAP and all(height(piece) >= SMALL_SHARE * height(quad) for piece in pieces):
            large.append(quad)
    return [*large, *(quad for quad in found if all(_cover(quad, whole) < 0.5 for whole in large))]


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
    """Those that reach below `top`, from the last on; further up there are none that do."""
    for quad in reversed(kept):
        if bounds(quad)[1] < top - 4 * OVERLAP:
            return
        if bounds(quad)[3] > top:
            yield quad


def _is_same(one: Quad, other: Quad) -> bool:
    """Whether they share most of their height, and some of their width."""
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


def _cover(small: Quad, large: Quad) -> float:
    """The share of `small` that lies in `large`."""
    a, b = bounds(small), bounds(large)
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, wide) * max(0.0, high) / max(1.0, (a[2] - a[0]) * (a[3] - a[1]))
