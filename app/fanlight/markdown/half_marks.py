"""Marks of emphasis in one sentence of a paragraph: what is none is found by the parser's own delimiters.

A sentence is spoken before the paragraph ends, so the other half of a mark may be in another sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.rules_inline.state_inline import Delimiter
    from markdown_it.token import Token

HALF_MARK = "half_mark"
"""Type of a token: a mark that only begins emphasis (`meta["begins"]`) or only ends it, without its other half."""


def add_half_marks(parser: MarkdownIt) -> MarkdownIt:
    parser.inline.ruler2.before("balance_pairs", "operators", _keep_operators)
    parser.inline.ruler2.before("fragments_join", HALF_MARK, _find_half_marks)
    return parser


def _delimiters(state: StateInline) -> Iterator[Delimiter]:
    yield from state.delimiters
    for meta in state.tokens_meta:
        if meta:
            yield from meta.get("delimiters", ())


def _keep_operators(state: StateInline) -> None:
    """`2**10` and `3*4*5` are no emphasis, though CommonMark takes two of them in a line for its marks."""
    for mark in _delimiters(state):
        if chr(mark.marker) == "*" and _is_operator(state.tokens, mark.token):
            mark.open = mark.close = False


def _is_operator(tokens: list[Token], at: int) -> bool:
    first = last = at
    while first > 0 and tokens[first - 1].content == "*":
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].content == "*":
        last += 1
    before = tokens[first - 1].content if first else ""
    after = tokens[last + 1].content if last + 1 < len(tokens) else ""
    return before[-1:].isdigit() and after[:1].isalnum()


def _find_half_marks(state: StateInline) -> None:
    for mark in _delimiters(state):
        token = state.tokens[mark.token]
        if token.type == "text" and mark.open != mark.close and set(token.content) == {chr(mark.marker)}:
            token.type, token.meta = HALF_MARK, {"begins": mark.open}
