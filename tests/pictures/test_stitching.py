"""Pictures of a region that is scrolled become one long picture: no row of it is lost or doubled."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from fanlight.pictures.stitching import Stitched, Stitcher
from support.scrolled import Pixels, ScrolledRegion, ScrollSequence, long_page, scroll_sequence, torn


def stitched(sequence: ScrollSequence) -> Stitcher:
    frames = sequence.frames()
    stitcher = Stitcher(next(frames))
    for frame in frames:
        stitcher.add(frame)
    return stitcher


@pytest.fixture(scope="module")
def text_page() -> Pixels:
    return long_page("text", 5, 480, 3000)


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (2, "code, up and down again"),
        (9, "a table whose rows differ in their number alone, and a toolbar"),
        (10, "a chat at 200 %, and a toolbar"),
        (18, "by keys, with a sidebar, a toolbar, a status line, and a scrollbar"),
        (25, "dark, with a caret and a status line that counts"),
        (29, "pictures"),
    ],
)
def test_the_picture_is_the_page_pixel_by_pixel(number: int, what: str) -> None:
    sequence = scroll_sequence(number)

    assert sequence.compare(stitched(sequence).picture()) == (0, 0), what


def test_what_stands_still_around_the_page_stays_once(text_page: Pixels) -> None:
    region = ScrolledRegion(text_page, 500, header=40, footer=30, side=120, scrollbar=12)
    sequence = ScrollSequence(region, [0, 150, 300, 420, 600, 750, 750, 750])
    picture = stitched(sequence).picture()
    first, last = region.frame(0), region.frame(750)

    assert (picture[:40] == first[:40]).all()
    assert (picture[-30:] == last[-30:]).all()
    assert (picture[40:468, :120] == first[40:468, :120]).all()
    below = picture[470:-32, :120]
    assert (below == below[0]).all(), "the sidebar is not repeated"


def test_a_page_that_was_begun_in_the_middle_grows_upwards_too(text_page: Pixels) -> None:
    region = ScrolledRegion(text_page, 500, header=40)
    sequence = ScrollSequence(region, [900, 760, 600, 700, 1000, 1250, 1250, 1250])

    assert sequence.compare(stitched(sequence).picture()) == (0, 0)


def test_what_was_skipped_is_said_and_goes_on_where_the_user_scrolls_back(text_page: Pixels) -> None:
    region = ScrolledRegion(text_page, 500)
    stitcher = Stitcher(region.frame(0))
    stitcher.add(region.frame(200))

    assert stitcher.add(region.frame(1400)).outcome is Stitched.LOST
    assert stitcher.add(region.frame(1450)).outcome is Stitched.LOST
    assert stitcher.height == 700
    for at in (900, 500, 800, 1100, 1400):
        step = stitcher.add(region.frame(at))
    assert step.outcome is Stitched.GREW
    assert (stitcher.picture() == text_page[:1900]).all()


def test_rows_that_look_all_the_same_are_not_guessed() -> None:
    row = long_page("text", 3, 480, 60)[8:36]
    page = np.tile(row, (60, 1))
    stitcher = Stitcher(page[:500])

    steps = [stitcher.add(page[at : at + 500]) for at in (45, 130, 211)]

    assert {step.outcome for step in steps} == {Stitched.ALIKE}
    assert stitcher.height == 500


def test_a_wheel_that_always_moves_by_the_same_step_is_followed_over_equal_rows() -> None:
    row = long_page("text", 3, 480, 60)[8:36]
    page = np.concatenate([long_page("text", 8, 480, 900), np.tile(row, (40, 1)), long_page("text", 9, 480, 600)])
    region = ScrolledRegion(page, 500)
    places = [*range(0, 1400, 51)]

    assert ScrollSequence(region, places).compare(stitched(ScrollSequence(region, places)).picture()) == (0, 0)


def test_frames_that_were_taken_while_they_were_painted_leave_nothing_behind(text_page: Pixels) -> None:
    region = ScrolledRegion(text_page, 500, header=40, footer=30)
    places = [0, 120, 260, 330, 480, 600]
    stitcher = Stitcher(region.frame(0))
    for before, after in pairwise(places):
        stitcher.add(torn(region.frame(before), region.frame(after), 300))
        stitcher.add(region.frame(after))
    for _ in range(3):
        stitcher.add(region.frame(600))

    assert ScrollSequence(region, places).compare(stitcher.picture()) == (0, 0)


def test_a_film_does_not_hinder(text_page: Pixels) -> None:
    region = ScrolledRegion(text_page, 500, film=True)
    picture = stitched(ScrollSequence(region, [0, 100, 250, 400, 640, 800, 950, 950, 950])).picture()

    assert picture.shape == (1450, 480)
    assert (picture[:, :330] == text_page[:1450, :330]).all()


def test_what_changes_in_place_adds_nothing(text_page: Pixels) -> None:
    frame = text_page[:500].copy()
    stitcher = Stitcher(frame)
    for shade in (0x808080, 0xFFFFFF, 0x808080):
        frame[240:256, 30:32] = shade

        assert stitcher.add(frame.copy()).outcome is Stitched.STILL
    assert stitcher.height == 500


def test_another_page_in_the_same_place_is_no_part_of_it(text_page: Pixels) -> None:
    stitcher = Stitcher(text_page[:500])
    stitcher.add(text_page[150:650])
    other = long_page("dark text", 6, 480, 600)[:500]

    assert [stitcher.add(other).outcome for _ in range(3)] == [Stitched.LOST, Stitched.LOST, Stitched.LOST]
    assert (stitcher.picture() == text_page[:650]).all()


def test_at_its_greatest_height_it_is_full_and_whole(text_page: Pixels) -> None:
    stitcher = Stitcher(text_page[:500], most_rows=1000)
    outcomes = [stitcher.add(text_page[at : at + 500]).outcome for at in (200, 400, 600, 700)]

    assert outcomes[:2] == [Stitched.GREW, Stitched.GREW]
    assert outcomes[2] is Stitched.FULL
    assert (stitcher.picture() == text_page[:1000]).all()


def test_a_frame_of_another_size_is_refused(text_page: Pixels) -> None:
    with pytest.raises(ValueError, match="size"):
        Stitcher(text_page[:500]).add(text_page[:400])


def line_of_input(width: int, rows: int) -> Pixels:
    """As a pager has it: empty, but for the cursor."""
    line = np.full((rows, width), 0xFFFFFF, np.uint32)
    line[1:-2, 24:34] = 0x222226
    return line


@pytest.mark.parametrize("side", [0, 14])
@pytest.mark.parametrize("lines", [[3, 6, 12, 15, 24], [3, 6, 4, 7, 10, 8, 11, 14, 20], [1, 2, 3, 4, 5, 6, 5, 4, 9]])
def test_letters_that_each_line_begins_with_are_no_sidebar(text_page: Pixels, side: int, lines: list[int]) -> None:
    """A pager in a terminal scrolls by whole lines, so they look as if they stood still; and its last line is empty,
    but for a cursor in their columns."""
    step, page = 21, text_page[:1890].copy()
    page[:, :40] = np.tile(long_page("text", 2, 480, 60)[10:31, 16:56], (90, 1))
    region = ScrolledRegion(page, 504, footer=step, side=side)
    places = [0, *(step * line for line in lines), step * lines[-1], step * lines[-1]]
    frames = [region.frame(at) for at in places for _ in range(2)]
    for frame in frames:
        frame[-step:, side:] = line_of_input(480, step)
    stitcher = Stitcher(frames[0])
    outcomes = {stitcher.add(frame).outcome for frame in frames[1:]}

    assert not outcomes & {Stitched.LOST, Stitched.ALIKE}
    assert ScrollSequence(region, places).compare(stitcher.picture()) == (0, 0)
