"""The language between eye and text: what each picture token says, as a code, and where a code lies among vectors.

The eye learns to say it before it knows a word; the text learns to understand it before it has seen a picture.
Both then go on together, and it is a start, not a fence.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from recipe.palette import COLOURS
from recipe.scenes import CELLS, KINDS

SPANS = (0.07, 0.09, 0.113, 0.141, 0.176, 0.22, 0.275, 0.344, 0.43, 0.537, 0.67, 0.84)
"""Sizes (root of the area of the box around, in pictures) at which one of the size numbers is 1."""
DIGITS = 10
LONGEST = 3


def _parts() -> dict[str, slice]:
    """`kind` to `digits`: a shape, or a digit by its place in the number, has its middle in this token's cell.
    `under_*`: what covers most of the cell. `subject`: shapes, number or other, in every token."""
    sizes = {
        "kind": len(KINDS),
        "colour": len(COLOURS),
        "place": len(CELLS),
        "span": len(SPANS),
        "digits": LONGEST * DIGITS,
        "under_kind": len(KINDS),
        "under_colour": len(COLOURS),
        "under_digit": DIGITS,
        "subject": 3,
    }
    ends = np.cumsum(list(sizes.values())).tolist()
    return {name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)}


PARTS = _parts()
SIZE = PARTS["subject"].stop


def spans(size: float) -> NDArray[np.float32]:
    """The two neighbours in SPANS share 1 by the logarithm of the distance."""
    place = float(np.interp(np.log(size), np.log(SPANS), np.arange(len(SPANS))))
    return np.asarray(np.maximum(0, 1 - np.abs(np.arange(len(SPANS)) - place)), np.float32)


@cache
def encoder(width: int) -> NDArray[np.float32]:
    """(SIZE, width): orthogonal rows, 2 long for middles and 1 for the rest."""
    square, _ = np.linalg.qr(np.random.default_rng(7).standard_normal((width, width)))
    lengths = np.where(np.arange(SIZE) < PARTS["under_kind"].start, 2.0, 1.0)
    return np.asarray(square[:SIZE] * lengths[:, None], np.float32)


@cache
def decoder(width: int) -> NDArray[np.float32]:
    """(width, SIZE): back from vectors to codes."""
    rows = encoder(width)
    return np.asarray((rows / (rows**2).sum(1, keepdims=True)).T)
