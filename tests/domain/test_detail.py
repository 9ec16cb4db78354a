"""How many pixels of a picture are sent."""

from __future__ import annotations

import pytest

from fanlight.domain.detail import MOST_PIXELS, detail_of, side_of, within


@pytest.mark.parametrize("size", [(3840, 2160), (4000, 3000), (1240, 1754), (9000, 300), (200, 100), (1, 1)])
def test_high_detail_never_has_more_pixels_than_the_model_has_room_for(size: tuple[int, int]) -> None:
    low, normal, high = (within(size, side_of(detail, 1536, *size)) for detail in ("low", "normal", "high"))
    assert max(low) <= 512
    assert max(normal) <= 1536
    assert high[0] * high[1] <= MOST_PIXELS
    assert max(high) <= 3072
    assert high >= normal >= low
    assert max(high) <= max(size)


def test_a_wide_screen_gains_and_a_square_has_all_of_it_already() -> None:
    assert within((3840, 2160), side_of("high", 1536, 3840, 2160)) == (2048, 1152)
    assert side_of("high", 1536, 4000, 4000) == 1536


def test_a_longer_side_in_the_settings_is_never_shortened_by_high_detail() -> None:
    assert side_of("high", 4096, 6000, 6000) == 4096
    assert side_of("low", 224, 6000, 6000) == 224


@pytest.mark.parametrize("value", [None, "", "HIGH", 3, [], "normal"])
def test_an_unknown_detail_is_the_normal_one(value: object) -> None:
    assert detail_of(value) == "normal"
    assert detail_of("high") == "high"
