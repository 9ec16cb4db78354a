"""Where the quick panel stands, over many rectangles, sizes and screens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.core.panel.placement import EDGE, GAP, inner, place_beside
from fanlight.desktop.capture.geometry import Box

SCREEN = Box(0, 0, 1920, 1080)
WIDTH, HEIGHT = 440, 360


@pytest.mark.parametrize(
    ("rectangle", "side", "place"),
    [
        (Box(300, 200, 400, 300), "right", Box(712, 200, WIDTH, HEIGHT)),
        (Box(1400, 200, 400, 300), "left", Box(948, 200, WIDTH, HEIGHT)),
        (Box(300, 900, 400, 100), "right", Box(712, 1080 - EDGE - HEIGHT, WIDTH, HEIGHT)),  # moved up, still beside
        (Box(100, 50, 1700, 300), "below", Box(100, 362, WIDTH, HEIGHT)),
        (Box(1500, 50, 10, 300), "left", Box(1048, 50, WIDTH, HEIGHT)),
        (Box(100, 700, 1700, 300), "above", Box(100, 328, WIDTH, HEIGHT)),
        (Box(0, 0, 1920, 1080), "corner", Box(1472, 712, WIDTH, HEIGHT)),
        (Box(420, 20, 1500, 980), "corner", Box(8, 712, WIDTH, HEIGHT)),  # least is covered at the left
        (Box(0, 300, 1920, 780), "corner", Box(1472, 8, WIDTH, HEIGHT)),
    ],
)
def test_it_stands_right_left_below_above_and_else_where_it_covers_least(rectangle: Box, side: str, place: Box) -> None:
    found = place_beside(rectangle, WIDTH, HEIGHT, SCREEN)
    assert (found.side, found.at(WIDTH, HEIGHT)) == (side, place)


SCREENS = st.builds(
    Box, st.integers(-4000, 4000), st.integers(-3000, 3000), st.integers(500, 7680), st.integers(380, 4320)
)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Box, Box, int, int]:
    """A screen (at scales from 1 to 3: logical pixels), a rectangle on it, a panel that fits the screen."""
    screen = draw(SCREENS)
    left, top = draw(st.integers(0, screen.width - 1)), draw(st.integers(0, screen.height - 1))
    rectangle = Box(
        screen.left + left, screen.top + top,
        draw(st.integers(1, screen.width - left)), draw(st.integers(1, screen.height - top)),
    )  # fmt: skip
    return screen, rectangle, draw(st.integers(200, 480)), draw(st.integers(80, 360))


@given(scenes())
def test_it_is_on_the_screen_and_off_the_rectangle_wherever_there_is_room(scene: tuple[Box, Box, int, int]) -> None:
    screen, rectangle, width, height = scene
    found = place_beside(rectangle, width, height, screen)
    place = found.at(width, height)
    assert place.cut(screen).area == place.width * place.height
    assert (place.width, place.height) == (width, height)
    free = inner(screen)
    room = (max(free.right - rectangle.right, rectangle.left - free.left) - GAP >= width and free.height >= height) or (
        max(free.bottom - rectangle.bottom, rectangle.top - free.top) - GAP >= height and free.width >= width
    )
    assert (found.side != "corner") == room
    assert (place.cut(rectangle).area == 0) or not room


@given(scenes(), st.integers(80, 5000))
def test_while_it_grows_it_stays_on_its_side_and_off_the_rectangle(
    scene: tuple[Box, Box, int, int], grown: int
) -> None:
    screen, rectangle, width, height = scene
    found = place_beside(rectangle, width, height, screen)
    place = found.at(width, grown)
    assert place.cut(screen).area == place.width * place.height
    assert place.height == min(grown, found.room.height)
    if found.side != "corner":
        assert not place.cut(rectangle).area


@given(scenes())
def test_in_a_corner_it_covers_no_more_than_in_any_other(scene: tuple[Box, Box, int, int]) -> None:
    screen, _, width, height = scene
    found = place_beside(screen, width, height, screen)
    assert found.side == "corner"
    assert found.at(width, height).cut(screen).area == width * height


def test_in_a_corner_it_stays_in_that_corner_however_it_grows() -> None:
    found = place_beside(Box(20, 20, 1880, 700), WIDTH, HEIGHT, SCREEN)
    assert [found.at(WIDTH, height).bottom for height in (100, 300, 900)] == [1080 - EDGE] * 3


def test_a_screen_smaller_than_the_panel_holds_what_fits() -> None:
    place = place_beside(Box(10, 10, 50, 50), 800, 600, Box(0, 0, 640, 480)).at(800, 600)
    assert place == Box(EDGE, EDGE, 640 - 2 * EDGE, 480 - 2 * EDGE)


def test_a_screen_left_of_the_first_one_has_negative_places() -> None:
    place = place_beside(Box(-1800, 100, 300, 300), WIDTH, HEIGHT, Box(-1920, -200, 1920, 1080)).at(WIDTH, HEIGHT)
    assert place == Box(-1488, 100, WIDTH, HEIGHT)
