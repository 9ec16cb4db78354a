"""Spreadsheets of Excel (.xlsx): their cells as they were last computed, each sheet a table.

Read by hand: openpyxl (0.9 MB) refuses files whose styles it does not know, and keeps whole sheets in memory; the
reader in Rust (python-calamine) has 2.4 MB. Formats: ECMA-376, part 1, 18.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from fanlight.documents.formats.archive import DocumentArchive, attribute, elements, local_name
from fanlight.documents.formats.pages import TextPages
from fanlight.documents.formats.slides import drawn_blocks

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Formats of dates that have numbers and no description."""
_PERCENT = frozenset((9, 10))
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]hms]*\]')
_DATE_LETTERS = re.compile("[dmyhs]", re.IGNORECASE)
_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (a sheet knows no zones)
_MOST_COLUMN = 200


class Spreadsheet:
    def __init__(self, archive: DocumentArchive, workbook: str) -> None:
        self._archive, self._workbook = archive, workbook
        related = archive.related(workbook)
        book = archive.xml(workbook)
        parts = dict(related.values())
        self._texts = list(self._shared_texts(parts.get("sharedStrings", "")))
        self._formats = self._cell_formats(parts.get("styles", ""))
        settings = next(elements(book, "workbookPr"), None)
        is_1904 = settings is not None and attribute(settings, "date1904") in ("1", "true")
        self._first_day = _FIRST_DAY_1904 if is_1904 else _FIRST_DAY
        self._sheets = [
            (each.get("name", ""), related[id_][1])
            for each in elements(book, "sheet")
            if (id_ := attribute(each, "id")) in related and related[id_][0] == "worksheet"
        ]

    def add_to(self, pages: TextPages) -> None:
        for name, part in self._sheets:
            if self._archive.has(part):
                pages.add_table(name, self._rows(part))
                pages.add_text("\n".join(self._beside(name, part)))

    def _beside(self, name: str, part: str) -> Iterator[str]:
        """What stands in boxes, and in comments on cells."""
        for kind, other in self._archive.related(part).values():
            if kind == "drawing" and self._archive.has(other):
                yield from (f"{name}: {text}" for text in drawn_blocks(self._archive.xml(other)))
            if kind == "comments" and self._archive.has(other):
                for comment in elements(self._archive.xml(other), "comment"):
                    yield f"{name}, {comment.get('ref', '')}: {_joined_text(comment)}"

    def _rows(self, part: str) -> Iterator[Sequence[str]]:
        """Those with something in them."""
        with self._archive.open(part) as stream:
            for _event, element in ET.iterparse(stream):
                if local_name(element) != "row":
                    continue
                cells: list[str] = []
                for cell in element:
                    column = min(_column(cell.get("r", ""), len(cells)), _MOST_COLUMN)
                    if value := self._value(cell):
                        cells += [""] * (column - len(cells))
                        cells.append(value)
                element.clear()
                if cells:
                    yield cells

    def _value(self, cell: ET.Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _joined_text(cell)
        found = next((each.text or "" for each in cell if local_name(each) == "v"), "")
        if not found:
            formula = next((each.text or "" for each in cell if local_name(each) == "f"), "")
            return f"={formula}" if formula else ""
        with suppress(ValueError, OverflowError, IndexError):
            if kind == "s":
                return self._texts[int(found)]
            if kind == "b":
                return "TRUE" if found in ("1", "true") else "FALSE"
            if kind == "n":
                return self._number(float(found), int(cell.get("s", "0")))
        return found

    def _number(self, number: float, style: int) -> str:
        how = self._formats[style] if 0 <= style < len(self._formats) else ""
        if how == "percent":
            return f"{number * 100:.12g} %"
        if how == "date" and number >= 0:
            moment = self._first_day + timedelta(seconds=round(number * 86_400))
            if number < 1:
                return f"{moment:%H:%M:%S}".removesuffix(":00")
            return moment.date().isoformat() if number == int(number) else moment.isoformat(" ").removesuffix(":00")
        return f"{number:.15g}"

    def _shared_texts(self, part: str) -> Iterator[str]:
        if not part or not self._archive.has(part):
            return
        with self._archive.open(part) as stream:
            for _event, element in ET.iterparse(stream):
                if local_name(element) == "si":
                    yield _joined_text(element)
                    element.clear()

    def _cell_formats(self, part: str) -> list[str]:
        """By the number of a style: "date", "percent", or ""."""
        if not part or not self._archive.has(part):
            return []
        root = self._archive.xml(part)
        described = {each.get("numFmtId", ""): each.get("formatCode", "") for each in elements(root, "numFmt")}
        styles = next(elements(root, "cellXfs"), ET.Element("none"))
        return [_kind_of_format(each.get("numFmtId", "0"), described) for each in styles]


def _kind_of_format(number: str, described: dict[str, str]) -> str:
    code = _LITERAL.sub("", described.get(number, "").split(";")[0])
    if number in described:
        return "percent" if "%" in code else "date" if _DATE_LETTERS.search(code) else ""
    known = int(number) if number.isdecimal() else 0
    return "date" if known in _DATES else "percent" if known in _PERCENT else ""


def _joined_text(element: ET.Element) -> str:
    """Without how Japanese words are read."""
    if local_name(element) == "rPh":
        return ""
    own = element.text or "" if local_name(element) == "t" else ""
    return own + "".join(map(_joined_text, element))


def _column(reference: str, otherwise: int) -> int:
    """From 0: of "AB12" 27."""
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
        if number > 10_000_000:
            return otherwise
    return number - 1 if number > 0 else otherwise
