"""Frames of a scrolled region as cells: each row of pixels in each of some vertical strips is one number, so that rows
are compared at once. What stands still beside what moves (a sidebar, a scrollbar) has strips of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint32]
"""Shape (height, width): 0x00RRGGBB."""
Cells = NDArray[np.uint64]
"""Shape (height, strips)."""
Marks = NDArray[np.bool_]

_STRIPS = 48
_NARROWEST = 12
"""Pixels of a strip."""


@dataclass(frozen=True, eq=False, slots=True)
class ScrollFrame:
    """`telling` are the cells that differ from the one above or below: not those of empty ground, nor of a line that
    runs downwards."""

    pixels: Pixels
    cells: Cells
    telling: Marks

    @classmethod
    def of(cls, pixels: Pixels) -> ScrollFrame:
        """Some milliseconds for a window, on any thread."""
        plain = np.ascontiguousarray(pixels & np.uint32(0xFFFFFF))
        cells = _cells_of(plain)
        return cls(plain, cells, _telling(cells))

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])


def from_memory(memory: bytes | bytearray | memoryview, width: int, height: int, bytes_per_line: int) -> Pixels:
    """A copy of pixels of 32 bits, in the order of this computer's bytes."""
    rows: Pixels = np.frombuffer(memory, np.uint32).reshape(height, bytes_per_line // 4)
    return np.array(rows[:, :width])


def to_memory(pixels: Pixels) -> bytes:
    """Opaque, row by row without a gap."""
    return (pixels | np.uint32(0xFF000000)).tobytes()


def features_of(cells: Cells) -> tuple[Cells, Marks]:
    """Three cells, one below the other, as one number, and where they differ; two rows less than `cells`."""
    first, second, third = cells[:-2], cells[1:-1], cells[2:]
    odd = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)
    with np.errstate(over="ignore"):
        features = first + second * odd[0] + third * odd[1]
    return features, (first != second) | (second != third)


def _cells_of(pixels: Pixels) -> Cells:
    width = pixels.shape[1]
    weights, edges = _weights(width)
    return np.add.reduceat(pixels * weights, edges, axis=1)


@lru_cache(maxsize=4)
def _weights(width: int) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    strips = max(1, min(_STRIPS, width // _NARROWEST))
    edges = (np.arange(strips) * width // strips).astype(np.intp)
    draw = np.random.default_rng(width)
    return draw.integers(1, 2**63, width, np.uint64) * np.uint64(2) + np.uint64(1), edges


def _telling(cells: Cells) -> Marks:
    differs = np.zeros((cells.shape[0] + 1, cells.shape[1]), bool)
    differs[1:-1] = cells[1:] != cells[:-1]
    return np.asarray(differs[:-1] | differs[1:])
