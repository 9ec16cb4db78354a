"""Where two pictures of one size differ."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.annotations import Area
from fanlight.domain.messages import Image

_CELL = 12
"""Pixels of a square; squares that touch, or nearly, are one place."""
_NEAR = 1
"""Squares between two parts of one place, such as words of a line."""
_LEAST_STEP = 24
"""Of a channel, 0 to 255: what a codec or a dithered gradient changes is less."""
_FEWEST_PIXELS = 6
_MOST_AREAS = 20
"""More are one place: a page that was scrolled, a film."""

Cell = tuple[int, int]
"""A square by its row and column."""
_Marked = NDArray[np.bool_]


def changed_cells(before: Image, after: Image) -> frozenset[Cell]:
    """Raises ValueError for different sizes."""
    return frozenset((int(row), int(column)) for row, column in np.argwhere(_in_cells(_changed(before, after))))


def changed_areas(before: Image, after: Image, apart_from: Collection[Cell] = ()) -> tuple[Area, ...]:
    """In pixels, from top to bottom; what changed in the cells `apart_from` does not count. A blinking text cursor is
    none of them. Raises ValueError for different sizes."""
    changed = _changed(before, after)
    for row, column in apart_from:
        changed[row * _CELL : (row + 1) * _CELL, column * _CELL : (column + 1) * _CELL] = False
    if not changed.any():
        return ()
    places = [area for cells in _places(_in_cells(changed)) if (area := _area_of(changed, cells)) is not None]
    if len(places) > _MOST_AREAS:
        places = [_around(places)]
    return tuple(sorted(places, key=lambda area: (area.top, area.left)))


def _changed(before: Image, after: Image) -> _Marked:
    """Which pixels."""
    if (before.width, before.height) != (after.width, after.height):
        raise ValueError("the pictures differ in size")
    old, new = (np.frombuffer(one.rgb, np.uint8).reshape(one.height, one.width, 3) for one in (before, after))
    return np.asarray((np.maximum(old, new) - np.minimum(old, new)).max(axis=2) >= _LEAST_STEP)


def _in_cells(changed: _Marked) -> _Marked:
    height, width = changed.shape
    rows, columns = -(-height // _CELL), -(-width // _CELL)
    padded = np.zeros((rows * _CELL, columns * _CELL), bool)
    padded[:height, :width] = changed
    return np.asarray(padded.reshape(rows, _CELL, columns, _CELL).any(axis=(1, 3)))


def _places(cells: _Marked) -> list[list[tuple[int, int]]]:
    """Cells that belong together."""
    left = {(int(row), int(column)) for row, column in np.argwhere(cells)}
    steps = [step for step in product(range(-1 - _NEAR, 2 + _NEAR), repeat=2) if step != (0, 0)]
    places = []
    while left:
        open_ones = [left.pop()]
        place = list(open_ones)
        while open_ones:
            row, column = open_ones.pop()
            found = left.intersection((row + down, column + across) for down, across in steps)
            left -= found
            open_ones += found
            place += found
        places.append(place)
    return places


def _area_of(changed: _Marked, cells: list[tuple[int, int]]) -> Area | None:
    """The pixels that differ in these cells; None for a few, or for a text cursor."""
    top, left = (_CELL * min(cell[axis] for cell in cells) for axis in (0, 1))
    bottom, right = (_CELL * (1 + max(cell[axis] for cell in cells)) for axis in (0, 1))
    rows, columns = np.nonzero(changed[top:bottom, left:right])
    wide, high = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    is_caret = wide <= 3 and high >= 3 * wide
    if len(rows) < _FEWEST_PIXELS or is_caret:
        return None
    return Area(left + int(columns.min()), top + int(rows.min()), wide, high)


def _around(areas: list[Area]) -> Area:
    left, top = min(area.left for area in areas), min(area.top for area in areas)
    right = max(area.left + area.width for area in areas)
    return Area(left, top, right - left, max(area.top + area.height for area in areas) - top)
