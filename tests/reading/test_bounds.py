"""What reading costs is bounded, and it stops between two lines: seen on networks that only count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Image
from fanlight.domain.stop import StopFlag
from fanlight.reading import ocr
from fanlight.reading.line_split import RecognizedLine, ink_columns, split_at_gaps
from fanlight.reading.ocr import RapidOcrReader
from fanlight.reading.tiles import MOST_PIXELS, OVERLAP, WIDEST, Quad, add_large_boxes, merge_boxes, tiles


@dataclass
class Found:
    boxes: Any


@dataclass
class Where:
    word_cols: list[list[int]] = field(default_factory=list)
    line_txt_len: float = 0.0


@dataclass
class Said:
    txts: Sequence[str]
    scores: Sequence[float]
    word_results: Sequence[Where]


class Finder:
    """Finds the same boxes in every part it is shown, and remembers how large the parts were."""

    def __init__(self, *boxes: tuple[int, int, int, int]) -> None:
        self.seen: list[tuple[int, int]] = []
        corners = [[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in boxes]
        self._boxes = np.array(corners) if corners else None

    def __call__(self, part: Any) -> Found:
        self.seen.append(part.shape[:2])
        return Found(self._boxes)


class Reader:
    """Reads "word" everywhere. `at` is called before each line."""

    def __init__(self, at: Any = None, score: float = 0.9) -> None:
        self.seen: list[tuple[int, int]] = []
        self._at, self._score = at, score

    def __call__(self, asked: Any) -> Said:
        self.seen.append(asked.img[0].shape[:2])
        if self._at:
            self._at(len(self.seen))
        return Said(["word"], [self._score], [Where()])


def white(width: int, height: int) -> Image:
    """Not empty: one pixel in a hundred is black."""
    pixels = b"\xff" * 297 + b"\x00" * 3
    return Image.of(width, height, (pixels * (width * height // 100 + 1))[: 3 * width * height])


def test_a_huge_picture_is_scaled_down_and_searched_in_parts() -> None:
    detector = Finder()
    assert RapidOcrReader(detector, Reader()).read(white(9000, 6000)) == ()
    assert len(detector.seen) > 1
    assert all(height * width <= 1.1 * MOST_PIXELS for height, width in detector.seen)
    assert sum(height * width for height, width in detector.seen) <= 1.5 * ocr.MOST_PIXELS


def test_places_in_a_picture_that_was_scaled_are_those_of_the_picture() -> None:
    image = white(9000, 6000)
    scale = (image.width * image.height / ocr.MOST_PIXELS) ** 0.5
    line = RapidOcrReader(Finder((100, 200, 180, 220)), Reader()).read(image)[0]
    assert line.left == pytest.approx(100 * scale, abs=8 * scale)
    assert line.top == pytest.approx(200 * scale, abs=8 * scale)


def test_a_long_thin_picture_is_searched_too() -> None:
    detector = Finder()
    RapidOcrReader(detector, Reader()).read(white(30_000, 20))
    assert all(height * width <= 1.1 * MOST_PIXELS for height, width in detector.seen)


def test_no_line_is_read_at_more_than_its_longest_width() -> None:
    reader = Reader()
    RapidOcrReader(Finder((0, 5, 5000, 25)), reader).read(white(5000, 40))
    assert len(reader.seen) > 1
    assert all(width <= 48 * (ocr.LONGEST + 1) for _, width in reader.seen)


def test_it_stops_between_two_lines() -> None:
    stop = StopFlag()
    reader = Reader(at=lambda count: stop.set() if count == 3 else None)
    boxes = [(10, 20 * i, 90, 20 * i + 14) for i in range(30)]
    assert RapidOcrReader(Finder(*boxes), reader).read(white(800, 740), stop) == ()
    assert len(reader.seen) == 3


def test_an_empty_picture_is_not_searched() -> None:
    detector = Finder((1, 1, 90, 20))
    assert RapidOcrReader(detector, Reader()).read(Image.of(300, 200, b"\x80" * 180_000)) == ()
    assert detector.seen == []


def test_it_stops_between_two_tiles() -> None:
    stop, detector = StopFlag(), Finder()
    real = detector.__call__

    class Once:
        def __call__(self, part: Any) -> Found:
            stop.set()
            return real(part)

    assert RapidOcrReader(Once(), Reader()).read(white(4000, 4000), stop) == ()
    assert len(detector.seen) == 1


def test_what_the_network_doubts_is_left_out() -> None:
    assert RapidOcrReader(Finder((10, 10, 90, 24)), Reader(score=0.3)).read(white(800, 740)) == ()


def test_no_room_is_a_sentence_and_the_next_picture_is_read() -> None:
    def full(count: int) -> None:
        if count == 1:
            raise MemoryError

    reader = RapidOcrReader(Finder((10, 10, 90, 24)), Reader(at=full))
    with pytest.raises(OcrError, match="not enough memory"):
        reader.read(white(800, 740))
    assert [line.text for line in reader.read(white(800, 740))] == ["word"]


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_tiles_cover_the_picture_and_share_enough(width: int, height: int) -> None:
    places = tiles(width, height)
    assert all(right - left <= max(WIDEST, width if len(places) == 1 else 0) + 1 for left, _, right, _ in places)
    for first, last, length in ((0, 2, width), (1, 3, height)):
        parts = sorted({(place[first], place[last]) for place in places})
        assert (parts[0][0], parts[-1][1]) == (0, length)
        assert all(after[0] <= before[1] - OVERLAP + 1 for before, after in pairwise(parts))
    assert all((right - left) * (bottom - top) <= 1.05 * MOST_PIXELS for left, top, right, bottom in places)


def quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def test_a_line_that_two_tiles_found_is_one_line() -> None:
    whole, cut, other = quad(10, 300, 200, 316), quad(10, 300, 200, 309), quad(10, 330, 200, 346)
    assert set(merge_boxes([cut, other, whole, other])) == {whole, other}


def test_a_line_across_three_tiles_is_put_together() -> None:
    parts = [quad(1000, 50, 1280, 66), quad(1216, 51, 2490, 66), quad(2430, 50, 2600, 67)]
    assert merge_boxes(parts) == [quad(1000, 50, 2600, 67)]


def test_lines_below_each_other_stay_apart() -> None:
    lines = [quad(0, 10, 50, 26), quad(0, 24, 50, 40), quad(60, 10, 90, 26)]
    assert sorted(merge_boxes(lines)) == sorted(lines)


def test_what_is_too_large_for_a_tile_comes_from_the_whole_picture() -> None:
    large, upper, lower, small = quad(0, 0, 900, 120), quad(0, 0, 900, 70), quad(0, 60, 900, 120), quad(0, 300, 90, 314)
    assert add_large_boxes([upper, lower, small], [large, quad(0, 299, 91, 316)]) == [large, small]


def test_small_print_that_looks_like_one_large_line_is_read_line_by_line() -> None:
    lines = [quad(0, 16 * i, 400, 16 * i + 14) for i in range(5)]
    assert add_large_boxes(lines, [quad(0, 0, 400, 80)]) == lines


def columns(*inked: tuple[int, int], width: int) -> Any:
    found = np.zeros(width, bool)
    for begin, end in inked:
        found[begin:end] = True
    return found


def test_a_line_is_divided_where_there_is_a_wide_gap() -> None:
    letter_centers = (5.0, 15.0, 25.0, 85.0, 95.0)
    ground = columns((1, 9), (11, 19), (21, 29), (81, 89), (91, 99), width=104)
    left, right = split_at_gaps(RecognizedLine("abc de", 0.9, letter_centers), ground, 100, 50, 14)
    assert (left.text, left.left, left.width) == ("abc", 101, 28)
    assert (right.text, right.left, right.width) == ("de", 181, 18)


def test_a_space_between_words_divides_nothing() -> None:
    letter_centers = (5.0, 15.0, 35.0, 45.0)
    ground = columns((1, 9), (11, 19), (31, 39), (41, 49), width=50)
    (run,) = split_at_gaps(RecognizedLine("ab cd", 0.9, letter_centers), ground, 0, 0, 14)
    assert run.text == "ab cd"


def test_a_space_that_was_not_read_is_put_back() -> None:
    letter_centers = (5.0, 15.0, 25.0, 45.0, 55.0, 65.0)
    ground = columns((1, 9), (11, 19), (21, 29), (41, 49), (51, 59), (61, 69), width=70)
    (run,) = split_at_gaps(RecognizedLine("61Gabc", 0.9, letter_centers), ground, 0, 0, 14)
    assert run.text == "61G abc"


def test_letters_without_places_are_one_run() -> None:
    (run,) = split_at_gaps(RecognizedLine("abc  de", 0.9), columns((4, 90), width=100), 10, 0, 14)
    assert (run.text, run.left, run.width) == ("abc  de", 14, 86)


def test_ink_is_what_differs_from_the_ground_light_or_dark() -> None:
    light = np.full((10, 30), 250, np.uint8)
    light[3:7, 10:14] = 30
    for grey in (light, 255 - light):
        assert np.flatnonzero(ink_columns(grey.astype(np.uint8))).tolist() == [10, 11, 12, 13]
    assert not ink_columns(np.full((10, 30), 128, np.uint8)).any()


def test_a_space_that_was_lost_between_digits_is_found_by_a_smaller_gap() -> None:
    ground = columns((0, 19), (26, 45), width=45)
    (run,) = split_at_gaps(RecognizedLine("1234", 0.9, (5.0, 15.0, 30.0, 40.0)), ground, 0, 0, 14)
    assert run.text == "12 34"
    (run,) = split_at_gaps(RecognizedLine("abcd", 0.9, (5.0, 15.0, 30.0, 40.0)), ground, 0, 0, 14)
    assert run.text == "abcd"


def test_letters_of_every_color_are_ink_beside_black_ones() -> None:
    line = np.full((20, 60, 3), 255, np.uint8)
    line[5:15, 2:6] = 0
    line[5:15, 20:30] = (202, 88, 10)  # a link
    assert np.flatnonzero(ink_columns(line)).tolist() == [*range(2, 6), *range(20, 30)]


def test_what_underlines_or_frames_text_is_no_ink_and_what_stands_alone_is() -> None:
    line = np.full((20, 120), 255, np.uint8)
    line[17:19, 10:110] = 0
    assert ink_columns(line).sum() == 100, "an empty field in a form"
    for left in range(12, 108, 12):
        line[4:14, left : left + 7] = 0
    assert np.flatnonzero(np.diff(ink_columns(line).astype(int)) == 1).tolist() == [
        left - 1 for left in range(12, 108, 12)
    ]
    line[0:1, 5:115] = 0
    assert ink_columns(line).sum() == 7 * len(range(12, 108, 12))


def test_an_underscore_without_ink_is_a_space() -> None:
    columns = np.zeros(100, bool)
    for center in (5, 15, 35, 45):
        columns[center - 3 : center + 4] = True
    read = RecognizedLine("ab_cd", 1.0, (5, 15, 25, 35, 45))
    assert [line.text for line in split_at_gaps(read, columns, 0, 0, 20)] == ["ab cd"]
    columns[22:28] = True
    assert [line.text for line in split_at_gaps(read, columns, 0, 0, 20)] == ["ab_cd"]
