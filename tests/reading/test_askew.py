"""A page that lay askew on the glass is read as if it had lain straight."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as Pillow

from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine, layout_text, letter_width, read_in_order, rows
from fanlight.domain.text_tables import table_in
from fanlight.reading.askew import Straightened, slope_of
from fanlight.reading.ocr import RapidOcrReader
from fanlight.reading.tiles import Quad
from support.written import SANS, Canvas

LEFT = [f"the left column goes on in line {number}" for number in range(40)]
RIGHT = [f"and this is the right one, line {number}" for number in range(40)]
WIDE, HIGH = 600, 760


def printed() -> list[TextLine]:
    """Two columns, tightly set."""
    return [
        TextLine(text, left, 18 * row, 11 * sum(map(letter_width, text)), 15)
        for left, said in ((20, LEFT), (320, RIGHT))
        for row, text in enumerate(said)
    ]


def quad(line: TextLine, slope: float) -> Quad:
    corners = ((line.left, line.top), (line.right, line.top), (line.right, line.bottom), (line.left, line.bottom))
    return tuple((x - slope * y, y + slope * x) for x, y in corners)  # type: ignore[return-value]


@pytest.mark.parametrize("slope", [-0.1, -0.026, 0.026, 0.1])
def test_columns_that_lie_askew_are_told_apart(slope: float) -> None:
    page = Straightened(slope, WIDE, HIGH)
    lying = [page.as_it_lay(line) for line in printed()]
    assert [line for line in layout_text(lying).split("\n") if line] == [*LEFT, *RIGHT]
    assert [row[0] for row in read_in_order(lying)] == lying
    assert {len(row) for row in rows(lying)} == {2}
    assert rows(lying)[0] == [lying[0], lying[40]]


@pytest.mark.parametrize("slope", [-0.15, -0.005, 0.005, 0.15])
def test_lines_are_where_they_were_before_the_page_was_straightened(slope: float) -> None:
    page = Straightened(slope, WIDE, HIGH)
    for line in printed():
        across, down = zip(*quad(line, slope), strict=True)
        straight = page.quad(quad(line, slope))
        (left, top), _, (right, bottom), _ = straight
        lies = page.as_it_lay(TextLine("x", left, top, right - left, bottom - top, places=((left, right),)))
        assert (lies.left, lies.right) == pytest.approx((min(across), max(across)), abs=0.3)
        assert (lies.top, lies.bottom) == pytest.approx((min(down), max(down)), abs=0.3)
        assert lies.level.height == pytest.approx(bottom - top)
        begin, end = lies.places[0]
        assert (begin + end) / 2 == pytest.approx((lies.left + lies.right) / 2)


def test_the_cells_of_a_table_that_lies_askew_are_in_their_columns() -> None:
    cells = [
        [
            TextLine(text, 150 * column, 22 * row, 60, 15)
            for column, text in enumerate((f"{row}", "piece", f"{7 * row}"))
        ]
        for row in range(30)
    ]
    page = Straightened(0.05, WIDE, HIGH)
    table = table_in([page.as_it_lay(cell) for row in cells for cell in row])
    assert table is not None
    assert table.rows == tuple(tuple(cell.text for cell in row) for row in cells)


def test_only_a_page_whose_lines_are_parallel_lies_askew() -> None:
    lines = printed()
    assert slope_of([quad(line, 0.02) for line in lines]) == pytest.approx(0.02)
    assert slope_of([quad(line, 0.002) for line in lines]) == 0.0
    assert slope_of([quad(line, 0.5) for line in lines]) == 0.0
    assert slope_of([quad(line, (place % 9 - 4) / 20) for place, line in enumerate(lines)]) == 0.0
    assert slope_of([quad(line, 0.02) for line in lines[:2]]) == 0.0
    short = [TextLine("ok", 20, 18 * row, 20, 15) for row in range(9)]
    assert slope_of([quad(line, 0.02) for line in short]) == 0.0


@pytest.mark.parametrize("degrees", [1.4, -4.0])
def test_a_scan_that_lies_askew_is_read_column_by_column(reader: RapidOcrReader, degrees: float) -> None:
    left = ["Nobody could say why", "the clock in the tower", "had stopped at 11:35.", "A quarter of all the"] * 2
    right = ["Passengers are asked", "to keep their tickets", "until they leave the", "station by the gates"] * 2
    canvas = Canvas(560, 230)
    for row, texts in enumerate(zip(left, right, strict=True)):
        canvas.row(26 + 22 * row, list(zip((60, 320), texts, strict=True)), SANS[0], 15)
    askew = canvas.picture.rotate(degrees, Pillow.Resampling.BICUBIC, fillcolor=canvas.ground)
    read = reader.read(Image.of(*askew.size, askew.tobytes()))
    assert [line for line in layout_text(read).split("\n") if line] == [*left, *right]
    ink = np.asarray(askew.convert("L")) < 128
    for line in read:
        ink[max(0, int(line.top)) : int(line.bottom) + 1, max(0, int(line.left)) : int(line.right) + 1] = False
    assert ink.sum() < 20


def test_of_two_sheets_on_the_glass_each_is_read_as_it_lies(reader: RapidOcrReader) -> None:
    """The usual slope is that of the one with more lines."""
    receipt = [f"Bread from the corner bakery {number}.40" for number in range(12)]
    other = ["Hardware and Garden Centre", "Hammer, 300 g, wooden 9.90", "Paint, white, two litres 18.70"]
    page = Canvas(1240, 700)
    for texts, place, degrees in ((receipt, (60, 60), -6.0), (other, (640, 150), 0.0)):
        sheet = Canvas(480, 20 + 36 * len(texts))
        for row, text in enumerate(texts):
            sheet.row(26 + 36 * row, [(20, text)], SANS[0], 22)
        lying = sheet.picture.rotate(degrees, Pillow.Resampling.BICUBIC, expand=True, fillcolor=page.ground)
        page.picture.paste(lying, place)
    read = reader.read(Image.of(*page.picture.size, page.picture.tobytes()))
    assert {line.slope for line in read} != {0.0}
    said = "".join(line.text for line in read).replace(" ", "")
    assert [text for text in (*receipt, *other) if text.replace(" ", "") not in said] == []
