"""A table of the screen, as a file or for the clipboard. Its cells are left as they were read: which mark is the
decimal one is the reader's to say. A workbook alone has numbers, where nobody could doubt them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from fanlight.domain.text_tables import TextTable
from fanlight.exchange.table_files import Cell, Sheet, csv_text, harmless_cell, markdown_table, spreadsheet

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,13})(?:\.\d{1,2}|\.\d{4,12})?")
"""With three digits behind the point it may be thousands; with a zero before it, a number of something."""


def tab_text(table: TextTable) -> str:
    """What spreadsheets take from the clipboard."""
    return "\n".join("\t".join(" ".join(harmless_cell(cell).split()) for cell in row) for row in table.rows)


def html_text(table: TextTable) -> str:
    """The same, for programs that take tables."""
    rows = ("".join(f"<td>{html.escape(harmless_cell(cell))}</td>" for cell in row) for row in table.rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def workbook(table: TextTable) -> bytes:
    rows = [[typed_cell(cell) for cell in row] for row in table.rows]
    return spreadsheet([Sheet("", rows, has_headings=False)])


WRITERS: dict[str, Callable[[TextTable], bytes]] = {
    ".xlsx": workbook,
    ".csv": lambda table: csv_text(table.rows).encode(),
    ".md": lambda table: markdown_table(table.rows).encode(),
}
"""By the ending of the file's name."""


def typed_cell(cell: str) -> Cell:
    """A number where nobody could doubt it."""
    if not _NUMBER.fullmatch(cell):
        return cell
    return float(cell) if "." in cell else int(cell)
