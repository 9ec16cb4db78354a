"""Thumbnails: small enough, of the same shape, and never larger than the picture."""

from __future__ import annotations

import pytest

from fanlight.domain.messages import Image
from fanlight.pictures.thumbnails import thumbnail


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1536, 1152), (320, 240)),
        ((900, 1600), (180, 320)),
        ((320, 200), (320, 200)),
        ((64, 48), (64, 48)),
        ((4000, 3), (320, 1)),
    ],
)
def test_its_longest_side_is_bounded_and_its_shape_is_the_pictures(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    small = thumbnail(Image.of(*size, bytes(3 * size[0] * size[1])), 320)
    assert (small.width, small.height) == expected


def test_its_colours_are_the_pictures() -> None:
    half = b"\xff\0\0" * 400 + b"\0\0\xff" * 400
    small = thumbnail(Image.of(800, 600, half * 600), 320)
    assert small.rgb[:3] == b"\xff\0\0"
    assert small.rgb[3 * 319 : 3 * 320] == b"\0\0\xff"
