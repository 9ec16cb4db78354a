"""In which order a screen is searched for text: near a point first, so that what is there can be used at once.

What a tile's edge cuts waits until the tile beside it was searched; what was found in two tiles counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fanlight.reading.tiles import Quad, Tile, bounds, cover, is_same_text, merge_boxes, tiles

FIRST = 1920, 128
"""Width and height of the first tile: a few whole lines of most screens, searched in a third of the time of others."""
_NEAR_EDGE = 6
"""Pixels from a tile's edge in which a box counts as cut by it."""
_COVERED = 0.5
Point = tuple[float, float]


def tiles_from(near: Point, width: int, height: int, most_pixels: int) -> Iterator[Tile]:
    """A small one around the point, then all that cover the picture, nearest first."""
    wide, high = min(FIRST[0], width), min(FIRST[1], height)
    left = round(min(max(0, near[0] - wide / 2), width - wide))
    top = round(min(max(0, near[1] - high / 2), height - high))
    if wide * high < width * height:
        yield left, top, left + wide, top + high
    yield from sorted(tiles(width, height, most_pixels), key=lambda tile: _distance(near, tile))


class FoundBoxes:
    """What was found so far in a picture of this size, and what of it is whole."""

    def __init__(self, near: Point, width: int, height: int) -> None:
        self._near, self._whole_picture = near, (0, 0, width, height)
        self._read: list[Quad] = []
        self._cut: list[Quad] = []

    def add(self, found: Sequence[Quad], tile: Tile) -> list[Quad]:
        """Those of them that are whole and new, nearest first."""
        new = []
        for quad in found:
            if self._is_cut(quad, tile):
                self._cut.append(quad)
            elif not self._is_read(quad):
                new.append(quad)
        return self._take(new)

    def rest(self) -> list[Quad]:
        """When all tiles were searched: what edges have cut, joined."""
        joined, self._cut = merge_boxes(self._cut), []
        unread = [self._without_read(quad) for quad in joined if not self._is_read(quad)]
        return self._take([quad for quad in unread if quad is not None])

    def _without_read(self, quad: Quad) -> Quad | None:
        """What is left of a line whose end, or begin, was whole in the tile beside it, and was read there; None where
        that is nothing."""
        left, top, right, bottom = bounds(quad)
        for other in (bounds(read) for read in self._read if is_same_text(quad, read)):
            if other[2] >= right:
                right = min(right, other[0])
            if other[0] <= left:
                left = max(left, other[2])
        if (left, right) == bounds(quad)[::2]:
            return quad
        return ((left, top), (right, top), (right, bottom), (left, bottom)) if right > left else None

    def add_large(self, found: Sequence[Quad]) -> list[Quad]:
        """Lettering that is larger than a tile, of which nothing was read yet."""
        return self._take([quad for quad in found if not any(cover(read, quad) > _COVERED for read in self._read)])

    @property
    def all(self) -> Sequence[Quad]:
        return self._read

    def _take(self, new: Sequence[Quad]) -> list[Quad]:
        ordered = sorted(new, key=lambda quad: _distance(self._near, bounds(quad)))
        self._read += ordered
        return ordered

    def _is_read(self, quad: Quad) -> bool:
        return any(cover(quad, read) > _COVERED for read in self._read)

    def _is_cut(self, quad: Quad, tile: Tile) -> bool:
        begin = zip(bounds(quad)[:2], tile[:2], self._whole_picture[:2], strict=True)
        end = zip(bounds(quad)[2:], tile[2:], self._whole_picture[2:], strict=True)
        return any(edge > whole and place < edge + _NEAR_EDGE for place, edge, whole in begin) or any(
            edge < whole and place > edge - _NEAR_EDGE for place, edge, whole in end
        )


def _distance(near: Point, box: tuple[float, float, float, float]) -> float:
    x, y = near
    return max(box[0] - x, 0, x - box[2]) + 2 * max(box[1] - y, 0, y - box[3])
