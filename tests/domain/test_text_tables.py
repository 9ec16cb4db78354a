"""Tables in recognized text, by where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fanlight.domain.reading import TextLine
from fanlight.domain.text_tables import TextTable, table_in

LETTER, HEIGHT, STEP = 8, 14, 24


def _lines(*rows: Sequence[tuple[float, str]], step: float = STEP, top: float = 0) -> list[TextLine]:
    """Texts by their left edges in letters."""
    return [
        TextLine(text, left * LETTER, top + number * step, len(text) * LETTER, HEIGHT)
        for number, row in enumerate(rows)
        for left, text in row
    ]


INVOICE = (
    [(0, "Item"), (20, "Price"), (30, "Total")],
    [(0, "Paper A4"), (21, "4,50"), (30, "45,00")],
    [(0, "Desk lamp"), (20, "39,90"), (30, "39,90")],
)
CELLS = (("Item", "Price", "Total"), ("Paper A4", "4,50", "45,00"), ("Desk lamp", "39,90", "39,90"))


def test_cells_are_found_by_their_places() -> None:
    assert table_in(_lines(*INVOICE)) == TextTable(CELLS)


def test_headings_and_paragraphs_around_a_table_are_not_in_it() -> None:
    before = _lines([(0, "Invoice of the stationery and office supplies")], [(0, "Thank you.")])
    after = _lines([(0, "Please pay within two weeks from the day of this letter.")], top=170)
    table = [TextLine(one.text, one.left, one.top + 60, one.width, one.height) for one in _lines(*INVOICE)]
    assert table_in([*before, *table, *after]) == TextTable(CELLS)


def test_an_empty_cell_stays_empty() -> None:
    rows = (
        [(0, "8:15"), (10, "Kiel"), (20, "late")],
        [(0, "8:30"), (10, "Bern")],
        [(0, "9:00"), (10, "Oslo"), (20, "late")],
    )
    table = table_in(_lines(*rows))
    assert table is not None
    assert table.rows[1] == ("8:30", "Bern", "")


def test_a_row_with_its_first_cell_alone_does_not_divide_the_table() -> None:
    rows = ([(0, "Fruit"), (12, "a"), (20, "b")], [(0, "Only first")], [(0, "Pears"), (12, "3"), (20, "4")])
    table = table_in(_lines(*rows))
    assert table is not None
    assert table.rows[1] == ("Only first", "", "")


def test_a_text_that_was_wrapped_goes_on_in_its_cell() -> None:
    lines = _lines(*INVOICE, step=40)
    wrapped = TextLine("80 g/m²", 0 * LETTER, 40 + 17, 7 * LETTER, HEIGHT)
    other = _lines([(0, "7"), (10, "A lamp for"), (30, "39,90")], [(0, "8"), (10, "Paper"), (30, "4,50")],
                   [(0, "9"), (10, "Pens"), (30, "1,50")], step=40)  # fmt: skip
    rest = TextLine("the desk", 10 * LETTER, 17, 8 * LETTER, HEIGHT)
    table = table_in([*other, rest])
    assert table is not None
    assert table.rows[0] == ("7", "A lamp for the desk", "39,90")
    assert wrapped.text not in "".join(table.rows[0])
    assert table_in(lines) is not None


def test_two_cells_that_were_read_as_one_are_divided_between_their_columns() -> None:
    rows = (
        [(0, "Anna Weber"), (14, "Kiel"), (24, "12")],
        [(0, "Luis Vega"), (14, "Sevilla"), (24, "7")],
        [(0, "Marie Roux"), (14, "Lyon"), (24, "31")],
        [(0, "Tom Hill"), (14, "Leeds"), (24, "5")],
        [(0, "Jo Park"), (14, "Oslo"), (24, "9")],
        [(0, "Ines Sousa"), (14, "Graz"), (24, "8")],
        [(0, "Karl Lang"), (14, "Bern"), (24, "1")],
        [(0, "Lina Berg"), (14, "Linz"), (24, "3")],
        [(0, "Max Kern Hamburg"), (24, "2")],
    )
    lines = _lines(*rows)
    # its letters are where they stand
    last = next(line for line in lines if "Kern" in line.text)
    name = [(i * LETTER, (i + 1) * LETTER) for i in range(8)]
    place = [(112 + i * LETTER, 120 + i * LETTER) for i in range(7)]
    joined = TextLine(last.text, last.left, last.top, 56 + 112, HEIGHT, 1.0, (*name, (64, 110), *place))
    table = table_in([joined if line is last else line for line in lines])
    assert table is not None
    assert table.rows[-1] == ("Max Kern", "Hamburg", "2")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        _lines([(0, "one")], [(0, "two")], [(0, "three")]),  # one column
        _lines([(0, "File"), (8, "Edit"), (16, "View")]),  # one row
        _lines(*([(0, str(60 + i)), (6, f"x = f({i}) + 1")] for i in range(12))),  # program text with its line numbers
        _lines(*([(0, "running text of a page that goes on"), (40, "beside another column of text here")],) * 8),
    ],
)  # fmt: skip
def test_what_is_no_table_is_left_alone(lines: list[TextLine]) -> None:
    assert table_in(lines) is None


def test_of_two_tables_the_larger_one_is_taken() -> None:
    small = _lines([(0, "a"), (10, "b"), (20, "c")], [(0, "d"), (10, "e"), (20, "f")], top=400)
    assert table_in([*_lines(*INVOICE), *small]) == TextTable(CELLS)


def test_a_table_has_rows_of_one_length() -> None:
    with pytest.raises(ValueError, match="two rows"):
        TextTable((("a", "b"), ("c",)))
