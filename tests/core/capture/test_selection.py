"""What the hand and the keys choose, without a window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.core.capture.selection import LEAST_SIDE, SelectionMade, SelectionModel, WindowTarget
from fanlight.desktop.capture.geometry import Box, Screen

SCREEN = Screen("S", Box(0, 0, 800, 600), 1.0)
UPPER, LOWER = WindowTarget(Box(100, 100, 200, 150), "upper"), WindowTarget(Box(50, 80, 400, 300), "lower")


@pytest.fixture
def choice() -> SelectionModel:
    return SelectionModel(SCREEN, [UPPER, LOWER])


def test_a_drag_is_chosen_as_soon_as_the_button_comes_up(choice: SelectionModel) -> None:
    choice.press(10, 10)
    choice.move(200, 100)
    assert choice.lit == Box(10, 10, 191, 91)
    assert choice.release(209, 109) == SelectionMade(Box(10, 10, 200, 100), "drag")


def test_a_hand_that_trembles_clicks(choice: SelectionModel) -> None:
    choice.press(120, 120)
    choice.move(122, 121)
    assert choice.release(122, 121) == SelectionMade(UPPER.box, "window")


def test_a_drag_that_comes_back_to_where_it_began_is_no_click(choice: SelectionModel) -> None:
    choice.press(120, 120)
    choice.move(300, 300)
    choice.move(121, 121)
    assert choice.release(121, 121) is None
    assert choice.was_too_small


def test_on_a_screen_of_twice_the_scale_a_hand_trembles_twice_as_many_pixels() -> None:
    choice = SelectionModel(Screen("S", Box(0, 0, 800, 600), 2.0))
    choice.press(100, 100)
    choice.move(106, 100)
    assert choice.lit is None
    choice.move(108, 100)
    assert choice.lit is not None


@pytest.mark.parametrize(
    ("x", "y", "title"), [(150, 150, "upper"), (60, 90, "lower"), (299, 249, "upper"), (300, 250, "lower")]
)
def test_the_topmost_window_under_the_pointer_is_lit(choice: SelectionModel, x: int, y: int, title: str) -> None:
    choice.move(x, y)
    assert choice.hovered
    assert choice.hovered.title == title
    assert choice.lit == choice.offered == choice.hovered.box


def test_beside_all_windows_nothing_is_lit_and_the_whole_screen_offered(choice: SelectionModel) -> None:
    choice.move(700, 500)
    assert choice.lit is None
    assert choice.offered == SCREEN.device
    choice.press(700, 500)
    assert choice.release(700, 500) == SelectionMade(SCREEN.device, "screen")


def test_enter_takes_the_whole_screen_also_over_a_window(choice: SelectionModel) -> None:
    choice.move(150, 150)
    assert choice.confirm() == SelectionMade(SCREEN.device, "screen")


def test_the_first_arrow_takes_up_the_window_under_the_pointer(choice: SelectionModel) -> None:
    choice.move(150, 150)
    choice.move_by(10, 0)
    assert choice.selection == UPPER.box.moved(10, 0)
    assert choice.magnified == (309, 249)
    assert choice.confirm() == SelectionMade(UPPER.box.moved(10, 0), "keys")


def test_without_window_and_pointer_keys_begin_in_the_middle() -> None:
    choice = SelectionModel(SCREEN)
    choice.resize(-1, 0)
    assert choice.selection == Box(200, 150, 399, 300)


def test_tab_goes_round_the_windows_topmost_first(choice: SelectionModel) -> None:
    assert [target.title for _ in range(3) if (target := choice.select_next_window(1))] == ["upper", "lower", "upper"]
    assert choice.select_next_window(-1) == LOWER


def test_shift_tab_begins_at_the_lowest(choice: SelectionModel) -> None:
    assert choice.select_next_window(-1) == LOWER


def test_tab_without_windows_does_nothing() -> None:
    choice = SelectionModel(SCREEN)
    assert choice.select_next_window(1) is None
    assert not choice.by_keys


def test_the_mouse_begins_anew_after_keys(choice: SelectionModel) -> None:
    choice.move_by(1, 1)
    choice.press(5, 5)
    choice.move(50, 50)
    assert choice.release(50, 50) == SelectionMade(Box(5, 5, 46, 46), "drag")


def test_a_window_too_thin_to_see_is_not_offered() -> None:
    choice = SelectionModel(SCREEN, [WindowTarget(Box(0, 0, 800, LEAST_SIDE - 1), "edge")])
    choice.move(10, 0)
    assert choice.hovered is None


def test_letting_go_of_a_button_that_went_down_elsewhere_chooses_nothing(choice: SelectionModel) -> None:
    assert choice.release(10, 10) is None


steps = st.lists(st.tuples(st.booleans(), st.integers(-900, 900), st.integers(-900, 900)), min_size=1, max_size=12)


@given(steps)
def test_whatever_the_arrows_do_the_selection_stays_on_the_screen_and_can_be_taken(
    moves: list[tuple[bool, int, int]],
) -> None:
    choice = SelectionModel(SCREEN, [UPPER])
    for resizees, dx, dy in moves:
        (choice.resize if resizees else choice.move_by)(dx, dy)
        assert choice.selection
        assert choice.selection.cut(SCREEN.device) == choice.selection
        assert min(choice.selection[2:]) >= LEAST_SIDE
    assert choice.selection
    assert choice.confirm() == SelectionMade(choice.selection, "keys")
