"""Device pixels, logical pixels, screens: what is asked for is what is cropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.desktop.capture.geometry import Box, Screen, placed, region, spanning
from fanlight.domain.desktop_errors import CaptureEmpty
from fanlight.domain.errors import InputError

SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5)

screens = st.builds(
    Screen,
    st.just("screen"),
    st.builds(
        Box, st.integers(-8000, 8000), st.integers(-8000, 8000), st.integers(64, 7680), st.integers(64, 4320)
    ),
    st.sampled_from(SCALES),
)  # fmt: skip


def part_of(screen: Screen) -> st.SearchStrategy[Box]:
    def box(x: int, y: int, other_x: int, other_y: int) -> Box:
        return spanning(x, y, other_x, other_y)

    across, down = st.integers(0, screen.desktop.width - 1), st.integers(0, screen.desktop.height - 1)
    return st.builds(box, across, down, across, down)


parts = screens.flatmap(lambda screen: st.tuples(st.just(screen), part_of(screen)))


@given(parts)
def test_every_pixel_of_a_screen_is_found_under_the_pointer(case: tuple[Screen, Box]) -> None:
    """Qt divides what the X server says by the scale."""
    screen, box = case
    for x, y in ((box.left, box.top), (box.right - 1, box.bottom - 1)):
        assert screen.pixel(x / screen.scale, y / screen.scale) == (x, y)


@given(parts)
def test_a_region_of_the_desktop_is_that_very_part_of_its_screen(case: tuple[Screen, Box]) -> None:
    screen, box = case
    desktop = box.moved(screen.desktop.left, screen.desktop.top)
    assert placed(desktop, [screen]) == (0, box)
    assert region(",".join(map(str, desktop))) == desktop


@given(parts)
def test_what_is_repainted_covers_all_that_has_changed_and_little_more(case: tuple[Screen, Box]) -> None:
    screen, box = case
    covered = screen.under(screen.cover(box))
    assert covered.left <= box.left
    assert covered.top <= box.top
    assert covered.right >= box.right
    assert covered.bottom >= box.bottom
    assert covered.width - box.width <= 2 * screen.scale + 1
    assert covered.height - box.height <= 2 * screen.scale + 1


@given(parts, st.integers(-9000, 9000), st.integers(-9000, 9000))
def test_what_is_moved_stays_on_the_screen_and_keeps_its_size(case: tuple[Screen, Box], dx: int, dy: int) -> None:
    screen, box = case
    moved = box.moved(dx, dy).pushed_into(screen.device)
    assert (moved.width, moved.height) == (box.width, box.height)
    assert moved.cut(screen.device) == moved


def test_a_box_that_is_too_large_is_made_to_fit() -> None:
    assert Box(-5, 3, 500, 20).pushed_into(Box(0, 0, 100, 50)) == Box(0, 3, 100, 20)


def test_a_pointer_beyond_the_edge_counts_as_the_edge() -> None:
    screen = Screen("S", Box(-1920, 0, 1920, 1080), 1.5)
    assert screen.pixel(-30, 2000) == (0, 1079)
    assert screen.pixel(1280, 719.9) == (1919, 1079)


def test_both_corners_of_a_drag_belong_to_it_whichever_way_it_went() -> None:
    assert spanning(10, 20, 409, 319) == spanning(409, 319, 10, 20) == Box(10, 20, 400, 300)
    assert spanning(5, 5, 5, 5) == Box(5, 5, 1, 1)


LEFT_OF = Screen("A", Box(-1366, -200, 1366, 768), 1.25)
MAIN = Screen("B", Box(0, 0, 1920, 1080), 2.0)


@pytest.mark.parametrize(
    ("desktop", "name", "device"),
    [
        (Box(10, 20, 30, 40), "B", Box(10, 20, 30, 40)),
        (Box(-100, -100, 50, 60), "A", Box(1266, 100, 50, 60)),
        (Box(-100, 0, 150, 100), "A", Box(1266, 200, 100, 100)),
        (Box(-50, 0, 150, 100), "B", Box(0, 0, 100, 100)),
        (Box(-50, 0, 100, 100), "A", Box(1316, 200, 50, 100)),
        (Box(1900, 1000, 500, 500), "B", Box(1900, 1000, 20, 80)),
        (Box(-9999, -9999, 99999, 99999), "B", Box(0, 0, 1920, 1080)),
    ],
)
def test_a_rectangle_across_screens_is_cut_to_the_one_that_has_most_of_it(desktop: Box, name: str, device: Box) -> None:
    pair = [LEFT_OF, MAIN]
    index, found = placed(desktop, pair)
    assert (pair[index].name, found) == (name, device)


def test_a_rectangle_on_no_screen_is_refused_and_the_screens_are_named() -> None:
    with pytest.raises(CaptureEmpty) as refused:
        placed(Box(5000, 5000, 10, 10), [LEFT_OF, MAIN])
    assert "5000,5000,10,10" in refused.value.message
    assert "A -1366,-200,1366,768" in refused.value.hint
    with pytest.raises(CaptureEmpty, match="on no screen"):
        placed(Box(0, 0, 10, 10), [])


def test_a_region_on_the_command_line() -> None:
    assert region("10,20,300,400") == Box(10, 20, 300, 400)
    assert region(" -1366, 0, 10, 10 ") == Box(-1366, 0, 10, 10)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1.5,2,3,4", "1,2,-3,4", "1,2,0,4", "1,2,٣,4"])
def test_what_is_no_rectangle_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError) as refused:
        region(text)
    assert refused.value.hint
