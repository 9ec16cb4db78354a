"""Incremental Markdown parser: committed blocks are final, pending ones may still change.

Only the open block is parsed again. What is committed depends on the complete lines alone, never on where the pieces
were divided, so streaming and parsing at once give the same blocks. A list is committed item by item, a table in parts
of TABLE_ROWS rows, code line by line; a paragraph longer than LONGEST characters is divided between two words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fanlight.markdown.blocks import TABLE_ROWS, Block, Op, ops, parser, table, table_rows
from fanlight.markdown.fence import OpenFence
from fanlight.markdown.unfinished_line import is_undecided, with_marks_closed

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST = 4_000

_CUT = re.compile(r"\s+(?=[^\W\d_])")
_REPLACED = {"\r": None, "\0": "\ufffd", "\u2029": "\n", "\ufdd0": "\ufffd", "\ufdd1": "\ufffd", "\ufffc": "\ufffd"}
_CLEANED = str.maketrans(_REPLACED)
"""Replaces line ends of other systems, and the characters that mark frames and pictures in a QTextDocument."""

_LISTS = ("bullet_list_open", "ordered_list_open")


class MarkdownStream:
    """Call `feed`, then `pop_committed` (blocks since the last call, in order) and `pending` (the rest, as it looks
    now)."""

    def __init__(self) -> None:
        self._lines: list[str] = []  # complete lines from the start of the open block on
        self._partial = ""
        self._cuttable: bool | None = None  # whether the partial line may be divided; None: not checked yet
        self._fence: OpenFence | None = None
        self._fence_lines = 0
        self._number: int | None = None  # of the list item at which the open block starts
        self._widths: tuple[int, ...] = ()  # of the table with whose later rows the open block starts
        self._in_table = False  # the open block is a table: a row is shown when its line is whole
        self._last: Op | None = None
        self._committed: list[Op] = []
        self._pending_blocks: list[Op] | None = None  # cached result of `pending` for complete lines

    def feed(self, text: str) -> None:
        *lines, partial = (self._partial + text.translate(_CLEANED)).split("\n")
        start = 0
        for i, line in enumerate(lines):
            if len(line) > LONGEST:
                self._read_lines(lines[start:i])
                lines[i] = self._commit_overlong(line)
                start = i
            self._cuttable = None
        self._read_lines(lines[start:])
        self._partial = self._commit_overlong(partial) if len(partial) > LONGEST else partial

    def finish(self) -> None:
        """End of the text: commit everything."""
        if self._partial:
            self.feed("\n")
        if self._fence is not None:
            self._close_fence()
        elif self._lines:
            self._commit(_parse(self._lines))
        self._lines, self._pending_blocks = [], None

    def pop_committed(self) -> list[Op]:
        out, self._committed = self._committed, []
        return out

    def pending(self) -> list[Op]:
        if self._fence is not None:
            return self._pending_code(self._fence)
        if self._partial and not self._in_table and not is_undecided(self._partial):
            in_code = any("```" in line or "~~~" in line for line in self._lines)
            lines = [*self._lines, self._partial if in_code else with_marks_closed(self._partial)]
            return list(self._ops(_parse(lines)))
        if self._pending_blocks is None:
            self._pending_blocks = list(self._ops(_parse(self._lines))) if self._lines else []
        return self._pending_blocks

    # -- blocks

    def _read_lines(self, lines: list[str]) -> None:
        while lines:
            lines = self._read_blocks(lines) if self._fence is None else self._read_fence(self._fence, lines)

    def _read_blocks(self, lines: list[str]) -> list[str]:
        """Commit what further lines cannot change; returns the lines to read again."""
        self._lines += lines
        self._in_table, self._pending_blocks = False, None
        blocks = _split(_parse(self._lines), 0)
        for block in blocks:
            top, bottom = block[0].map or (0, 0)
            if block[0].type == "fence":
                rest = self._whole_fence(top, bottom)
                if rest is not None:
                    self._lines = []
                    return rest
            elif (cut := self._cut_position(block[0], top, bottom)) is not None:
                rest = self._lines[cut:]
                self._commit(_parse(self._lines[top:cut]))
                self._lines = []
                return rest
            elif block is blocks[-1] and not _closed(block[0], bottom < len(self._lines)):
                self._keep_open(block, top)
                return []
            else:
                self._commit(block)
        self._lines = []
        return []

    def _keep_open(self, block: list[Token], top: int) -> None:
        """Commit the part of the last, open block that is final."""
        if block[0].type in _LISTS:
            top = self._commit_items(block)
            self._lines = self._lines[top:]
        elif block[0].type == "table_open":
            self._in_table = True
            rows, aligns = table_rows(block)
            parts = list(table(rows, aligns, "", self._last, self._widths))
            done = len(parts) - 1
            if done:
                self._emit(parts[:done])
                self._widths = parts[0].widths
            self._lines = self._lines[top : top + 2] + self._lines[top + 2 + done * TABLE_ROWS :]
        else:
            self._lines = self._lines[top:]

    def _commit_items(self, block: list[Token]) -> int:
        """Commit all items of a list but the last; returns the line on which the last one starts."""
        items = _split(block[1:-1], block[1].level)
        number = self._number
        if number is None and block[0].type == "ordered_list_open":
            start = block[0].attrGet("start")
            number = 1 if start is None else int(start)
        if len(items) > 1:
            before = [token for item in items[:-1] for token in item]
            self._emit(list(ops([block[0], *before, block[-1]], self._last, number)))
        self._number = None if number is None else number + len(items) - 1
        return (items[-1][0].map or (0, 0))[0]

    def _commit(self, tokens: list[Token]) -> None:
        self._emit(list(self._ops(tokens)))
        self._number, self._widths = None, ()

    def _ops(self, tokens: list[Token]) -> Iterator[Op]:
        before = self._last
        if self._widths:
            first, *others = _split(tokens, 0)
            rows, aligns = table_rows(first)
            for before in table(rows, aligns, "", self._last, self._widths):
                yield before
            tokens = [token for block in others for token in block]
        yield from ops(tokens, before, self._number)

    def _emit(self, blocks: Sequence[Op]) -> None:
        if blocks:
            self._committed += blocks
            self._last = blocks[-1]

    # -- long paragraphs

    def _cut_position(self, token: Token, top: int, bottom: int) -> int | None:
        """The line before which an overlong paragraph (or heading with an underline) is divided; None for other
        blocks."""
        if token.type == "heading_open" and token.markup in ("=", "-"):
            bottom -= 1
        elif token.type != "paragraph_open":
            return None
        size = 0
        for n in range(top, bottom - 1):
            size += len(self._lines[n]) + 1
            if size > LONGEST:
                return n + 1
        return None

    def _commit_overlong(self, line: str) -> str:
        """Commit the overlong part of a line that is a paragraph; returns the rest of the line."""
        while len(line) > LONGEST:
            if self._cuttable is None:
                self._cuttable = self._fence is None and self._starts_paragraph(line[:LONGEST])
            found = _CUT.search(line, LONGEST) if self._cuttable else None
            if found is None:
                break
            self._read_lines([line[: found.start()], ""])
            line = line[found.end() :]
        return line

    def _starts_paragraph(self, line: str) -> bool:
        blocks = _split(_parse([*self._lines, line]), 0)
        return bool(blocks) and blocks[-1][0].type == "paragraph_open" and blocks[-1][0].map == [
            len(self._lines), len(self._lines) + 1,
        ]  # fmt: skip

    # -- code

    def _whole_fence(self, top: int, bottom: int) -> list[str] | None:
        """Read a fenced block of the parsed lines; None when it ended where the parser says, else the lines to read
        next."""
        self._fence, self._fence_lines = OpenFence.opened(self._lines[top], self._last), 0
        rest = self._read_fence(self._fence, self._lines[top + 1 : bottom])
        if self._fence is None and not rest:
            return None
        return rest + self._lines[bottom:]

    def _read_fence(self, fence: OpenFence, lines: list[str]) -> list[str]:
        for i, line in enumerate(lines):
            if fence.closes(line):
                self._close_fence()
                return lines[i + 1 :]
            self._emit([fence.block(line, first=self._fence_lines == 0, whole=True)])
            self._fence_lines += 1
        return []

    def _close_fence(self) -> None:
        if self._fence is not None:
            empty = [] if self._fence_lines else [self._fence.empty()]
            self._emit([*empty, Block("code_end")])
        self._fence = None

    def _pending_code(self, fence: OpenFence) -> list[Op]:
        end = Block("code_end")
        if self._partial and not fence.may_close(self._partial):
            return [fence.block(self._partial, first=self._fence_lines == 0, whole=False), end]
        return [end] if self._fence_lines else [fence.empty(), end]


def _parse(lines: list[str]) -> list[Token]:
    return parser().parse("\n".join(lines) + "\n")


def _split(tokens: list[Token], level: int) -> list[list[Token]]:
    """Tokens grouped into the blocks of `level`."""
    groups: list[list[Token]] = []
    for token in tokens:
        if token.level == level and token.nesting >= 0:
            groups.append([])
        groups[-1].append(token)
    return groups


def _closed(token: Token, blank_follows: bool) -> bool:
    """Whether no further line can change the block."""
    if token.type in ("paragraph_open", "table_open"):
        return blank_follows
    if token.type == "formula_block":
        return blank_follows or bool(token.meta["closed"])
    return token.type in ("heading_open", "hr")
