"""Tables as CSV, Markdown and spreadsheets, which other programs open."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fanlight.documents.files import read_document
from fanlight.exchange.table_files import Cell, Sheet, csv_text, is_formula, markdown_table, spreadsheet

ROWS: list[list[Cell]] = [
    ["Name", "Price", "Paid"],
    ["Pump, “large”", 1234.5, True],
    ["=1+2", -3, False],
    ["two\nlines", None, None],
]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_csv_file_gives_back_what_was_written() -> None:
    assert read(csv_text(ROWS)) == [
        ["Name", "Price", "Paid"],
        ["Pump, “large”", "1234.5", "true"],
        ["'=1+2", "-3", "false"],
        ["two\nlines", "", ""],
    ]
    assert csv_text(ROWS).startswith("\ufeffName")


@pytest.mark.parametrize(
    "text",
    ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1+1", "-", '=HYPERLINK("x")'],
)
def test_what_would_be_a_formula_is_none(text: str) -> None:
    assert is_formula(text)
    (row,) = read(csv_text([[text]]))
    assert row[0].startswith("'")


@pytest.mark.parametrize("text", ["-12.50", "+49", "3 = 3", "a@b.c", "", "–5", "-5%", "-1.234 €", "+49 30 1234567"])
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert csv_text([[text, "x"]]) == f"\ufeff{text},x\r\n"


def test_markdown_keeps_columns_apart() -> None:
    assert markdown_table([["A|B", "C"], ["1\n2"], [True, 4.0]]) == (
        "| A\\|B | C |\n| --- | --- |\n| 1<br>2 |  |\n| true | 4.0 |\n"
    )
    assert markdown_table([]) == ""


def test_dates_are_days_with_the_format_of_dates_where_spreadsheets_agree_on_them() -> None:
    data = spreadsheet([Sheet("D", [["Day"], [date(2026, 3, 5)], [date(1900, 3, 1)], [date(1899, 1, 1)]])])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet, styles = archive.read("xl/worksheets/sheet1.xml").decode(), archive.read("xl/styles.xml").decode()
    assert '<c r="A2" s="2"><v>46086</v></c><' in sheet
    assert '<c r="A3" s="2"><v>61</v></c>' in sheet
    assert "1899-01-01</t>" in sheet
    assert styles.count("<xf") == 4
    assert 'numFmtId="14"' in styles
    assert csv_text([[date(2026, 3, 5)]]) == "\ufeff2026-03-05\r\n"


def test_a_spreadsheet_is_read_again(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [*ROWS, ["bad \x00\x0b\ud800 letters & <tags>", 10**20, "x" * 40_000]]
    (tmp_path / "a.xlsx").write_bytes(spreadsheet([Sheet("Fields", rows), Sheet("fields", [["second"]])]))
    text = "\n".join(read_document(tmp_path / "a.xlsx").texts)
    for cell in ("Pump, “large”", "1234.5", "=1+2", "-3", "letters & <tags>", str(10**20), "second"):
        assert cell in text
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        book = archive.read("xl/workbook.xml").decode()
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    assert 'name="Fields"' in book
    assert 'name="fields 2"' in book
    assert not [one for one in sheet.iter() if one.tag.endswith("}f")]  # no formula
    assert max(len(one.text or "") for one in sheet.iter()) == 32_767


def test_names_of_sheets_are_as_excel_takes_them() -> None:
    names = ["a/b:c*d?e[f]g\\h", "x" * 40, "X" * 40, "", "'quoted'"]
    with zipfile.ZipFile(io.BytesIO(spreadsheet([Sheet(name, []) for name in names]))) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = [one.get("name") for one in book.iter() if one.tag.endswith("}sheet")]
    assert found == ["a b c d e f g h", "x" * 31, "X" * 27 + " 3", "Sheet4", "quoted"]
