"""Tables as files: CSV, Markdown, and a spreadsheet of Excel (.xlsx).

What stands in a cell came from a model, a picture or a stranger's page: a text that a spreadsheet program would take
for a formula is written so that it is none. A number, or a date, is one only where a Python number, or date, was given.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

Cell = str | int | float | bool | date | None
Rows = Sequence[Sequence[Cell]]

BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a CSV file without it for another encoding."""
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\s?\d[\d.,'’ \u00a0\u202f]*\s?[%€$£]?")
"""A number with a sign computes nothing, nor does a phone number."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_LETTERS, _MOST_ROWS, _MOST_COLUMNS = 32_767, 1_048_576, 16_384
"""Of a cell and of a sheet of Excel."""
_MOST_NAME = 31
_EXACT = 10**15
"""Whole numbers from here on lose digits in a spreadsheet: they are written as texts."""
_DAY_ZERO, _FIRST_DATE = date(1899, 12, 30), date(1900, 3, 1)
"""Spreadsheets count days; before March 1900 they do not agree how."""
_DATE_OF_PARTS = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`, the first of which are the headings where `has_headings`."""

    name: str
    rows: Rows
    has_headings: bool = True


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program may compute it when it opens the CSV file that it stands in."""
    return _FORMULA.match(text) is not None and not _NUMBER.fullmatch(text.strip())


def harmless_cell(value: Cell) -> str:
    """As it is written in a CSV file: an apostrophe before what looks like a formula makes a text of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).replace("\0", "")
    return f"'{text}" if isinstance(value, str) and is_formula(text) else text


def csv_text(rows: Rows) -> str:
    """RFC 4180, with a byte order mark."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    csv.writer(file).writerows([harmless_cell(cell) for cell in row] for row in rows)
    return file.getvalue()


def markdown_table(rows: Rows) -> str:
    """The first row is the head."""
    if not rows:
        return ""
    width = max(map(len, rows))
    written = [[_markdown_cell(cell) for cell in (*row, *[None] * (width - len(row)))] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in written]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]]) + "\n"


def _markdown_cell(cell: Cell) -> str:
    text = str(cell).lower() if isinstance(cell, bool) else "" if cell is None else str(cell)
    return re.sub(r"\s*[\r\n]+\s*", "<br>", text.strip().replace("\\", "\\\\").replace("|", "\\|"))


def spreadsheet(sheets: Sequence[Sheet]) -> bytes:
    """ECMA-376, with texts in their cells. What a sheet cannot hold is left out at its end."""
    names = list(_own_names([sheet.name for sheet in sheets]))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _parts(names):
            archive.writestr(zipfile.ZipInfo(name, _DATE_OF_PARTS), text, zipfile.ZIP_DEFLATED)
        for number, sheet in enumerate(sheets, 1):
            part = zipfile.ZipInfo(f"xl/worksheets/sheet{number}.xml", _DATE_OF_PARTS)
            archive.writestr(part, "".join(_sheet(sheet)), zipfile.ZIP_DEFLATED)
    return file.getvalue()


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill '
    'patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
    '</cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _parts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    count = range(1, len(names) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for i in count
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{kinds}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    sheets = "".join(
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{i}" r:id="rId{i}"/>'
        for i, name in zip(count, names, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>{sheets}</sheets></workbook>',
    )
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{_RELATED}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in count
    )
    styles = f'<Relationship Id="rId0" Type="{_RELATED}/styles" Target="styles.xml"/>'
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{related}{styles}</Relationships>',
    )
    yield "xl/styles.xml", f"{_HEAD}{_STYLES}"


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    for number, row in enumerate(sheet.rows[:_MOST_ROWS], 1):
        style = ' s="1"' if number == 1 and sheet.has_headings else ""
        yield f'<row r="{number}">'
        for place, cell in enumerate(row[:_MOST_COLUMNS]):
            yield _cell(cell, f"{_letters(place)}{number}", style)
        yield "</row>"
    yield "</sheetData></worksheet>"


def _cell(cell: Cell, place: str, style: str) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place}"{style} t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float) and abs(cell) < _EXACT and cell == cell:
        return f'<c r="{place}"{style}><v>{cell!r}</v></c>'
    if isinstance(cell, date) and cell >= _FIRST_DATE:
        return f'<c r="{place}" s="2"><v>{(cell - _DAY_ZERO).days}</v></c>'
    text = escape(_NOT_IN_XML.sub("", str(cell))[:_MOST_LETTERS])
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(place: int) -> str:
    """ "A" for 0, "AA" for 26."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _own_names(names: Sequence[str]) -> Iterator[str]:
    """As Excel takes them: short, without some letters, no two alike."""
    used: set[str] = set()
    for number, name in enumerate(names, 1):
        plain = _NOT_IN_XML.sub("", re.sub(r"[\[\]:*?/\\]", " ", name)).strip(" '")[:_MOST_NAME] or f"Sheet{number}"
        while plain.casefold() in used:
            plain = f"{plain[: _MOST_NAME - 4]} {number}"
            number += 1
        used.add(plain.casefold())
        yield plain
