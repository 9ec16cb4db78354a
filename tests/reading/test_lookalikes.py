"""Letters that look alike: only where one of them makes no sense."""

from __future__ import annotations

import pytest

from fanlight.domain.reading import TextLine
from fanlight.reading.lookalikes import without_lookalikes


def line(text: str) -> TextLine:
    return TextLine(text, 0, 0, 10.0 * len(text), 20, places=tuple((10.0 * i, 10.0 * i + 10) for i in range(len(text))))


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("ERR0R query failed", "ERROR query failed"),
        ("08:12 INF0 server: T0D0", "08:12 INFO server: TODO"),
        ("# ToDo: handle", "# TODO: handle"),
        ("gcc -02 -Wall", "gcc -O2 -Wall"),
        ('if _name_ == "_main__":', 'if __name__ == "__main__":'),
        ("def __init___(self):", "def __init__(self):"),
    ],
)
def test_what_makes_no_sense_is_mended(read: str, right: str) -> None:
    mended = without_lookalikes(line(read))
    assert mended.text == right
    assert len(mended.places) == len(right)
    assert all(begin <= end for begin, end in mended.places)
    assert (mended.places[0][0], mended.places[-1][1]) == (0, 10 * len(read))


@pytest.mark.parametrize(
    "text",
    [
        "FF0A",
        "0xDEAD0BEEF",
        "A0",
        "GPU0",
        "eth0",
        "2024-05-02",
        "x-02",
        "H2O",
        "my_name_here",
        "_private",
        "B0 C0",
        "- 02",
    ],
)
def test_all_else_stays(text: str) -> None:
    assert without_lookalikes(line(text)) is not None
    assert without_lookalikes(line(text)).text == text


def test_a_line_whose_letters_have_no_places_has_none_afterwards() -> None:
    assert without_lookalikes(TextLine("_name_", 0, 0, 60, 20)).places == ()
