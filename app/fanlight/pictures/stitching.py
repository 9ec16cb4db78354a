"""One long picture from pictures of a region that its user scrolls.

The page is a list of rows. Each frame is placed on it by what has moved since the last one; rows that are new are added
at its ends, where others overlap: so nothing is lost between two frames, or the frame is not used. What stands still at
the top and bottom of the frames (toolbars, a status line) is no part of the page, and stays once at each end; what
stands still beside it (a sidebar, a scrollbar) stays once at the top."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from fanlight.pictures.scroll_bands import FixedBands, SideColumns, bands_of
from fanlight.pictures.scroll_cells import Marks, Pixels, ScrollFrame
from fanlight.pictures.scroll_matching import KnownPage, ScrollPlace, by_habit, fits_well, likely_places, place_at
from fanlight.pictures.scroll_page import ScrollPage

MOST_ROWS = 30_000
"""A picture for the screen has at most 32,767."""
MOST_PIXELS = 30_000_000
"""120 MB."""
_REST_SHARE = 0.6
"""Of the cells of a strip: where more have changed, it has moved or shows something else."""
_REST_ROWS = 48
"""A line of text, with a caret in it."""
_FEW_CELLS = 8


class Stitched(StrEnum):
    """What a frame did."""

    STILL = "still"
    GREW = "grew"
    MOVED = "moved"
    """Over what is known already."""
    LOST = "lost"
    """Nothing of it is known: it was scrolled too far at once, or shows something else."""
    ALIKE = "alike"
    """It fits in several places."""
    FULL = "full"
    """The picture has as many rows as it may have."""


@dataclass(frozen=True, slots=True)
class StitchStep:
    """`height` is that of the picture now; the frame lies in it from `top` on."""

    outcome: Stitched
    height: int
    top: int


class Stitcher:
    """Takes frames of one size, one after the other, on any thread but one at a time."""

    def __init__(self, first: Pixels, most_rows: int = MOST_ROWS) -> None:
        self._last = self._first = ScrollFrame.of(first)
        self._before = self._first.cells
        height, width = self._first.height, self._first.width
        self.most_rows = max(height, min(most_rows, MOST_PIXELS // width))
        self._page = ScrollPage(self._first)
        self._sides = SideColumns(self._first)
        self._bands = FixedBands()
        self._at = 0
        self._steps: list[int] = []
        self._rests = 0
        self._outcome = Stitched.STILL
        self._moving: NDArray[np.bool_] | None = None
        """The strips that move."""
        self._trusted = np.zeros(self._first.cells.shape[1], bool)
        """Those in which all has moved."""

    def add(self, pixels: Pixels) -> StitchStep:
        """Some 20 ms for a window. Raises ValueError for a frame of another size."""
        if pixels.shape != self._first.pixels.shape:
            raise ValueError("the frames differ in size")
        frame = ScrollFrame.of(pixels)
        altered = frame.cells != self._before
        self._before = frame.cells
        changed = frame.cells != self._last.cells
        if not changed.any():
            return self._on_rest(frame)
        place = self._find(frame, changed)
        if isinstance(place, Stitched):
            return self._step(place)
        if place == self._at:
            self._rests = 0
            self._last = frame
            self._page.fill_unknown(frame, self._at, self._bands.known, self._strips)
            return self._step(Stitched.STILL)
        return self._on_moved(frame, changed, place, altered)

    @property
    def height(self) -> int:
        return self._page.height

    @property
    def frame_height(self) -> int:
        return self._first.height

    @property
    def width(self) -> int:
        return self._first.width

    def rows(self, first: int, end: int) -> Pixels:
        """A part of what is known now, as it was seen."""
        return self._page.pixels()[first:end]

    def picture(self) -> Pixels:
        """All that is known now, as a copy."""
        made = self._page.pixels().copy()
        self._sides.keep_once(made, self._bands.known[1] if made.shape[0] > self._first.height else 0)
        return made

    # Where a frame lies.

    def _find(self, frame: ScrollFrame, changed: Marks) -> int | Stitched:
        """Its place on the page, or why there is none."""
        doubtful = self._at, ~changed & self._last.telling
        near = self._page.known(self._at - frame.height, self._at + 2 * frame.height, doubtful)
        near = replace(near, moving=self._trusted, is_lost=self._outcome is Stitched.LOST)
        rests = self._is_rest(frame, changed)
        found = self._chosen(likely_places(frame, changed, near))
        if found is None and not rests and len(near.cells) < self._page.height:
            whole = replace(self._page.known(None, None, doubtful), moving=self._trusted, is_lost=True)
            found = self._chosen(likely_places(frame, changed, whole))
        if found is None and not rests and not self._stays(frame, near):
            return Stitched.ALIKE if self._outcome is Stitched.ALIKE else Stitched.LOST
        if found is None:
            return self._at
        return self._at if found is Stitched.ALIKE and rests else found

    def _stays(self, frame: ScrollFrame, near: KnownPage) -> bool:
        """Whether the last frame was half painted, and this is the rest of it."""
        top, bottom = self._bands.latest
        looked_at = frame.telling.copy()
        looked_at[:top] = looked_at[frame.height - bottom :] = False
        return fits_well(place_at(frame, looked_at, near, self._at))

    def _chosen(self, places: list[ScrollPlace]) -> int | Stitched | None:
        if not places:
            return None
        if len(places) == 1:
            return places[0].at
        chosen = by_habit(places, self._at, self._steps)
        return Stitched.ALIKE if chosen is None else chosen.at

    def _is_rest(self, frame: ScrollFrame, changed: Marks) -> bool:
        """Whether only a part has changed, such as a caret, a film, or what the pointer is over."""
        top, bottom = self._bands.known
        rows = slice(top, frame.height - bottom)
        telling = (frame.telling | self._last.telling)[rows]
        altered = changed[rows] & telling
        rows_altered = int(np.count_nonzero(altered.any(axis=1)))
        if rows_altered < _REST_ROWS:
            return True
        told, moved = telling.sum(axis=0), altered.sum(axis=0)
        return not bool(((told >= _FEW_CELLS) & (moved > _REST_SHARE * told)).any())

    # What is done with it.

    def _on_rest(self, frame: ScrollFrame) -> StitchStep:
        self._rests += 1
        if self._rests == 2:
            self._page.settle(frame, self._at, self._bands.latest, self._strips)
        return self._step(Stitched.STILL)

    def _on_moved(self, frame: ScrollFrame, changed: Marks, at: int, altered: Marks) -> StitchStep:
        """`altered`: what is not as in the frame before this one, which may have had no place."""
        before, is_painted = self._page.height, not altered.any()
        explained, known = self._page.explained(frame, at)
        told = changed & frame.telling
        found, wanted = (told & explained).sum(axis=0), (told & known).sum(axis=0)
        moving = (found >= 3) & (found >= 0.2 * wanted)
        self._moving = moving if self._moving is None else self._moving | moving
        certain, doubted = (found >= _FEW_CELLS) & (found >= 0.9 * wanted), found < 0.5 * wanted
        self._trusted = (self._trusted | certain) & ~doubted
        strips = self._strips
        still = ~changed if is_painted else ~(changed & altered)
        seen = bands_of(frame, ~still, explained, known, strips)
        bands = self._bands.left_out(seen, is_painted=is_painted)
        self._page.demote(self._last, self._at, seen, strips)
        if not is_painted and not self._page.fits(frame, at, self._bands.known, strips):
            return self._step(Stitched.STILL)  # it has a place, and the next frame may be whole
        if not self._page.joins(at + bands[0], at + frame.height - bands[1]):
            return self._step(Stitched.LOST)
        self._bands.note(seen)
        self._sides.learn(self._last, frame, self._page, at, bands)
        self._page.add(frame, at, bands, strips, self.most_rows)
        self._steps = [*self._steps[-3:], at - self._at]
        self._last, self._at, self._rests = frame, at, 0
        if self._page.is_cut:
            return self._step(Stitched.FULL)
        return self._step(Stitched.GREW if self._page.height > before else Stitched.MOVED)

    @property
    def _strips(self) -> NDArray[np.bool_]:
        if self._moving is None:
            return np.ones(self._first.cells.shape[1], bool)
        return self._moving

    def _step(self, outcome: Stitched) -> StitchStep:
        self._outcome = outcome
        return StitchStep(outcome, self._page.height, self._at - self._page.top)
