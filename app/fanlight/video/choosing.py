"""Which frames stand for a clip: as many as fit, and as differ.

Each shot has one; then again and again the frame that is the farthest from those that are chosen of its shot (greedy
k-center: Gonzalez 1985, "Clustering to minimize the maximum intercluster distance"), until the farthest one shows
nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from fanlight.video.shots import FrameChanges, Numbers, Times

_LEAST_DISTANCE = 0.012
"""Mean difference of block means, 0 to 1, below which a frame shows nothing new; noise is below a third of it."""
_SECOND_WORTH = 0.0004
"""What a second counts as distance: a frame of a still passage is worth it after half a minute."""
_SPAN_WORTH = 8.0
"""What all of a clip counts as distance where there are too many shots: frames come from all of it."""
_SETTLED = 0.3
"""How far into a shot its first frame is looked for, as a share: the begin may still be a transition."""
_EDGE_SECONDS, _EDGE_SHARE = 0.4, 0.2
"""Around the bounds of a shot, where its frames may be those of a transition."""


def choose_frames(changes: FrameChanges, times: Sequence[float], most: int) -> list[int]:
    """Indexes in order. Where there are more shots than `most`, those that differ have one, from all of the clip."""
    if not len(times):
        return []
    at = np.asarray(times, np.float64)
    shots = [(first, last - 1) for first, last in pairwise([0, *changes.boundaries, len(times)]) if last > first]
    if len(shots) > most:
        firsts = [_settled(first, last, changes.from_before) for first, last in shots]
        return sorted(firsts[place] for place in _spread(changes.coarse[firsts], at[firsts], most))
    farness: Numbers = np.zeros(len(times), np.float32)
    shot_of = np.full(len(times), -1)
    chosen = []
    for number, (first, last) in enumerate(shots):
        shot_of[first : last + 1] = number
        chosen.append(_settled(first, last, changes.from_before))
        farness[first : last + 1] = _farness(changes.coarse[first : last + 1], at[first : last + 1], chosen[-1] - first)
        farness[_edges(first, last, at)] = 0
    while len(chosen) < most and farness.max() >= _LEAST_DISTANCE:
        best = int(farness.argmax())
        chosen.append(best)
        first, last = shots[shot_of[best]]
        near = _farness(changes.coarse[first : last + 1], at[first : last + 1], best - first)
        np.minimum(farness[first : last + 1], near, out=farness[first : last + 1])
    return sorted(chosen)


def _spread(coarse: Numbers, at: Times, most: int) -> list[int]:
    """Places of frames that are far from each other in looks and in time."""
    worth = _SPAN_WORTH / max(1e-6, float(at[-1] - at[0]))
    chosen = [0]
    farness = _farness(coarse, at, 0, worth)
    while len(chosen) < most:
        chosen.append(int(farness.argmax()))
        np.minimum(farness, _farness(coarse, at, chosen[-1], worth), out=farness)
    return chosen


def _farness(coarse: Numbers, at: Times, place: int, second_worth: float = _SECOND_WORTH) -> Numbers:
    """Of the frames of a shot from the one at that place."""
    differs = np.abs(coarse - coarse[place]).mean(axis=1)
    return np.asarray(differs + second_worth * np.abs(at - at[place]), np.float32)


def _settled(first: int, last: int, change: Numbers) -> int:
    """The frame near the begin behind which the least changes."""
    until = first + max(1, int(_SETTLED * (last - first + 1)))
    steps = change[first + 1 : min(until + 2, last + 1)]
    return first + int(np.argmin(steps)) if len(steps) else first


def _edges(first: int, last: int, at: np.ndarray) -> np.ndarray:
    """Indexes of the frames near the bounds of a shot; none at those of the clip."""
    near = min(_EDGE_SECONDS, _EDGE_SHARE * (at[last] - at[first]))
    inside = np.arange(first, last + 1)
    begin = (at[inside] - at[first] < near) & (first > 0)
    end = (at[last] - at[inside] < near) & (last < len(at) - 1)
    return np.asarray(inside[begin | end])
