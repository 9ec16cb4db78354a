"""How far a region was scrolled: where a new frame lies on what is known of the page.

Only cells that are not as in the last frame are looked at, so that nothing which stands still has a say. Those that are
rare have the most votes; the places with most votes are compared cell by cell. A place must be better than all others:
where rows of a table look all the same, it is not guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fanlight.pictures.scroll_cells import Cells, Marks, ScrollFrame, features_of

_MOST_ALIKE = 128
"""Cells that are found more often have no vote."""
_PEAKS = 48
_LEAST_VOTES = 4.0
"""Of cells that are found once each."""
_LEAST_CELLS = 12
_SHORT, _VOTES_OF_SHORT = 0.25, 30.0
"""Less of a frame than this must have so many votes to be known again: one line may stand anywhere."""
_SHORTEST = 0.08
_MOST_MISSES = 0.03
"""Share of what has changed that may not be found: a caret, a film."""
_MOST_MISSES_IF_SURE, _SURE_VOTES = 0.4, 120.0
_MOST_MISSES_OF_STRIP, _CELLS_OF_STRIP = 0.3, 8
"""A strip that is known to move must be found: it may hold the numbers of rows that are alike."""
_PART_ROWS = 32
_MISSES = 2.5
_ENOUGH_FIRM = 48
"""Cells of rows that are known well: then what was seen once has no say."""
_LEAST_MARGIN, _MARGIN_SHARE = 3, 0.01
"""How many more cells must contradict every other place."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What is known of the page: its row 0 is at `top`. In `doubtful` cells may be what stands still on the screen."""

    cells: Cells
    doubtful: Marks
    fixed: NDArray[np.bool_]
    """Rows that stand still on the screen, as far as is known: no part of the page."""
    firm: NDArray[np.bool_]
    """Rows that were seen more than once."""
    top: int
    moving: NDArray[np.bool_] | None = None
    """Strips that are known to move."""
    is_lost: bool = False
    """The last frame had no place: one is not taken for less than a good part of the page."""


@dataclass(frozen=True, slots=True)
class ScrollPlace:
    """Where a frame's first row lies; so many of its cells are `found` there and so many `missed`. `votes` are those of
    rare cells."""

    at: int
    found: int
    missed: int
    found_firm: int = 0
    missed_firm: int = 0
    """Of those, the cells of rows that are known well."""
    votes: float = 0.0
    is_other: bool = False
    """All of a strip is missed."""

    @property
    def worth(self) -> float:
        return self.votes * max(0.0, 1 - _MISSES * self.missed_firm / max(1, self.found + self.missed_firm))


def likely_places(frame: ScrollFrame, changed: Marks, known: KnownPage) -> list[ScrollPlace]:
    """Best first; those after it contradict it no less than it does them. Empty: none of what has changed is known."""
    votes = _votes(frame, changed, known)
    if not len(votes):
        return []
    peaks = np.argsort(votes)[::-1][:_PEAKS]
    offset = known.top - frame.height
    looked_at = changed & frame.telling
    most = int(np.count_nonzero(looked_at))
    places = []
    for peak in peaks[votes[peaks] > 0]:
        place = replace(place_at(frame, looked_at, known, int(peak) + offset), votes=float(votes[peak]))
        if _is_likely(place, known, frame.height, most):
            places.append(place)
    if not places:
        return []
    if any(place.found_firm >= _ENOUGH_FIRM for place in places):
        places = [place for place in places if place.found_firm >= _ENOUGH_FIRM]
    best = max(places, key=lambda place: place.worth)
    margin = max(_LEAST_MARGIN, _MARGIN_SHARE * best.found)
    others = [place for place in places if place is not best and place.missed - best.missed < margin]
    rivals = [place for place in others if 4 * place.found >= best.found and 2 * place.votes >= best.votes]
    return [best, *sorted(rivals, key=lambda place: -place.worth)]


def fits_well(place: ScrollPlace) -> bool:
    return place.found_firm >= _ENOUGH_FIRM and place.missed <= _MOST_MISSES * place.found_firm


def _is_likely(place: ScrollPlace, known: KnownPage, height: int, most: int) -> bool:
    """`most` cells have changed."""
    rows = min(place.at + height, known.top + len(known.cells)) - max(place.at, known.top)
    if place.is_other or place.found < _LEAST_CELLS or rows < _SHORTEST * height:
        return False
    if rows < _SHORT * height and place.votes < _VOTES_OF_SHORT:
        return False
    misses = place.missed / (place.found + place.missed)
    if known.is_lost:
        if place.found_firm >= _ENOUGH_FIRM:
            misses = place.missed_firm / (place.found_firm + place.missed_firm)
        if rows < _SHORT * height or misses > _MOST_MISSES or place.votes < _VOTES_OF_SHORT:
            return False
    if place.votes >= _SURE_VOTES:
        return misses <= _MOST_MISSES_IF_SURE
    return misses <= _MOST_MISSES and (place.votes >= _LEAST_VOTES or 2 * place.found >= most)


def place_at(frame: ScrollFrame, looked_at: Marks, known: KnownPage, at: int) -> ScrollPlace:
    """`frame` compared with the page at that place."""
    first, last = max(0, known.top - at), min(frame.height, known.top + len(known.cells) - at)
    if last <= first:
        return ScrollPlace(at, 0, 0)
    rows, below = slice(first, last), slice(first + at - known.top, last + at - known.top)
    equal = frame.cells[rows] == known.cells[below]
    wanted = looked_at[rows] & ~known.fixed[below, np.newaxis]
    found = (equal & wanted).sum(axis=0)
    misses = ~equal & wanted & ~known.doubtful[below]
    missed, firm = misses.sum(axis=0), known.firm[below]
    in_firm = int((equal & wanted)[firm].sum()), int(misses[firm].sum())
    is_other = False
    if known.moving is not None:
        share = _MOST_MISSES if known.is_lost else _MOST_MISSES_OF_STRIP
        lost = (missed > share * (found + missed)) & (missed >= _CELLS_OF_STRIP) & _all_along(misses, equal & wanted)
        is_other = bool((lost & known.moving).any())
    return ScrollPlace(at, int(found.sum()), int(missed.sum()), *in_firm, is_other=is_other)


def _all_along(misses: Marks, finds: Marks) -> NDArray[np.bool_]:
    """The strips that are missed all along, not in one place alone, as in a film."""
    begins = np.arange(0, len(misses), _PART_ROWS)
    missed, found = (np.add.reduceat(one, begins, axis=0, dtype=np.int64) for one in (misses, finds))
    told = ((missed + found) > 0).sum(axis=0)
    return np.asarray(2 * (missed > 0).sum(axis=0) > told)


def by_habit(places: Sequence[ScrollPlace], at: int, steps: Sequence[int]) -> ScrollPlace | None:
    """Of several places that are as good, the one that the last `steps` let expect; None where that does not decide.
    A wheel moves a page by the same step each time, or by several of them at once; fingers move it smoothly."""
    if len(steps) < 2 or not steps[-1] or (steps[-1] > 0) != (steps[-2] > 0):
        return None
    ways = sorted(place.at - at for place in places)
    pitch = min((after - before for before, after in pairwise(ways)), default=0)
    step = steps[-1]
    if step == steps[-2]:
        whole = [place for place in places if (place.at - at) % step == 0 and 0 < (place.at - at) // step <= 6]
        if len(whole) == 1:
            return whole[0]
    if max(abs(step), abs(steps[-2])) < pitch / 4:
        near = [place for place in places if abs(place.at - at - step) < pitch / 8]
        if len(near) == 1:
            return near[0]
    return None


def _votes(frame: ScrollFrame, changed: Marks, known: KnownPage) -> NDArray[np.float64]:
    """For each place from `known.top - frame.height` on."""
    if frame.height < 3 or len(known.cells) < 3:
        return np.zeros(0)
    mine, differs = features_of(frame.cells)
    theirs, told = features_of(known.cells)
    told &= ~(known.fixed[:-2] | known.fixed[1:-1] | known.fixed[2:])[:, np.newaxis]
    differs = differs & (changed[:-2] | changed[1:-1] | changed[2:])
    votes = np.zeros(frame.height + len(known.cells) + 1)
    for strip in range(mine.shape[1]):
        rows, there = np.flatnonzero(differs[:, strip]), np.flatnonzero(told[:, strip])
        if not len(rows) or not len(there):
            continue
        page = theirs[there, strip]
        order = np.argsort(page, kind="stable")
        page, there = page[order], there[order]
        values, inverse, repeats = np.unique(mine[rows, strip], return_inverse=True, return_counts=True)
        first, last = np.searchsorted(page, values, "left"), np.searchsorted(page, values, "right")
        alike = last - first
        usable = (alike > 0) & (alike <= _MOST_ALIKE)
        weight = np.where(usable, 1.0 / np.maximum(1, alike * repeats), 0.0)
        begin, count = first[inverse], np.where(usable, alike, 0)[inverse]
        if not count.any():
            continue
        total = int(count.sum())
        ends = np.cumsum(count)
        within = np.arange(total) - np.repeat(ends - count, count)
        places = there[np.repeat(begin, count) + within] - np.repeat(rows, count) + frame.height
        votes += np.bincount(places, np.repeat(weight[inverse], count), len(votes))[: len(votes)]
    return votes
