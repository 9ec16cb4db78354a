"""Markdown as a flat list of blocks, as values without Qt.

HTML is shown as text. A picture becomes its caption and its address: nothing a model writes is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from fanlight.markdown.formulas import add_formulas
from fanlight.markdown.highlight import Highlighter, label
from fanlight.markdown.inline import TextRun, formula_run, inline, without
from fanlight.markdown.operators import add_operators

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TABLE_ROWS = 10
"""A longer table is written as several: adding a row lays out the whole table again."""

_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")


class Block(NamedTuple):
    """A paragraph, a line of code, or a formula in lines of its own. `kind`: text, heading, rule, code, code_end,
    formula. `nest`: the enclosing blocks from the outside in: q(uote), l(ist item). `marker` is the item's bullet or
    number ("•", "3.", "☐", "☑") or, on the first line of code, the language. `gap` is the space above, in pixels at 100
    percent. `first`: the first line of a code block."""

    kind: str
    runs: tuple[TextRun, ...] = ()
    nest: str = ""
    marker: str = ""
    gap: int = 0
    level: int = 0
    first: bool = False


Row = tuple[tuple[TextRun, ...], ...]


class TableRows(NamedTuple):
    """A table, or TABLE_ROWS rows of a long one. `head`: the first row is the header. `widths`: percent of each column,
    for a table in several parts."""

    rows: tuple[Row, ...]
    aligns: tuple[str, ...]
    head: bool = True
    widths: tuple[int, ...] = ()
    nest: str = ""
    gap: int = 0


Op = Block | TableRows


@cache
def parser() -> MarkdownIt:
    """CommonMark, tables, strikethrough, formulas and operators; no HTML, and no link definitions, which would change
    committed text."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return add_operators(add_formulas(made.disable(["reference", "html_block", "html_inline"])))


def gap(before: Op | None, kind: str, nest: str, item: bool = False) -> int:
    """Space above a block of `kind` that follows `before`."""
    if before is None:
        return 0
    if isinstance(before, Block) and before.kind == "heading" and kind != "heading":
        return 6
    if isinstance(before, TableRows) or before.kind == "code_end":
        return 22 if kind == "heading" else 16
    if item:
        return 5 if "l" in before.nest else 8
    if kind == "heading":
        return 20
    if kind == "rule":
        return 16
    return 8 if nest else 11


def ops(tokens: Sequence[Token], before: Op | None, number: int | None = None) -> list[Op]:
    """The blocks of `tokens`, following the block `before`; `number` overrides the first list's first number."""
    return _BlockWriter(before, number).read(tokens)


class _BlockWriter:
    """Walks the tokens and keeps track of the enclosing blocks."""

    def __init__(self, before: Op | None, number: int | None) -> None:
        self._out: list[Op] = []
        self._before = before
        self._number = number
        self._nest = ""
        self._marker = ""  # of a list item without content so far
        self._lists: list[int | None] = []  # the next number of each enclosing list; None: bullets
        self._level = 0
        self._table: list[Token] | None = None

    def read(self, tokens: Sequence[Token]) -> list[Op]:
        for token in tokens:
            if self._table is not None and token.type != "table_close":
                self._table.append(token)
            elif token.type.endswith("_open"):
                self._enter(token)
            elif token.type.endswith("_close"):
                self._leave(token)
            else:
                self._show(token)
        return self._out

    def _enter(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._level = int(token.tag[1])
            case "bullet_list_open":
                self._lists.append(None)
                self._number = None
            case "ordered_list_open":
                start = token.attrGet("start")
                first = 1 if start is None else int(start)
                self._lists.append(first if self._number is None else self._number)
                self._number = None
            case "list_item_open":
                self._nest += "l"
                count = self._lists[-1]
                self._marker = "•" if count is None else f"{count}."
                if count is not None:
                    self._lists[-1] = count + 1
            case "blockquote_open":
                self._nest += "q"
            case "table_open":
                self._table = []
            case _:
                pass

    def _leave(self, token: Token) -> None:
        match token.type:
            case "heading_close":
                self._level = 0
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_close":
                self._mark_item()
                self._nest = self._nest[:-1]
            case "blockquote_close":
                self._nest = self._nest[:-1]
            case "table_close":
                self._mark_item()
                self._emit(table(*table_rows(self._table or ()), self._nest, self._before))
                self._table = None
            case _:
                pass

    def _show(self, token: Token) -> None:
        match token.type:
            case "inline":
                runs = inline(token)
                if self._marker and (task := _TASK.match(token.content)):
                    self._marker = "☐" if task[1] == " " else "☑"
                    runs = without(runs, task.end())
                self._emit([self._block("heading" if self._level else "text", runs)])
            case "formula_block":
                self._emit([self._block("formula", (formula_run(token.content),))])
            case "hr":
                self._emit([self._block("rule", ())])
            case "fence" | "code_block":
                self._mark_item()
                lines = token.content.removesuffix("\n").split("\n") if token.content else []
                self._emit(code(lines, language(token.info), self._nest, self._before))
            case _:
                pass

    def _mark_item(self) -> None:
        """An empty line with the marker of an item whose first block cannot show it."""
        if self._marker:
            self._emit([self._block("text", ())])

    def _block(self, kind: str, runs: tuple[TextRun, ...]) -> Block:
        space = gap(self._before, kind, self._nest, bool(self._marker))
        return Block(kind, runs, self._nest, self._marker, space, self._level)

    def _emit(self, made: Iterable[Op]) -> None:
        self._out += made
        self._before, self._marker = self._out[-1], ""


def language(info: str) -> str:
    return info.split()[0].strip("{}.,").lower() if info.split() else ""


def code(lines: Iterable[str], name: str, nest: str, before: Op | None) -> Iterator[Block]:
    """A code block: its lines (at least one, so that it is visible), then its end."""
    highlighter = Highlighter(name)
    first = True
    for line in lines:
        yield code_line(highlighter.line(line), name, nest, before, first)
        first = False
    if first:
        yield code_line((), name, nest, before, True)
    yield Block("code_end", nest=nest)


def code_line(pieces: Iterable[tuple[str, str]], name: str, nest: str, before: Op | None, first: bool) -> Block:
    runs = tuple(TextRun(text, kind) for text, kind in pieces)
    if not first:
        return Block("code", runs, nest)
    return Block("code", runs, nest, label(name), gap(before, "code", nest), first=True)


def table(
    rows: Sequence[Row],
    aligns: tuple[str, ...],
    nest: str,
    before: Op | None,
    widths: tuple[int, ...] = (),
) -> Iterator[TableRows]:
    """The parts of a table. `rows` begins with the header, which the first part shows; `widths`: a later part of a
    table."""
    head, body = rows[0], list(rows[1:])
    parts = [body[i : i + TABLE_ROWS] for i in range(0, len(body), TABLE_ROWS)] or [[]]
    first = not widths
    if first and len(parts) > 1:
        widths = column_widths([head, *parts[0]])
    for part in parts:
        shown = (head, *part) if first else tuple(part)
        yield TableRows(shown, aligns, first, widths, nest, gap(before, "table", nest) if first else 0)
        first = False


def table_rows(tokens: Sequence[Token]) -> tuple[list[Row], tuple[str, ...]]:
    """The rows, header first, and the columns' alignments ("left", "center", "right" or "") of a table's tokens."""
    rows: list[Row] = []
    cells: list[tuple[TextRun, ...]] = []
    aligns: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(inline(token))
        elif token.type == "th_open":
            aligns.append(str(token.attrGet("style") or "").removeprefix("text-align:"))
        elif token.type == "tr_close":
            rows.append(tuple(cells))
            cells = []
    return rows, tuple(aligns)


def column_widths(rows: Sequence[Row]) -> tuple[int, ...]:
    """Percent of each column, by its longest text, none too narrow to read."""
    columns = len(rows[0])
    longest = [
        min(60, max(4, *(sum(len(run.text) for run in row[i]) for row in rows if i < len(row)), 4))
        for i in range(columns)
    ]
    return tuple(max(1, round(100 * n / sum(longest))) for n in longest)


def plain(op: Op) -> str:
    """The text alone, for screen readers and searching."""
    if isinstance(op, TableRows):
        return "\n".join("\t".join("".join(r.text for r in cell) for cell in row) for row in op.rows)
    return "".join(run.text for run in op.runs)
