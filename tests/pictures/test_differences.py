"""Places that differ between two pictures of one part of the screen."""

from __future__ import annotations

import numpy as np
import pytest

from fanlight.domain.annotations import Area
from fanlight.domain.messages import Image
from fanlight.pictures.differences import changed_areas, changed_cells

Part = tuple[int, int, int, int]


def picture(*parts: Part, width: int = 400, height: int = 300, grey: int = 200) -> Image:
    """Grey, with black rectangles: left, top, width, height."""
    pixels = np.full((height, width, 3), grey, np.uint8)
    for left, top, wide, high in parts:
        pixels[top : top + high, left : left + wide] = 0
    return Image.of(width, height, pixels.tobytes())


def test_the_same_picture_has_none() -> None:
    assert changed_areas(picture((10, 10, 50, 50)), picture((10, 10, 50, 50))) == ()


def test_each_place_is_found_to_the_pixel_from_top_to_bottom() -> None:
    found = changed_areas(picture(), picture((300, 200, 40, 20), (20, 30, 61, 13)))
    assert found == (Area(20, 30, 61, 13), Area(300, 200, 40, 20))


def test_what_has_gone_is_a_difference_too() -> None:
    assert changed_areas(picture((20, 30, 60, 10)), picture()) == (Area(20, 30, 60, 10),)


def test_words_of_a_line_are_one_place() -> None:
    words = [(20 + 30 * n, 50, 22, 12) for n in range(5)]
    assert len(changed_areas(picture(), picture(*words))) == 1


def test_a_text_cursor_and_faint_noise_are_none() -> None:
    assert changed_areas(picture(), picture((100, 100, 2, 18))) == ()
    assert changed_areas(picture(), picture((100, 100, 1, 3))) == ()
    assert changed_areas(picture(grey=200), picture(grey=215)) == ()


def test_a_page_that_moved_is_one_place() -> None:
    spots = [(40 * x, 40 * y, 10, 10) for x in range(10) for y in range(7)]
    (whole,) = changed_areas(picture(), picture(*spots))
    assert (whole.left, whole.top) == (0, 0)
    assert whole.width > 350


def test_what_was_drawn_on_the_first_picture_is_none_and_what_changed_beside_it_is_one() -> None:
    drawn = picture((30, 30, 100, 40))
    cells = changed_cells(picture(), drawn)
    assert changed_areas(drawn, picture(), cells) == ()
    assert changed_areas(drawn, picture((60, 45, 20, 10), (300, 200, 40, 20)), cells) == (Area(300, 200, 40, 20),)


def test_edges_and_sizes_that_are_no_multiple_of_a_square() -> None:
    found = changed_areas(picture(width=401, height=299), picture((390, 290, 11, 9), width=401, height=299))
    assert found == (Area(390, 290, 11, 9),)
    assert changed_areas(picture(width=5, height=3), picture((0, 0, 5, 3), width=5, height=3)) == (Area(0, 0, 5, 3),)


def test_pictures_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        changed_areas(picture(), picture(width=399))
