"""Which frames stand for a clip: as many as fit, where most changes."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fanlight.video.shots import FrameChanges, Numbers

_LEAST_CHANGE = 0.35
"""Summed change between two frames of a shot below which no further one is put between them."""
_SECONDS_WORTH = 0.01
"""What a second counts as change: a frame of a still one is worth it after some time."""
_SETTLED = 0.3
"""How far into a shot its first frame is looked for, as a share: the begin may still be a transition."""


def choose_frames(changes: FrameChanges, times: Sequence[float], most: int) -> list[int]:
    """Indexes in order. Each shot has one; where there are more shots than `most`, those that last longest have. What
    is left goes where the most changes between two that are chosen."""
    if not len(times):
        return []
    bounds = [0, *changes.boundaries, len(times)]
    worth = _worth(changes, times)
    shots = [(first, last - 1) for first, last in pairwise(bounds) if last > first]
    if len(shots) > most:
        length = {shot: times[shot[1]] - times[shot[0]] for shot in shots}
        shots = sorted(sorted(shots, key=lambda shot: -length[shot])[:most])
    first_frames = [_first_of(shot, worth) for shot in shots]
    chosen = set(first_frames)
    gaps = [_Gap.of(first, last + 1, last, worth) for first, (_begin, last) in zip(first_frames, shots, strict=True)]
    heapq.heapify(gaps)
    while gaps and len(chosen) < most:
        gap = heapq.heappop(gaps)
        if -gap.least < _LEAST_CHANGE or gap.last - gap.first < 2:
            continue
        middle = gap.middle(worth)
        chosen.add(middle)
        heapq.heappush(gaps, _Gap.of(gap.first, middle, gap.end, worth))
        heapq.heappush(gaps, _Gap.of(middle, gap.last, gap.end, worth))
    return sorted(chosen)


@dataclass(frozen=True, slots=True, order=True)
class _Gap:
    """Between two frames that are chosen, or the end of the shot; `least` is the change in it, negative. `end`: the
    shot's last frame."""

    least: float
    first: int
    last: int
    end: int

    @classmethod
    def of(cls, first: int, last: int, end: int, worth: Numbers) -> _Gap:
        return cls(-float(worth[min(last, end)] - worth[first]), first, last, end)

    def middle(self, worth: Numbers) -> int:
        """Where half of the change is done."""
        goal = (worth[self.first] + worth[min(self.last, self.end)]) / 2
        return int(np.clip(np.searchsorted(worth, goal), self.first + 1, self.last - 1))


def _worth(changes: FrameChanges, times: Sequence[float]) -> Numbers:
    """Summed change up to each frame."""
    passed = np.diff(np.asarray(times), prepend=times[0])
    return np.asarray(np.cumsum(changes.from_before + _SECONDS_WORTH * passed), np.float32)


def _first_of(shot: tuple[int, int], worth: Numbers) -> int:
    """Where the shot has settled: the frame behind which the least changes, near its begin."""
    first, last = shot
    until = first + max(1, int(_SETTLED * (last - first + 1)))
    steps = np.diff(worth[first : min(until + 2, last + 1)])
    return first + int(np.argmin(steps)) if len(steps) else first
