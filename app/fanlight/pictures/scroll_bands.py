"""What stands still while a page is scrolled: above and below it, and beside it."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from fanlight.pictures.scroll_cells import Marks, Pixels, ScrollFrame
from fanlight.pictures.scroll_page import ScrollPage

Bands = tuple[int, int]
"""Rows at the top and at the bottom of a frame."""
Counts = NDArray[np.int_]

_RESTLESS_SHARE = 0.5
"""Of what stands still, what changes there: the numbers of a status line."""
_REMEMBERED = 3
_SIDE_SHARE = 0.25
_LEAST_STILL, _FEW_STILL, _MANY_STILL = 6, 0.01, 0.04
"""Rows of a column that must contradict its being moved, and their share of all: of each one, and of one among them."""


def bands_of(frame: ScrollFrame, changed: Marks, explained: Marks, known: Marks, strips: NDArray[np.bool_]) -> Bands:
    """The rows from the edges to the last one that stands still, before the first one that has moved."""
    told = frame.telling & strips
    same = told & ~changed & ~explained
    stays = ~changed
    stays[1:] &= ~changed[:-1]
    stays[:-1] &= ~changed[1:]
    still, same_too = (same & stays).sum(axis=1), np.asarray(same.any(axis=1))
    moved = (told & changed & explained).sum(axis=1)
    new = (told & changed & ~known).sum(axis=1)
    return _still_rows(still, same_too, moved, new), _still_rows(still[::-1], same_too[::-1], moved[::-1], new[::-1])


def _still_rows(still: Counts, same: NDArray[np.bool_], moved: Counts, new: Counts) -> int:
    """`still`: with the rows beside them; `same`: perhaps by chance."""
    ends = (moved > 0) & (moved >= still)
    end = int(np.argmax(ends)) if ends.any() else len(ends)
    quiet = np.cumsum(new[:end]) <= _RESTLESS_SHARE * np.cumsum(still[:end])
    at = np.flatnonzero(quiet & (still[:end] > 0))
    rows = int(at[-1]) + 1 if len(at) else 0
    return rows + 1 if rows and rows < end and same[rows] else rows


def _run(wanted: NDArray[np.bool_], other: NDArray[np.bool_]) -> int:
    """From the edge to the last of `wanted` before the first of `other`."""
    end = int(np.argmax(other)) if other.any() else len(other)
    at = np.flatnonzero(wanted[:end])
    return int(at[-1]) + 1 if len(at) else 0


class FixedBands:
    """`known` are in the last few frames that were moved; `latest` may be a half painted frame's."""

    def __init__(self) -> None:
        self.latest: Bands = (0, 0)
        self._seen: deque[Bands] = deque(maxlen=_REMEMBERED)

    @property
    def known(self) -> Bands:
        if len(self._seen) < 2:
            return 0, 0
        return min(top for top, _ in self._seen), min(bottom for _, bottom in self._seen)

    def left_out(self, bands: Bands, *, is_painted: bool) -> Bands:
        """Of a frame that was moved; one that `is_painted` stands still already."""
        if is_painted and len(self._seen) >= 2:
            return self.known
        return max(self.known[0], bands[0]), max(self.known[1], bands[1])

    def note(self, bands: Bands) -> None:
        self.latest = bands
        self._seen.append(bands)


class SideColumns:
    """What stands still at the left and right edge."""

    def __init__(self, first: ScrollFrame) -> None:
        self._first = first
        self._moved = np.zeros(first.width, np.int64)
        self._still = np.zeros(first.width, np.int64)
        self._either = np.zeros(first.width, np.int64)
        self._ground = _ground(first.pixels)
        self._rows = 0

    def learn(self, last: ScrollFrame, frame: ScrollFrame, page: ScrollPage, at: int, bands: Bands) -> None:
        """From a frame that lies at `at`, before it is added."""
        first = max(bands[0], page.top - at)
        end = min(frame.height - bands[1], page.bottom - at)
        if end <= first:
            return
        rows = np.arange(first, end)[page.is_page(first + at, end + at)]
        fits = frame.pixels[rows] == page.rows(first + at, end + at)[rows - first]
        self._rows += len(rows)
        stays = frame.pixels[rows] == last.pixels[rows]
        self._moved += np.count_nonzero(fits & ~stays, axis=0)
        self._either += np.count_nonzero(fits & stays & (frame.pixels[rows] != self._ground), axis=0)
        self._still += np.count_nonzero(~fits & stays, axis=0)

    @property
    def edges(self) -> Bands:
        """Columns at the left and at the right."""
        is_page = self._moved > _SIDE_SHARE * self._still
        is_side = (self._still >= max(_LEAST_STILL, _FEW_STILL * self._rows)) & ~is_page
        may_be_page = self._either > self._still  # letters that each line begins with, scrolled by whole lines
        is_side, is_page = is_side & ~may_be_page, is_page | may_be_page
        if not is_page.any():
            return 0, 0
        stays = self._still >= _MANY_STILL * self._rows
        left, right = _run(is_side, is_page), _run(is_side[::-1], is_page[::-1])
        return left if stays[:left].any() else 0, right if stays[::-1][:right].any() else 0

    def keep_once(self, picture: Pixels, below: int) -> None:
        """At the top of `picture`, as in the first frame; further down their columns are empty, but for `below` rows at
        the end."""
        left, right = self.edges
        rows, width = self._first.height - below, picture.shape[1]
        for columns in (slice(0, left), slice(width - right, width)):
            side = self._first.pixels[:, columns]
            if not side.shape[1]:
                continue
            picture[:rows, columns] = side[:rows]
            picture[rows : picture.shape[0] - below, columns] = _ground(side)


def _ground(side: Pixels) -> NDArray[np.uint32]:
    """The most frequent pixel of each column."""
    ordered = np.sort(side, axis=0)
    begins = np.ones(ordered.shape, bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    ground = np.empty(side.shape[1], np.uint32)
    for column in range(side.shape[1]):
        at = np.flatnonzero(begins[:, column])
        lengths = np.diff(np.append(at, len(side)))
        ground[column] = ordered[at[int(np.argmax(lengths))], column]
    return ground
