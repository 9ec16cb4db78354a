r"""Formulas in Markdown: `\(…\)`, `\[…\]`, `$$…$$`, `$…$`, and the environments of TeX that are formulas.

CommonMark would drop their backslashes and take `_` and `*` for emphasis. A price is no formula, nor is a bracket that
is merely escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

FORMULA, FORMULA_BLOCK = "formula", "formula_block"
"""Types of tokens."""
LONGEST = 2_000
"""Characters between two marks: a mark that is never closed is looked for no further."""

CLOSING = {r"\(": r"\)", r"\[": r"\]", "$$": "$$"}
"""The mark that ends a formula, by the one that begins it; a single dollar sign ends its own."""
_MATH = re.compile(r"[\\^_={}<>|+*/~]|\d[a-zA-Z]|[a-zA-Z]\(|[a-zA-Z]['!]")
"""What words and prices have not."""
_SYMBOLS = re.compile(r"[^\W\d_]{1,3}|[^\W\d_](?:\s*,\s*[^\W\d_])+")
"""A letter or a short name, or several with commas between them."""
_ENVIRONMENT = re.compile(r"\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|flalign|displaymath)\*?)\}")


def add_formulas(parser: MarkdownIt) -> MarkdownIt:
    """A token "formula" for what stands in a line, "formula_block" for lines of their own; `content` is the source."""
    parser.inline.ruler.before("escape", FORMULA, _inline_rule)
    parser.block.ruler.before("fence", FORMULA_BLOCK, _block_rule, {"alt": ["paragraph", "blockquote", "list"]})
    return parser


def is_formula(content: str) -> bool:
    """Whether what stands between two marks is one."""
    bare = content.strip()
    return bool(bare) and bool(_MATH.search(bare) or _SYMBOLS.fullmatch(bare))


def marks_of_block(line: str) -> tuple[str, str] | None:
    r"""What begins and what ends the formula in lines of its own that `line` begins; None where it begins none."""
    if environment := _ENVIRONMENT.match(line):
        return environment[0], rf"\end{{{environment[1]}}}"
    if line.startswith((r"\[", "$$")) and not line.startswith("$$$"):
        return line[:2], CLOSING[line[:2]]
    return None


def end_of_formula(text: str, at: int) -> int:
    """Where the formula that begins at `at` ends, marks included; 0 where none begins."""
    opening = text[at : at + 2]
    if (closing := CLOSING.get(opening)) is not None:
        end = text.find(closing, at + 2, at + LONGEST)
        return end + 2 if end > 0 and is_formula(text[at + 2 : end]) else 0
    return _end_between_dollars(text, at) if opening.startswith("$") else 0


def _end_between_dollars(text: str, at: int) -> int:
    """As Pandoc reads it: no space after the first sign or before the last, no letter or digit after that."""
    if text[at + 1 : at + 2].isspace() or text[at - 1 : at].isalnum():
        return 0
    end = at
    while (end := text.find("$", end + 1, at + LONGEST)) > 0:
        if text[end - 1] == "\\":
            continue
        after = text[end + 1 : end + 2]
        inside = text[at + 1 : end]
        is_whole = not inside[-1:].isspace() and not after.isalnum() and after != "$" and "\n\n" not in inside
        return end + 1 if is_whole and is_formula(inside) else 0
    return 0


def _inline_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "\\$":
        return False
    end = end_of_formula(state.src, state.pos)
    if not end or end > state.posMax:
        return False
    if not silent:
        token = state.push(FORMULA, "", 0)
        token.content = state.src[state.pos : end]
    state.pos = end
    return True


def _block_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""From a line that begins with such a mark to the one that ends it; a blank line ends it, too."""
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    marks = marks_of_block(first)
    if marks is None:
        return False
    opening, closing = marks
    inside = first.removeprefix(opening).rstrip()
    closed = closing in inside
    if closed and not (inside.endswith(closing) and is_formula(inside.removesuffix(closing))):
        return False  # it is a part of a paragraph, or none
    if silent:
        return True
    at = start
    while not closed and at + 1 < end and not state.isEmpty(at + 1) and state.sCount[at + 1] >= state.blkIndent:
        at += 1
        closed = _line(state, at).rstrip().endswith(closing)
    state.line = at + 1
    token = state.push(FORMULA_BLOCK, "", 0)
    token.map = [start, at + 1]
    token.content = state.getLines(start, at + 1, state.blkIndent, False).strip("\n")
    token.meta = {"closed": closed}
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
