"""Marks of emphasis in one sentence of a paragraph: what is none is found by the parser's own delimiters.

A sentence is spoken before the paragraph ends, so the other half of a mark may be in another sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanlight.markdown.operators import delimiters

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

HALF_MARK = "half_mark"
"""Type of a token: a mark that only begins emphasis (`meta["begins"]`) or only ends it, without its other half."""


def add_half_marks(parser: MarkdownIt) -> MarkdownIt:
    parser.inline.ruler2.before("fragments_join", HALF_MARK, _find_half_marks)
    return parser


def _find_half_marks(state: StateInline) -> None:
    for mark in delimiters(state):
        token = state.tokens[mark.token]
        if token.type == "text" and mark.open != mark.close and set(token.content) == {chr(mark.marker)}:
            token.type, token.meta = HALF_MARK, {"begins": mark.open}
