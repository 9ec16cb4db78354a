"""Where shots begin: hard cuts, dissolves and fades, from small pictures of the frames.

A cut is a difference of block histograms that stands out from its neighbors (a sliding window with an adaptive
threshold: Yeo and Liu 1995, "Rapid scene analysis on compressed video"), where edges differ, too: light that is
switched on changes colors and leaves edges. What changes back within a fifth of a second is a flash. In the middle of a
dissolve the variance of the pixels has a minimum, since that of two mixed pictures that have nothing in common is half
of theirs (Alattar 1993, "Detecting and compressing dissolve regions in video sequences"); motion does not have that.
Frames without content between others are a fade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 64, 36
"""Of the small pictures."""

Small = npt.NDArray[np.uint8]
"""Of shape (frames, HEIGHT, WIDTH, 3)."""
Numbers = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]

_ROWS, _COLUMNS, _BINS = 3, 4, 8
_CHUNK = 256
_CUT, _CUT_SPARSE = 0.14, 0.3
"""Least difference of neighbors at a cut; where they are further apart than _SPARSE_SECONDS, more."""
_STANDS_OUT = 2.2
_SPARSE_SECONDS = 0.6
_WINDOW_SECONDS = 0.4
_FLASH_SECONDS = 0.2
_SAME_EDGES = 0.72
"""Correlation of edges from which two frames show the same."""
_OTHER_EDGES = 0.5
_DISSOLVE_HALVES = (0.24, 0.4, 0.6, 0.9)
"""Half a dissolve, in seconds."""
_DIP = 0.25
"""Of the variance in the middle, as a share of that at the ends; half in theory."""
_BELOW_BOTH = 0.92
_COARSE = 4
"""Sides of the blocks whose means are compared: motion changes these less than pixels."""
_BLEND_ERROR = 0.45
_DISSOLVE_CONTRAST = 0.05
_EMPTY_DEVIATION = 5.0
"""Of a frame without content: black, white, or any one color."""
_FADE_SECONDS = 0.15
_LEAST_SHOT_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class FrameChanges:
    """`from_before[i]`: how different frame i is from the one before, 0 to 1; the first is 0. `boundaries`: indexes of
    the first frames of the shots but the first one. `coarse`: block means of each frame, 0 to 1."""

    from_before: Numbers
    coarse: Numbers
    boundaries: tuple[int, ...]


def find_shots(small: Small, times: Sequence[float]) -> FrameChanges:
    """`times`: of the frames, in seconds, rising."""
    if len(small) < 2:
        return FrameChanges(np.zeros(len(small), np.float32), _coarse(small), ())
    at = np.asarray(times, np.float64)
    colors, edges, coarse = _histograms(small), _edges(small), _coarse(small)
    change = np.concatenate([[0], _distance(colors[1:], colors[:-1])]).astype(np.float32)
    fades = _fades(small, edges)
    reach = [(at[first] - _FADE_SECONDS, at[last] + _FADE_SECONDS) for first, last in fades]
    cuts = [
        index
        for index in _cuts(change, colors, edges, at)
        if not any(first <= at[index] <= last for first, last in reach)
    ]
    found = [((first + last + 1) // 2, 1.0) for first, last in fades] + [
        (index, float(change[index])) for index in cuts
    ]
    found += _dissolves(coarse, edges, at, [*fades, *((index, index) for index in cuts)])
    return FrameChanges(change, coarse, tuple(_merged(found, at)))


def _histograms(small: Small) -> Numbers:
    """Of shape (frames, blocks, 3 * _BINS), each block's sums to 1."""
    blocks = _ROWS * _COLUMNS
    rows = np.arange(HEIGHT) * _ROWS // HEIGHT
    columns = np.arange(WIDTH) * _COLUMNS // WIDTH
    block = (rows[:, None] * _COLUMNS + columns)[:, :, None] * 3 * _BINS + np.arange(3) * _BINS
    size = blocks * 3 * _BINS
    made = np.empty((len(small), size), np.float32)
    for first in range(0, len(small), _CHUNK):
        part = small[first : first + _CHUNK]
        index = (part >> 5).astype(np.int64) + block + (np.arange(len(part)) * size)[:, None, None, None]
        made[first : first + len(part)] = np.bincount(index.ravel(), minlength=len(part) * size).reshape(-1, size)
    return (made / (3 * HEIGHT * WIDTH / blocks)).reshape(len(small), blocks, 3 * _BINS)


def _distance(one: Numbers, other: Numbers) -> Numbers:
    """0 to 1, the mean of all blocks."""
    return np.asarray(np.abs(one - other).sum(axis=-1).mean(axis=-1) / 2, np.float32)


def _edges(small: Small) -> Numbers:
    """Gradients of the gray picture, of mean 0 and length 1, so that a product is a correlation; 0 where there are
    none."""
    made = np.empty((len(small), HEIGHT * WIDTH), np.float32)
    for first in range(0, len(small), _CHUNK):
        gray = small[first : first + _CHUNK].astype(np.float32).mean(axis=-1)
        steep = np.abs(np.diff(gray, axis=2, prepend=gray[:, :, :1]))
        steep += np.abs(np.diff(gray, axis=1, prepend=gray[:, :1]))
        flat = steep.reshape(len(steep), -1)
        flat = flat - flat.mean(axis=1, keepdims=True)
        length = np.linalg.norm(flat, axis=1, keepdims=True)
        made[first : first + len(flat)] = np.where(length > 1e-3, flat / np.maximum(length, 1e-3), 0)
    return made


def _cuts(change: Numbers, colors: Numbers, edges: Numbers, at: Times) -> list[int]:
    found = []
    for index in np.flatnonzero(change >= _CUT):
        sparse = at[index] - at[index - 1] > _SPARSE_SECONDS
        if sparse and change[index] < _CUT_SPARSE:
            continue
        if edges[index] @ edges[index - 1] > _SAME_EDGES:
            continue
        if not sparse and not _stands_out(int(index), change, at):
            continue
        if not _is_flash(int(index), change, colors, at):
            found.append(int(index))
    return found


def _stands_out(index: int, change: Numbers, at: Times) -> bool:
    first, last = np.searchsorted(at, [at[index] - _WINDOW_SECONDS, at[index] + _WINDOW_SECONDS])
    first, last = min(int(first), index - 2), max(int(last), index + 3)
    others = np.concatenate([change[max(1, first) : index], change[index + 1 : last]])
    if not len(others):
        return True
    if change[index] < change[max(1, index - 1) : index + 2].max():
        return False
    usual = float(np.sort(others)[: max(1, round(0.8 * len(others)))].max())  # a second cut nearby may be as high
    return bool(change[index] > _STANDS_OUT * usual + 0.02)


def _is_flash(index: int, change: Numbers, colors: Numbers, at: Times) -> bool:
    """Whether what was before comes back at once, or the other way round."""
    half = 0.5 * change[index]
    after = range(index + 1, min(len(at), int(np.searchsorted(at, at[index] + _FLASH_SECONDS)) + 1))
    before = range(max(0, int(np.searchsorted(at, at[index] - _FLASH_SECONDS)) - 1), index - 1)
    return any(_distance(colors[index - 1], colors[one]) < half for one in after) or any(
        _distance(colors[one], colors[index]) < half for one in before
    )


def _dissolves(coarse: Numbers, edges: Numbers, at: Times, taken: Sequence[tuple[int, int]]) -> list[tuple[int, float]]:
    """(middle, weight); none that reaches into `taken` (first and last index)."""
    found: list[tuple[int, float]] = []
    step = float(np.median(np.diff(at)))
    if step <= 0 or step > _SPARSE_SECONDS:
        return found
    variance = coarse.reshape(len(coarse), -1, 3).var(axis=1).mean(axis=1)
    for half in sorted({max(2, round(seconds / step)) for seconds in _DISSOLVE_HALVES}):
        if 2 * half + 1 > len(coarse):
            continue
        middle = variance[half:-half]
        dip = 1 - middle / np.maximum((variance[: -2 * half] + variance[2 * half :]) / 2, 1e-6)
        contrast = np.abs(coarse[2 * half :] - coarse[: -2 * half]).mean(axis=1)
        alike = np.einsum("ij,ij->i", edges[: -2 * half], edges[2 * half :])
        below = middle < _BELOW_BOTH * np.minimum(variance[: -2 * half], variance[2 * half :])
        good = (contrast > _DISSOLVE_CONTRAST) & (dip > _DIP) & below & (alike < _OTHER_EDGES)
        for index in np.flatnonzero(good):
            place, near = int(index) + half, max(1, half // 2)
            if variance[place] > variance[place - near : place + near + 1].min():
                continue
            if _blend_error(coarse, place, near) > _BLEND_ERROR:
                continue
            if not any(first - half < place < last + half for first, last in taken):
                found.append((place, float(dip[index] * contrast[index])))
    return found


def _blend_error(coarse: Numbers, place: int, reach: int) -> float:
    """How far a frame is from the mean of those around it, as a share of their distance."""
    before, after = coarse[place - reach], coarse[place + reach]
    return float(np.abs(coarse[place] - (before + after) / 2).mean() / max(np.abs(after - before).mean(), 1e-6))


def _fades(small: Small, edges: Numbers) -> list[tuple[int, int]]:
    """(first, last) of each run of frames without content that has other content behind it than before."""
    deviation = small.reshape(len(small), -1, 3).astype(np.float32).std(axis=1).mean(axis=1)
    empty = np.concatenate([[False], deviation < _EMPTY_DEVIATION, [False]]).astype(np.int8)
    begins, ends = np.flatnonzero(np.diff(empty) == 1), np.flatnonzero(np.diff(empty) == -1)
    return [
        (int(begin), int(end) - 1)
        for begin, end in zip(begins, ends, strict=True)
        if begin > 0 and end < len(small) and edges[begin - 1] @ edges[end] < _SAME_EDGES
    ]


def _coarse(small: Small) -> Numbers:
    """Means of blocks, which a moving picture does not change as much as its pixels; 0 to 1."""
    across, down = WIDTH // _COARSE, HEIGHT // _COARSE
    blocks = small.reshape(len(small), down, _COARSE, across, _COARSE, 3)
    return np.asarray(blocks.mean(axis=(2, 4), dtype=np.float32).reshape(len(small), -1) / 255, np.float32)


def _merged(found: Sequence[tuple[int, float]], at: Times) -> list[int]:
    """In order; of those that are too near to each other the one with more weight."""
    kept: list[tuple[int, float]] = []
    for index, weight in sorted(found):
        if kept and at[index] - at[kept[-1][0]] < _LEAST_SHOT_SECONDS:
            kept[-1] = max(kept[-1], (index, weight), key=lambda one: one[1])
        else:
            kept.append((index, weight))
    return [index for index, _weight in kept]
