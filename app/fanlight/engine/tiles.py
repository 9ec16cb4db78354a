"""How the tiles of a picture lie, from their pixels: mtmd hands them out in order, and says nothing of rows and
columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from fanlight.domain.messages import Image
from fanlight.domain.seen import SeenPicture, SeenTile

_POINTS = 48
"""Compared on each side."""
_SHAPE_WEIGHT = 0.05

Bytes = npt.NDArray[np.uint8]


def arranged(picture: Image, tiles: Sequence[SeenTile], tokens: int) -> SeenPicture | None:
    """Of all ways to lay them out, with one of the whole picture before or after the others or without, the one that
    looks most like `picture`."""
    if not tiles:
        return None
    wanted, shape = _points(_array(picture)), picture.width / picture.height

    def difference(way: SeenPicture) -> float:
        laid = _points(_laid_out(way))
        across = way.columns * way.tiles[0].image.width
        down = len(way.tiles) // way.columns * way.tiles[0].image.height
        apart = float(np.abs(laid.astype(np.int16) - wanted).mean()) / 255
        return apart + _SHAPE_WEIGHT * abs(math.log(across / down / shape))

    return min(_ways(tuple(tiles), tokens), key=difference)


def _ways(tiles: tuple[SeenTile, ...], tokens: int) -> Iterator[SeenPicture]:
    groups: list[tuple[tuple[SeenTile, ...], SeenTile | None]] = [(tiles, None)]
    if len(tiles) > 1:
        groups += [(tiles[1:], tiles[0]), (tiles[:-1], tiles[-1])]
    for laid, overview in groups:
        if len({(tile.image.width, tile.image.height) for tile in laid}) == 1:
            for columns in range(1, len(laid) + 1):
                if len(laid) % columns == 0:
                    yield SeenPicture(laid, columns, tokens, overview)
        elif len(laid) == len(tiles):  # of different sizes: one below the other
            yield SeenPicture(laid, 1, tokens, None)


def _laid_out(way: SeenPicture) -> Bytes:
    rows = [way.tiles[start : start + way.columns] for start in range(0, len(way.tiles), way.columns)]
    width = max(tile.image.width for tile in way.tiles)
    return np.concatenate([np.concatenate([_wide(_array(tile.image), width) for tile in row], 1) for row in rows], 0)


def _wide(pixels: Bytes, width: int) -> Bytes:
    return np.pad(pixels, ((0, 0), (0, width - pixels.shape[1]), (0, 0)))


def _array(image: Image) -> Bytes:
    return np.frombuffer(image.rgb, np.uint8).reshape(image.height, image.width, 3)


def _points(pixels: Bytes) -> Bytes:
    down, across = (((np.arange(_POINTS) + 0.5) * side / _POINTS).astype(int) for side in pixels.shape[:2])
    chosen: Bytes = pixels[down][:, across]
    return chosen
