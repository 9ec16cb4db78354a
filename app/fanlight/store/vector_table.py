"""Vectors in memory, eight bits a number, compared with one by brute force: exact, and fast enough for 100,000."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_ROWS = 256
"""Widened to float32 at once: they stay in the processor's cache, and OpenBLAS takes them on one thread. On a busy
computer its threads wait for each other, which took twenty times as long."""
_SCALE = 4
"""Bytes before the numbers in a packed vector."""

Floats = npt.NDArray[np.float32]


def packed(vector: Floats) -> bytes:
    """float32 numbers as one scale and a byte each: the largest becomes 127."""
    scale = float(np.abs(vector).max(initial=0.0)) / 127 or 1.0
    codes: npt.NDArray[np.int8] = np.rint(vector / scale).astype(np.int8)
    return np.array([scale], np.float32).tobytes() + codes.tobytes()


def unpacked(data: bytes) -> Floats:
    scale = np.frombuffer(data[:_SCALE], np.float32)
    return np.frombuffer(data[_SCALE:], np.int8).astype(np.float32) * scale


class VectorTable:
    """Vectors of one width by number; each with a time, by which some can be left out."""

    def __init__(self, like: bytes, room: int = 1024) -> None:
        """For packed vectors as long as this one."""
        self._width = width = max(0, len(like) - _SCALE)
        self._rows: dict[int, int] = {}
        self._numbers: npt.NDArray[np.int64] = np.zeros(room, np.int64)
        self._times: npt.NDArray[np.float64] = np.zeros(room)
        self._scales: Floats = np.zeros(room, np.float32)
        self._codes: npt.NDArray[np.int8] = np.zeros((room, width), np.int8)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, number: int, data: bytes, time: float) -> bool:
        """A packed vector; False for one of another width, which is left out."""
        if not data:
            self.remove(number)
            return True
        if len(data) != _SCALE + self._width:
            return False
        row = self._rows.setdefault(number, len(self._rows))
        if row >= len(self._numbers):
            self._grow()
        self._numbers[row], self._times[row] = number, time
        self._scales[row] = np.frombuffer(data[:_SCALE], np.float32)[0]
        self._codes[row] = np.frombuffer(data[_SCALE:], np.int8)
        return True

    def remove(self, number: int) -> None:
        """The last row takes its place."""
        if (row := self._rows.pop(number, None)) is None:
            return
        last = len(self._rows)
        if row != last:
            for column in self._columns:
                column[row] = column[last]
            self._rows[int(self._numbers[row])] = row

    def nearest(
        self, vector: Floats, most: int, least: float, since: float | None = None, until: float | None = None
    ) -> list[tuple[int, float]]:
        """(number, similarity) of at most so many that are at least so similar, the most similar first."""
        count = len(self._rows)
        if len(vector) != self._width:
            return []
        similar: Floats = np.empty(count, np.float32)
        wide: Floats = np.empty((_ROWS, self._width), np.float32)
        for start in range(0, count, _ROWS):
            part = self._codes[start : min(start + _ROWS, count)]
            np.copyto(wide[: len(part)], part)
            np.dot(wide[: len(part)], vector, out=similar[start : start + len(part)])
        similar *= self._scales[:count]
        wanted = similar >= least
        if since is not None:
            wanted &= self._times[:count] >= since
        if until is not None:
            wanted &= self._times[:count] < until
        rows = np.flatnonzero(wanted)
        if len(rows) > most:
            rows = rows[np.argpartition(-similar[rows], most)[:most]]
        rows = rows[np.argsort(-similar[rows], kind="stable")]
        return [(int(self._numbers[row]), float(similar[row])) for row in rows]

    @property
    def _columns(self) -> tuple[npt.NDArray[Any], ...]:
        return self._numbers, self._times, self._scales, self._codes

    def _grow(self) -> None:
        self._numbers, self._times, self._scales, self._codes = (
            np.concatenate((column, np.zeros_like(column))) for column in self._columns
        )
