"""Words that are looked for are marked in a picture where they were read."""

from __future__ import annotations

import pytest

from fanlight.domain.picture_marks import PictureMark, marks_in
from fanlight.domain.reading import TextLine
from fanlight.domain.search import parse_query

LINES = (TextLine("Invoice 4711", 20, 10, 120, 20), TextLine("Straße", 20, 50, 60, 20), TextLine("", 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4711", [PictureMark(100 / 200, 0.1, 40 / 200, 0.2)]),
        ("invoice 4711", [PictureMark(20 / 200, 0.1, 70 / 200, 0.2), PictureMark(100 / 200, 0.1, 40 / 200, 0.2)]),
        ("strasse", [PictureMark(20 / 200, 0.5, 60 / 200, 0.2)]),
        ("else", []),
    ],
)
def test_they_are_shares_of_the_picture(typed: str, expected: list[PictureMark]) -> None:
    assert list(marks_in(LINES, (200, 100), parse_query(typed))) == expected
