"""Values that were read, as text for the clipboard and as files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, assert_never

from fanlight.core.structured.schema_shelf import ReadingSchema
from fanlight.domain.errors import OutputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.value_forms import date_of
from fanlight.domain.value_tables import Rows, flat_rows, item_tables, named_rows
from fanlight.exchange.found_tables import typed_cell
from fanlight.exchange.table_files import Cell, Sheet, csv_text, markdown_table, spreadsheet
from fanlight.files import write_output
from fanlight.i18n import N_, _

ValueFormat = Literal["json", "csv", "markdown", "xlsx"]
NAMES: dict[ValueFormat, str] = {
    "json": N_("JSON"),
    "csv": N_("CSV, a row for each item"),
    "markdown": N_("Markdown"),
    "xlsx": N_("Spreadsheet"),
}
SUFFIXES: dict[ValueFormat, str] = {"json": ".json", "csv": ".csv", "markdown": ".md", "xlsx": ".xlsx"}
_DATE_LETTERS = len("2026-01-31")
COPIED: tuple[ValueFormat, ...] = ("json", "csv", "markdown")


def text_of(form: ValueFormat, schema: ReadingSchema, values: Any) -> str:
    """Of a format that is text."""
    match form:
        case "json":
            return json.dumps(values, indent=2, ensure_ascii=False) + "\n"
        case "csv":
            return csv_text(flat_rows(schema.fields, values))
        case "markdown":
            tables = [markdown_table(rows) for _name, rows in item_tables(schema.fields, values)]
            named = named_rows(schema.fields, values)
            first = [markdown_table([[_("Field"), _("Value")], *named])] if named else []
            return "\n".join([*first, *tables])
        case "xlsx":
            raise ValueError("no text")
        case _:
            assert_never(form)


def data_of(form: ValueFormat, schema: ReadingSchema, values: Any) -> bytes:
    if form != "xlsx":
        return text_of(form, schema, values).encode("utf-8", "backslashreplace")
    named = [[name, _date_cell(cell) if kind == "date" else cell] for name, cell, kind in named_cells(schema, values)]
    sheets = [Sheet(_("Values"), named, has_headings=False)] if named else []
    tables = [field for field in schema.fields if field.kind in ("table", "grid")]
    for field, (name, rows) in zip(tables, item_tables(schema.fields, values), strict=True):
        sheets.append(Sheet(name, _typed(rows, [column.kind for column in field.columns])))
    return spreadsheet(sheets or [Sheet(_("Values"), [])])


def named_cells(schema: ReadingSchema, values: Any) -> Iterator[tuple[Cell, Cell, str]]:
    """(what it is, its value, its kind) of what is in no table."""
    kinds = [field.kind for field in schema.fields if field.kind not in ("table", "grid")]
    for (name, cell), kind in zip(named_rows(schema.fields, values), kinds, strict=True):
        yield name, cell, kind


def _typed(rows: Rows, kinds: Sequence[str]) -> list[list[Cell]]:
    """Dates of fields that are those; cells that were copied from a page as texts are numbers where they can only be
    numbers."""
    return [
        [
            _date_cell(cell) if kind == "date" else typed_cell(cell) if isinstance(cell, str) else cell
            for cell, kind in zip_longest(row, kinds[: len(row)], fillvalue="")
        ]
        for row in rows
    ]


def _date_cell(cell: Cell) -> Cell:
    """What is a date and nothing else."""
    found = date_of(cell) if isinstance(cell, str) and len(cell) == _DATE_LETTERS else None
    return found if found is not None else cell


def format_of(path: Path, chosen: ValueFormat) -> ValueFormat:
    """By the ending that was typed, else as it was chosen."""
    return next((form for form, suffix in SUFFIXES.items() if path.suffix.lower() == suffix), chosen)


def save_values(path: Path, form: ValueFormat, schema: ReadingSchema, values: Any) -> Path:
    """Any thread. Raises OutputError."""
    try:
        write_output(path, data_of(form, schema, values))
    except OSError as error:
        text = _("{path} cannot be written: {reason}.").format(path=path, reason=os_reason(error))
        raise OutputError(text, _("Choose another folder.")) from error
    return path
