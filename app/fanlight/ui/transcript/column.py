"""Where each message of a conversation lies, in pixels from the top: guessed until it has been seen, then measured."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from fanlight.core.chat.entry import NOT_READ, TranscriptEntry


class ColumnLayout:
    """Heights, one per entry, and their running sums."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._measured: list[bool] = []
        self._ends: list[int] | None = None

    def __len__(self) -> int:
        return len(self._heights)

    def guess(self, entries: Iterable[TranscriptEntry], width: int, pixels: float) -> None:
        """Estimate all heights from the lengths of the texts; `pixels` is the size of the font."""
        not_read = guessed(NOT_READ, width, pixels)
        self._heights = [not_read if entry is NOT_READ else guessed(entry, width, pixels) for entry in entries]
        self._measured = [False] * len(self._heights)
        self._ends = None

    def guess_rest(self, entries: Iterable[TranscriptEntry], width: int, pixels: float) -> None:
        """As `guess`, where they have not been measured."""
        known = zip(self._heights, self._measured, entries, strict=True)
        self._heights = [height if seen else guessed(entry, width, pixels) for height, seen, entry in known]
        self._ends = None

    def add(self, entry: TranscriptEntry, width: int, pixels: float) -> None:
        self._heights.append(guessed(entry, width, pixels))
        self._measured.append(False)
        self._ends = None

    def cut(self, count: int) -> None:
        del self._heights[count:]
        del self._measured[count:]
        self._ends = None

    def measured(self, index: int) -> bool:
        return self._measured[index]

    def measure(self, index: int, height: int) -> bool:
        """Store the measured height; whether it differs from the one before."""
        self._measured[index] = True
        if self._heights[index] == height:
            return False
        self._heights[index] = height
        self._ends = None
        return True

    @property
    def total(self) -> int:
        ends = self._sums()
        return ends[-1] if ends else 0

    def top(self, index: int) -> int:
        return self._sums()[index] - self._heights[index]

    def bottom(self, index: int) -> int:
        return self._sums()[index]

    def at(self, y: float) -> int:
        """The entry at `y`, the nearest one where there is none; -1 without entries."""
        return min(bisect_right(self._sums(), max(0, y)), len(self._heights) - 1)

    def _sums(self) -> list[int]:
        if self._ends is None:
            self._ends = list(accumulate(self._heights))
        return self._ends


def guessed(entry: TranscriptEntry, width: int, pixels: float) -> int:
    """About the height of an entry; within a few tens of percent for prose."""
    letters = max(20.0, width / (pixels * 0.5))
    lines = len(entry.text) / letters + 0.7 * entry.text.count("\n") + 1
    pictures = 230 if entry.thumbnails else 0
    return round(lines * pixels * 1.6 + 4 * pixels + pictures)
