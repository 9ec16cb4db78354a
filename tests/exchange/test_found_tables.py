"""A table of the screen as other programs take it."""

from __future__ import annotations

import csv
import io

import pytest

from fanlight.documents.formats.converting import converted_texts
from fanlight.domain.text_tables import TextTable
from fanlight.exchange.found_tables import WRITERS, html_text, tab_text


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|'x'!A1", "-2+3+cmd|'x'!A1", "＝1+1", "-A1"])
def test_what_a_spreadsheet_would_run_stays_a_text(cell: str) -> None:
    table = TextTable((("a", "b"), (cell, "c")))
    rows = csv.reader(io.StringIO(WRITERS[".csv"](table).decode("utf-8-sig"), newline=""))
    assert [row[0] for row in rows] == ["a", f"'{cell}"]
    assert "\n'" in tab_text(table)
    assert f"<td>&#x27;{cell[:1]}" in html_text(table)


@pytest.mark.parametrize("cell", ["-12,5", "+49 30 1234567", "-5 %", "−3", "12.5", "", "a=b", "-1.234,50 €"])
def test_numbers_with_a_sign_are_left_as_they_are(cell: str) -> None:
    assert tab_text(TextTable((("a", "b"), (cell, "c")))).splitlines()[1] == f"{cell}\tc"


def test_a_workbook_has_texts_and_numbers_that_nobody_could_doubt() -> None:
    table = TextTable((("a", "b"), ("12", "1.234"), ("0.5", "1,5"), ("007", "=1+1"), ("\x00x", "<&>")))
    (page,) = converted_texts(WRITERS[".xlsx"](table), "archive", "“a”")
    assert page.splitlines()[-4:] == ["| 12 | 1.234 |", "| 0.5 | 1,5 |", "| 007 | =1+1 |", "| x | <&> |"]


def test_tabs_and_lines_in_a_cell_do_not_make_others() -> None:
    table = TextTable((("a\tb", "c\nd"), ("e", "f")))
    assert tab_text(table) == "a b\tc d\ne\tf"
    assert html_text(TextTable((("<b>&", "x"), ("e", "f")))).startswith("<table><tr><td>&lt;b&gt;&amp;</td>")
