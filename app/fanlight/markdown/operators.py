"""Operators and types of programs that are written in a sentence: `2**10`, `3*4*5`, `(a)*(b)`, `vector<std::string>`.

CommonMark takes two stars in a line for its marks, wherever they stand, and `<std::string>` for an address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.rules_inline.state_inline import Delimiter
    from markdown_it.token import Token

STAR = "*"
_ADDRESS = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}://|mailto:|tel:|[^<>\s:]+@)")
_CLOSING, _OPENING = ")]}|", "([{|"
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
"""In others a mark may begin inside a word: Chinese has no spaces, Hebrew writes "and" to the word."""


def add_operators(parser: MarkdownIt) -> MarkdownIt:
    parser.inline.ruler2.before("balance_pairs", "operators", _keep_operators)
    parser.inline.ruler.at("autolink", _link_addresses)
    return parser


def delimiters(state: StateInline) -> Iterator[Delimiter]:
    """All that may be marks, those inside of links included."""
    yield from state.delimiters
    for meta in state.tokens_meta:
        if meta:
            yield from meta.get("delimiters", ())


def is_word_letter(letter: str) -> bool:
    """A digit, or a letter of a script that has spaces between words and marks only beside them."""
    if letter.isascii() or letter.isdigit():
        return letter.isalnum()
    return letter.isalpha() and unicodedata.name(letter, "").startswith(_SCRIPTS)


def _keep_operators(state: StateInline) -> None:
    first = last = -1
    may_open = may_close = True
    for mark in delimiters(state):
        if chr(mark.marker) != STAR:
            continue
        if not first <= mark.token <= last:  # another run of stars
            first, last = _run(state.tokens, mark.token)
            may_open, may_close = _roles(state.tokens, first, last)
        mark.open, mark.close = mark.open and may_open, mark.close and may_close


def _roles(tokens: Sequence[Token], first: int, last: int) -> tuple[bool, bool]:
    """Whether the stars from `first` to `last` may begin emphasis, and whether they may end it."""
    before, after = _text(tokens, first - 1)[-1:], _text(tokens, last + 1)[:1]
    if before.isdigit() and after.isdigit():
        return False, False
    if _is_between(before, after) and not _is_end_of_word(tokens, first, last):
        return False, True  # they may end what began before: "**bold**ly"
    return True, True


def _is_between(before: str, after: str) -> bool:
    """Whether what stands between the two can be an operator."""
    if is_word_letter(before):
        return is_word_letter(after)
    return before != "" and before in _CLOSING and after != "" and (after in _OPENING or is_word_letter(after))


def _is_end_of_word(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether stars inside a word set off the end of it, as in "steam**ship**"."""
    inside = _text(tokens, last + 1)
    if not inside.isalpha() or not _text(tokens, first - 1)[-1:].isalpha() or _text(tokens, last + 2) != STAR:
        return False
    begin, end = _run(tokens, last + 2)
    return end - begin == last - first and not is_word_letter(_text(tokens, end + 1)[:1] or " ")


def _run(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """The first and the last of the stars around `at`."""
    first = last = at
    while _text(tokens, first - 1) == STAR:
        first -= 1
    while _text(tokens, last + 1) == STAR:
        last += 1
    return first, last


def _text(tokens: Sequence[Token], at: int) -> str:
    """ "" for what is no plain text, and beyond the ends."""
    return tokens[at].content if 0 <= at < len(tokens) and tokens[at].type == "text" else ""


def _link_addresses(state: StateInline, silent: bool) -> bool:
    from markdown_it.rules_inline import autolink

    return bool(_ADDRESS.match(state.src, state.pos)) and autolink(state, silent)
