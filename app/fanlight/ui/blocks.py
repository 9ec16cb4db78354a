"""Markdown as a flat list of blocks to write, one after another: values, no Qt.

HTML is text. A picture is its words and its address: nothing a model writes is ever loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from fanlight.ui.highlight import Highlighter, label

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TABLE_ROWS = 10
"""A table longer than this is written as several: a row added to a table lays the whole table out again."""

_URL = re.compile(r"\bhttps?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}]")
_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")


class Run(NamedTuple):
    """Text of one look. `style`: letters b(old), i(talic), s(truck), c(ode), or a kind of highlight.KINDS."""

    text: str
    style: str = ""
    href: str = ""


class Block(NamedTuple):
    """A paragraph or a line of code. `kind`: text, heading, rule, code, code_end. `nest` names what it lies in, outside
    in: q(uote), l(ist item). `marker` is the item's bullet or number ("•", "3.", "☐", "☑") or, on the first line of
    code, the language. `gap` is the space above, in pixels at 100 percent. `first`: the first line of a code block."""

    kind: str
    runs: tuple[Run, ...] = ()
    nest: str = ""
    marker: str = ""
    gap: int = 0
    level: int = 0
    first: bool = False


Row = tuple[tuple[Run, ...], ...]


class Rows(NamedTuple):
    """A table, or TABLE_ROWS rows of a long one. `head`: the first row is the header. `widths` in percent, when the
    table has several parts, which have to agree."""

    rows: tuple[Row, ...]
    aligns: tuple[str, ...]
    head: bool = True
    widths: tuple[int, ...] = ()
    nest: str = ""
    gap: int = 0


Op = Block | Rows


@cache
def parser() -> MarkdownIt:
    """CommonMark, tables and strikethrough; no HTML, and no link definitions, which would change what is written."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return made.disable(["reference", "html_block", "html_inline"])


def gap(before: Op | None, kind: str, nest: str, item: bool = False) -> int:
    """Space above a block of `kind` that follows `before`."""
    if before is None:
        return 0
    if isinstance(before, Block) and before.kind == "heading" and kind != "heading":
        return 6
    if isinstance(before, Rows) or before.kind == "code_end":
        return 22 if kind == "heading" else 16
    if item:
        return 5 if "l" in before.nest else 8
    if kind == "heading":
        return 20
    if kind == "rule":
        return 16
    return 8 if nest else 11


def ops(tokens: Sequence[Token], before: Op | None, number: int | None = None) -> Iterator[Op]:
    """What to write for `tokens`, after `before`; `number` overrides the first list's first number."""
    nest = ""
    marker = ""
    lists: list[int | None] = []
    level = 0
    table_start: int | None = None

    def text(kind: str, runs: tuple[Run, ...]) -> Block:
        return Block(kind, runs, nest, marker, gap(before, kind, nest, bool(marker)), level)

    for i, token in enumerate(tokens):
        made: list[Op] = []
        match token.type:
            case "table_open":
                table_start = i
            case "inline" if table_start is None:
                runs = inline(token)
                if marker and (task := _TASK.match(token.content)):
                    marker = "☐" if task[1] == " " else "☑"
                    runs = _without(runs, task.end())
                made = [text("heading" if level else "text", runs)]
            case "heading_open":
                level = int(token.tag[1])
            case "heading_close":
                level = 0
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                start = int(token.attrGet("start") or 1) if token.attrGet("start") != 0 else 0
                lists.append(number if number is not None and not lists else start)
                number = None
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                nest += "l"
                count = lists[-1]
                marker = "•" if count is None else f"{count}."
                if count is not None:
                    lists[-1] = count + 1
            case "list_item_close":
                if marker:
                    made = [text("text", ())]
                nest = nest[:-1]
            case "blockquote_open":
                nest += "q"
            case "blockquote_close":
                nest = nest[:-1]
            case "hr":
                made = [text("rule", ())]
            case "fence" | "code_block":
                if marker:
                    before = text("text", ())
                    yield before
                    marker = ""
                lines = token.content.removesuffix("\n").split("\n") if token.content else []
                made = list(code(lines, language(token.info), nest, before))
            case "table_close":
                if marker:
                    before = text("text", ())
                    yield before
                    marker = ""
                made = list(table(*table_rows(tokens[table_start:i]), nest, before))
                table_start = None
            case _:
                pass
        if made:
            yield from made
            before, marker = made[-1], ""


def language(info: str) -> str:
    return info.split()[0].strip("{}.,").lower() if info.split() else ""


def code(lines: Iterable[str], name: str, nest: str, before: Op | None) -> Iterator[Block]:
    """A code block: its lines (at least one, so that it can be seen), then its end."""
    colours = Highlighter(name)
    first = True
    for line in lines:
        yield code_line(colours.line(line), name, nest, before, first)
        first = False
    if first:
        yield code_line((), name, nest, before, True)
    yield Block("code_end", nest=nest)


def code_line(pieces: Iterable[tuple[str, str]], name: str, nest: str, before: Op | None, first: bool) -> Block:
    runs = tuple(Run(text, kind) for text, kind in pieces)
    if not first:
        return Block("code", runs, nest)
    return Block("code", runs, nest, label(name), gap(before, "code", nest), first=True)


def table(
    rows: Sequence[Row],
    aligns: tuple[str, ...],
    nest: str,
    before: Op | None,
    widths: tuple[int, ...] = (),
) -> Iterator[Rows]:
    """`rows` begins with the header, which the first part shows; with `widths` it is a table's later part."""
    head, body = rows[0], list(rows[1:])
    parts = [body[i : i + TABLE_ROWS] for i in range(0, len(body), TABLE_ROWS)] or [[]]
    first = not widths
    if first and len(parts) > 1:
        widths = column_widths([head, *parts[0]])
    for part in parts:
        shown = (head, *part) if first else tuple(part)
        yield Rows(shown, aligns, first, widths, nest, gap(before, "table", nest) if first else 0)
        first = False


def table_rows(tokens: Sequence[Token]) -> tuple[list[Row], tuple[str, ...]]:
    """The rows, header first, and the columns' alignments ("left", "center", "right" or "") of a table's tokens."""
    rows: list[Row] = []
    cells: list[tuple[Run, ...]] = []
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
    """Percent a column, by the longest text in it, none too narrow to read."""
    columns = len(rows[0])
    longest = [
        min(60, max(4, *(sum(len(run.text) for run in row[i]) for row in rows if i < len(row)), 4))
        for i in range(columns)
    ]
    return tuple(max(1, round(100 * n / sum(longest))) for n in longest)


def inline(token: Token) -> tuple[Run, ...]:
    """The runs of an inline token: neighbours of one look joined, bare addresses as links."""
    out: list[Run] = []
    on: list[str] = []
    href: list[str] = []
    for child in token.children or ():
        match child.type:
            case "strong_open":
                on.append("b")
            case "em_open":
                on.append("i")
            case "s_open":
                on.append("s")
            case "strong_close" | "em_close" | "s_close":
                on.pop()
            case "link_open":
                href.append(str(child.attrGet("href") or ""))
            case "link_close":
                href.pop()
            case "image":
                words = child.content or "picture"
                _add(out, f"[{words}]", _style(on), str(child.attrGet("src") or ""))
            case "code_inline":
                _add(out, child.content, _style([*on, "c"]), href[-1] if href else "")
            case "softbreak" | "hardbreak":
                _add(out, "\u2028", _style(on), href[-1] if href else "")
            case _ if href:
                _add(out, child.content, _style(on), href[-1])
            case _:
                _add_linked(out, child.content, _style(on))
    return tuple(out)


def _style(on: Sequence[str]) -> str:
    return "".join(letter for letter in "bisc" if letter in on)


def _add_linked(out: list[Run], text: str, style: str) -> None:
    at = 0
    for found in _URL.finditer(text) if "://" in text else ():
        _add(out, text[at : found.start()], style, "")
        _add(out, found[0], style, found[0])
        at = found.end()
    _add(out, text[at:], style, "")


def _add(out: list[Run], text: str, style: str, href: str) -> None:
    if not text:
        return
    if out and out[-1].style == style and out[-1].href == href:
        out[-1] = Run(out[-1].text + text, style, href)
    else:
        out.append(Run(text, style, href))


def _without(runs: tuple[Run, ...], count: int) -> tuple[Run, ...]:
    """`runs` without the first `count` characters."""
    kept: list[Run] = []
    for run in runs:
        cut = min(count, len(run.text))
        count -= cut
        if len(run.text) > cut:
            kept.append(run._replace(text=run.text[cut:]))
    return tuple(kept)


def plain(op: Op) -> str:
    """The op's words, for a screen reader and for searching."""
    if isinstance(op, Rows):
        return "\n".join("\t".join("".join(r.text for r in cell) for cell in row) for row in op.rows)
    return "".join(run.text for run in op.runs)
