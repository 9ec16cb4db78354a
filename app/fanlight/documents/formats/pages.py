"""Texts become pages of some thousand letters; rows become Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fanlight.documents.limits import MOST_LETTERS, MOST_PAGES, check_pages, too_much_text
from fanlight.documents.text_files import PAGE_LETTERS, text_pages

_MOST_COLUMNS = 200
_MOST_HEADING = 500
"""Letters of what stands above each page of a table."""


class TextPages:
    """`texts`: the pages so far. A page may be empty, as a slide without text is."""

    def __init__(self, subject: str) -> None:
        self.texts: list[str] = []
        self._subject = subject
        self._letters = 0

    def add_page(self, text: str) -> None:
        """One page, however long it is. Raises DocumentError, as the others do."""
        self._letters += len(text)
        if self._letters > MOST_LETTERS:
            raise too_much_text(self._subject)
        if len(self.texts) >= MOST_PAGES:
            check_pages(len(self.texts) + 1, self._subject)
        self.texts.append(text)

    def add_text(self, text: str) -> None:
        for page in text_pages(text.strip("\n")):
            self.add_page(page)

    def add_table(self, name: str, rows: Iterable[Sequence[str]]) -> None:
        """Each page begins with the table's name and its first row, so that columns have their meaning."""
        page: list[str] = [f"## {name}"] if name else []
        heading, length, count = list(page), len(name), 0
        for row in rows:
            lines = [table_row(row)] if count else [table_row(row), table_rule(len(row))]
            if not count and len(lines[0]) <= _MOST_HEADING:
                heading += lines
            count += 1
            if length > PAGE_LETTERS:
                self.add_page("\n".join(page))
                page, length = list(heading), 0
            page += lines
            length += sum(map(len, lines))
        if count:
            self.add_page("\n".join(page))


def table_row(cells: Sequence[str]) -> str:
    shown = (" ".join(cell.split()).replace("|", "\\|") for cell in cells[:_MOST_COLUMNS])
    return f"| {' | '.join(shown)} |"


def table_rule(columns: int) -> str:
    return "|" + " --- |" * max(1, min(columns, _MOST_COLUMNS))
