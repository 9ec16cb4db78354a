"""What a picture file shows, looked at by its four quarters."""

from __future__ import annotations

import numpy as np

from fanlight.pictures.decode import read_bytes
from support.picture_files import BLUE, GREEN, RED, YELLOW

CORNERS = (RED, GREEN, BLUE, YELLOW)


def seen(data: bytes, by: int = 12) -> tuple[tuple[int, ...], ...]:
    """The colors at the middle of the four quarters; what is kept reads as the same ones."""
    first = read_bytes(data)
    again = read_bytes(first.data)
    pixels = np.frombuffer(first.image.rgb, np.uint8).reshape(first.image.height, first.image.width, 3)
    kept = np.frombuffer(again.image.rgb, np.uint8).reshape(pixels.shape)
    assert int(np.abs(pixels.astype(int) - kept).max()) <= by
    high, wide = pixels.shape[:2]
    places = (
        (high // 4, wide // 4),
        (high // 4, 3 * wide // 4),
        (3 * high // 4, wide // 4),
        (3 * high // 4, 3 * wide // 4),
    )
    return tuple(tuple(int(value) for value in pixels[place]) for place in places)


def near(found: tuple[tuple[int, ...], ...], wanted: tuple[tuple[int, ...], ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for x, y in zip(found, wanted, strict=True) for a, b in zip(x, y, strict=True))
