"""The rows of a page that are known so far, and how sure each is."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fanlight.pictures.scroll_cells import Cells, Marks, Pixels, ScrollFrame
from fanlight.pictures.scroll_matching import KnownPage

T = TypeVar("T", bound=np.generic)

EDGE, RIM, SEEN, SURE = 1, 2, 3, 4
"""A row may stand still at a frame's edge; was seen once while all moved, perhaps half painted; stood still, or was
seen again; and was seen so in two places of the screen."""
_RIM_SHARE = 0.15
_JOINT = 24
"""Rows next to new ones that must be as they are known."""


class ScrollPage:
    """Rows are numbered from that of the first frame's top, which is 0."""

    def __init__(self, first: ScrollFrame) -> None:
        self.top = 0
        self.is_cut = False
        """There were more rows than it may have."""
        self._spare = 0
        """Rows of memory before the first one that is known."""
        self._count = first.height
        self._pixels = first.pixels.copy()
        self._cells = first.cells.copy()
        self._state = _state_at(np.arange(first.height), first.height)
        self._other = np.zeros(first.height, np.uint64)
        """Of another look that a row has had: its cells as one number, and where."""
        self._other_at = np.zeros(first.height, np.int64)
        self._depth = _depth_at(np.arange(first.height), first.height)
        """Of a row's pixels: how far from the nearest end of its frame they were seen."""

    @property
    def height(self) -> int:
        return self._count

    @property
    def bottom(self) -> int:
        return self.top + self._count

    def pixels(self) -> Pixels:
        return self._pixels[self._spare : self._spare + self._count]

    def rows(self, first: int, end: int) -> Pixels:
        """Known ones."""
        return self.pixels()[first - self.top : end - self.top]

    def is_page(self, first: int, end: int) -> NDArray[np.bool_]:
        """Which of these rows are surely none that stand still."""
        return np.asarray(self._known_state()[first - self.top : end - self.top] > EDGE)

    def joins(self, first: int, end: int) -> bool:
        """Whether rows of the page lie next to these, or are among them."""
        rows = np.flatnonzero(self._known_state() > EDGE) + self.top
        return bool(len(rows)) and first <= rows[-1] + 1 and end >= rows[0]

    def known(self, first: int | None, end: int | None, doubtful: tuple[int, Marks]) -> KnownPage:
        """Those rows, as far as they are known; None is all. `doubtful` cells begin at its number."""
        begin = self.top if first is None else max(first, self.top)
        stop = self.bottom if end is None else min(end, self.bottom)
        cells = self._known_cells()[begin - self.top : stop - self.top]
        marks = np.zeros(cells.shape, bool)
        at, wanted = doubtful
        low, high = max(begin, at), min(stop, at + len(wanted))
        if high > low:
            marks[low - begin : high - begin] = wanted[low - at : high - at]
        state = self._known_state()[begin - self.top : stop - self.top]
        return KnownPage(cells, marks, state <= EDGE, state > RIM, begin)

    def explained(self, frame: ScrollFrame, at: int) -> tuple[Marks, Marks]:
        """Which cells of `frame` are those of the page there, and which of the page are known."""
        equal, known = np.zeros(frame.cells.shape, bool), np.zeros(frame.cells.shape, bool)
        first, end = max(0, self.top - at), min(frame.height, self.bottom - at)
        if end > first:
            below = slice(first + at - self.top, end + at - self.top)
            equal[first:end] = frame.cells[first:end] == self._known_cells()[below]
            known[first:end] = (self._known_state()[below] != EDGE)[:, np.newaxis]
        return equal, known

    def fits(self, frame: ScrollFrame, at: int, bands: tuple[int, int], strips: NDArray[np.bool_]) -> bool:
        """Whether the frame agrees with the page where it goes beyond it: else it may be half painted."""
        rows = self._within(np.arange(bands[0], frame.height - bands[1]) + at)
        rows = rows[self._known_state()[rows - self.top] > EDGE]
        told = (frame.telling[rows - at] & strips).any(axis=1)
        rows = rows[told]
        good = self._mostly_same(frame, rows, at, strips)
        ends = []
        if at + frame.height > self.bottom:
            ends.append(good[-_JOINT:])
        if at < self.top:
            ends.append(good[:_JOINT])
        return all(2 * np.count_nonzero(end) >= len(end) for end in ends)

    def _mostly_same(
        self, frame: ScrollFrame, rows: NDArray[np.intp], at: int, strips: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        equal = (frame.cells[rows - at] == self._known_cells()[rows - self.top]) & strips
        return np.asarray(2 * equal.sum(axis=1) >= strips.sum())

    def demote(self, last: ScrollFrame, at: int, bands: tuple[int, int], strips: NDArray[np.bool_]) -> None:
        """Rows that came from what stands still at the edges of the `last` frame are none of the page."""
        for first, end in ((0, bands[0]), (last.height - bands[1], last.height)):
            rows = self._within(np.arange(first, end) + at)
            same = self._same(last, rows, at, strips)
            state = self._known_state()
            chosen = rows[same] - self.top
            state[chosen[state[chosen] < SURE]] = EDGE

    def add(self, frame: ScrollFrame, at: int, bands: tuple[int, int], strips: NDArray[np.bool_], most: int) -> None:
        """A frame that was moved to `at`."""
        self._grow(frame, at, most)
        state = self._known_state()
        rows = self._within(np.arange(bands[0], frame.height - bands[1]) + at)
        same = self._same(frame, rows, at, strips)
        index = rows - self.top
        sure = same & (state[index] >= RIM)
        state[index[same & ~sure]], state[index[sure]] = SEEN, SURE
        inside = _state_at(rows - at, frame.height) == SEEN
        better = ~same & ((state[index] <= EDGE) | ((state[index] == RIM) & inside))
        self._write(frame, rows[better], at, RIM)
        self._deepen(frame, rows[same], at)
        self._look_again(frame, rows[~same & ~better], at, strips)
        self._write_edges(frame, at, bands)

    def fill_unknown(self, frame: ScrollFrame, at: int, bands: tuple[int, int], strips: NDArray[np.bool_]) -> None:
        """A frame in the same place as the last one: what was not painted then may be now."""
        rows = self._within(np.arange(bands[0], frame.height - bands[1]) + at)
        rows = rows[~self._same(frame, rows, at, strips)]
        self._write(frame, rows[self._known_state()[rows - self.top] <= EDGE], at)

    def settle(self, frame: ScrollFrame, at: int, bands: tuple[int, int], strips: NDArray[np.bool_]) -> None:
        """A frame that stands still: its rows are painted."""
        rows = self._within(np.arange(bands[0], frame.height - bands[1]) + at)
        same = self._same(frame, rows, at, strips)
        self._write(frame, rows[~same], at)
        state = self._known_state()
        index = rows[same] - self.top
        state[index] = np.maximum(state[index], SEEN)
        self._deepen(frame, rows[same], at)
        self._write_edges(frame, at, bands)

    def _write_edges(self, frame: ScrollFrame, at: int, bands: tuple[int, int]) -> None:
        """What stands still above the first row of the page, or below the last one."""
        above = np.arange(bands[0] if at == self.top else 0)
        below = np.arange(frame.height - bands[1] if at + frame.height == self.bottom else frame.height, frame.height)
        edges = self._within(np.concatenate([above, below]) + at)
        self._write(frame, edges[self._known_state()[edges - self.top] <= EDGE], at, EDGE)

    def _look_again(self, frame: ScrollFrame, rows: NDArray[np.intp], at: int, strips: NDArray[np.bool_]) -> None:
        """Rows that are not as they were known. Two more looks, from two places, that agree are right."""
        index = rows - self.top + self._spare
        with np.errstate(over="ignore"):
            looks = (frame.cells[rows - at][:, strips] * _mix(int(strips.sum()))).sum(axis=1, dtype=np.uint64)
        again = (self._other[index] == looks) & (self._other_at[index] != at)
        again &= self._state[index] != SURE
        self._other[index], self._other_at[index] = looks, at
        self._write(frame, rows[again], at)

    def _deepen(self, frame: ScrollFrame, rows: NDArray[np.intp], at: int) -> None:
        """Rows that are as they were known where the page surely moves. Elsewhere, one that was seen at an end may hold
        a part of what stands still there, such as the cursor of an empty line of input."""
        index = rows - self.top + self._spare
        deeper = rows[_depth_at(rows - at, frame.height) > self._depth[index]]
        index = deeper - self.top + self._spare
        self._write(frame, deeper, at, self._state[index])

    def _same(
        self, frame: ScrollFrame, rows: NDArray[np.intp], at: int, strips: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        equal = frame.cells[rows - at] == self._known_cells()[rows - self.top]
        return np.asarray(equal[:, strips].all(axis=1))

    def _within(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        return rows[(rows >= self.top) & (rows < self.bottom)]

    def _write(
        self, frame: ScrollFrame, rows: NDArray[np.intp], at: int, state: int | NDArray[np.uint8] = SEEN
    ) -> None:
        index = rows - self.top + self._spare
        self._pixels[index], self._cells[index] = frame.pixels[rows - at], frame.cells[rows - at]
        self._state[index], self._depth[index] = state, _depth_at(rows - at, frame.height)

    def _grow(self, frame: ScrollFrame, at: int, most: int) -> None:
        """Room for the rows of `frame`, and what they hold."""
        above = max(0, self.top - at)
        below = max(0, at + frame.height - self.bottom)
        room = most - self._count
        self.is_cut = above + below > room
        if self.is_cut:
            above = min(above, room)
            below = min(below, room - above)
        if not above and not below:
            return
        self._reserve(above, below)
        self._spare -= above
        self.top -= above
        self._count += above + below
        self._state[self._spare : self._spare + above] = 0
        end = self._spare + self._count
        self._state[end - below : end] = 0

    def _reserve(self, above: int, below: int) -> None:
        """Memory for so many more rows at each end, and as many again, so that little is copied."""
        after = len(self._pixels) - self._spare - self._count
        if above <= self._spare and below <= after:
            return
        more = self._count // 2
        before = above + more if above > self._spare else self._spare
        after = below + more if below > after else after
        held = slice(self._spare, self._spare + self._count)

        def moved(old: NDArray[T]) -> NDArray[T]:
            new = np.zeros((before + self._count + after, *old.shape[1:]), old.dtype)
            new[before : before + self._count] = old[held]
            return new

        self._pixels, self._cells, self._state = moved(self._pixels), moved(self._cells), moved(self._state)
        self._other, self._other_at = moved(self._other), moved(self._other_at)
        self._depth = moved(self._depth)
        self._spare = before

    def _known_cells(self) -> Cells:
        return self._cells[self._spare : self._spare + self._count]

    def _known_state(self) -> NDArray[np.uint8]:
        return self._state[self._spare : self._spare + self._count]


def _state_at(rows: NDArray[np.intp], height: int) -> NDArray[np.uint8]:
    """Of page rows that are seen for the first time at these rows of a frame."""
    rim = round(_RIM_SHARE * height)
    inside = (rows >= rim) & (rows < height - rim)
    return np.where(inside, SEEN, RIM).astype(np.uint8)


def _depth_at(rows: NDArray[np.intp], height: int) -> NDArray[np.int64]:
    return np.minimum(rows, height - 1 - rows).astype(np.int64)


def _mix(count: int) -> NDArray[np.uint64]:
    return np.random.default_rng(count).integers(1, 2**63, count, np.uint64)
