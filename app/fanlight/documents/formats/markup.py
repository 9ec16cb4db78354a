"""Web pages as Markdown that keeps headings, lists, and tables: html.parser of the standard library reads them."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser

from fanlight.documents.formats.pages import table_row, table_rule
from fanlight.documents.text_files import decode_text

_SAYS = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_HEAD_BYTES = 4096
_BROWSERS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "utf-16": "utf-8",
}  # fmt: skip
"""What browsers take these for. A page whose head can be read as ASCII is not UTF-16."""
_SKIPPED = frozenset(("script", "style", "template", "noscript", "svg", "select", "object"))
_BLOCKS = frozenset((
    "p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "ul", "ol", "dl", "dt", "dd",
    "figure", "figcaption", "form", "fieldset", "address", "details", "summary", "blockquote", "hr", "title", "h1",
    "h2", "h3", "h4", "h5", "h6", "li", "pre", "table", "caption", "center",
))  # fmt: skip
_LONG_CELL = 300
"""Letters: tables with such cells are there for their looks."""
_SPACE = re.compile(r"[ \t\r\n\f]+")


def decode_markup(data: bytes, subject: str) -> str:
    """By its mark, by what it says itself, or else as a text. Raises DocumentError."""
    said = _SAYS.search(data[:_HEAD_BYTES])
    if said and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            name = codecs.lookup(said[1].decode("ascii")).name
            text = data.decode(_BROWSERS.get(name, name))
        except (LookupError, UnicodeError):  # it has another one than it says
            return decode_text(data, subject)
        if isinstance(text, str):
            return text
    return decode_text(data, subject)


def markdown_of(markup: str) -> str:
    reader = _MarkupReader()
    reader.feed(markup)
    reader.close()
    return reader.result()


class _MarkupReader(HTMLParser):
    """Cells are collected apart, since they may hold anything."""

    def __init__(self) -> None:
        super().__init__()
        self._outs: list[list[str]] = [[]]
        """The text so far, and of the cells that are open."""
        self._tables: list[list[list[str]]] = []
        """The rows of the tables that are open."""
        self._lists: list[int] = []
        """Of each list that is open the number of its last item; -1: it has none."""
        self._skipped: list[str] = []
        self._preformatted = 0

    def result(self) -> str:
        while self._tables:
            self._end_table()
        text = re.sub(r"[ \t]+\n", "\n", "".join(self._outs[0]))
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipped.append(tag)
        if self._skipped:
            return
        if tag in _BLOCKS:
            self._break("\n" if tag in ("li", "dt", "dd") else "\n\n")
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._put("#" * int(tag[1]) + " ")
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else -1)
            case "li":
                self._put(self._bullet())
            case "br":
                self._put("\n")
            case "pre":
                self._preformatted += 1
            case "table":
                self._tables.append([])
            case "tr":
                self._end_cell()
                if self._tables:
                    self._tables[-1].append([])
            case "td" | "th":
                self._begin_cell()
            case "img":
                if described := (dict(attrs).get("alt") or "").strip():
                    self._put(f"[{described}]")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            del self._skipped[self._skipped.index(tag) :]
            return
        if self._skipped and tag not in ("body", "html"):
            return
        self._skipped.clear()
        match tag:
            case "ul" | "ol":
                if self._lists:
                    self._lists.pop()
            case "pre":
                self._preformatted = max(0, self._preformatted - 1)
            case "td" | "th" | "tr":
                self._end_cell()
            case "table":
                self._end_table()
        if tag in _BLOCKS:
            self._break("\n" if tag in ("li", "dt", "dd") else "\n\n")

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._preformatted:
            self._put(data)
            return
        text = _SPACE.sub(" ", data)
        out = self._outs[-1]
        if text.startswith(" ") and (not out or out[-1].endswith(("\n", " "))):
            text = text[1:]
        self._put(text)

    def _put(self, text: str) -> None:
        if text:
            self._outs[-1].append(text)

    def _break(self, space: str) -> None:
        out = self._outs[-1]
        if out and not out[-1].endswith(space):
            out.append("\n" if out[-1].endswith("\n") else space)

    def _bullet(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        if not self._lists or self._lists[-1] < 0:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "

    # tables

    def _begin_cell(self) -> None:
        self._end_cell()
        if self._tables:
            if not self._tables[-1]:
                self._tables[-1].append([])
            self._outs.append([])

    def _end_cell(self) -> None:
        if len(self._outs) > len(self._tables) and self._tables:
            text = "".join(self._outs.pop()).strip()
            self._tables[-1][-1].append(text)

    def _end_table(self) -> None:
        if not self._tables:
            return
        self._end_cell()
        rows = [row for row in self._tables.pop() if any(row)]
        if any(len(cell) > _LONG_CELL for row in rows for cell in row) or max(map(len, rows), default=0) < 2:
            self._put("\n\n".join(cell for row in rows for cell in row if cell))
        else:
            lines = [table_row(row) for row in rows]
            self._put("\n".join([lines[0], table_rule(len(rows[0])), *lines[1:]]) if lines else "")
        self._break("\n\n")
