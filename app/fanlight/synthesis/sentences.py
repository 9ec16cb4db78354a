"""Sentence boundaries in text that is still being written.

`first_end` returns only what no further letter can change. An abbreviation, a number or an address does not end a
sentence; neither does a mark inside code or a link.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from fanlight.domain.sentence_ends import CLOSERS, SENTENCE_MARKS, WIDE_MARKS, is_abbreviation
from fanlight.markdown.formulas import end_of_formula

LONGEST = 400
"""Letters, of which one of Chinese, Japanese or Korean counts as three. A longer sentence is cut at its last clause or
space, never inside a word, so that speech does not wait for its end."""
_LONGEST_BRACKET = 500

_OPENERS = "\"'“‘„«([*_~`#>"
_CLAUSE = ",;:–—՝·"
_WIDE_CLAUSE = "，、；：､﹐،؛፣፤፥፦၊"
"""Often no space is written after them."""
_FORMULA_CLOSERS = {"\\(": "\\)", "\\[": "\\]"}

_LAST_WORD = re.compile(r"\S+$")
_DOLLAR_OR_END = re.compile(r"(?<!\\)\$|[.!?]\s|\n")


class SentenceEnd(NamedTuple):
    """A sentence goes up to `end`; the text after it begins at `next`."""

    end: int
    next: int


def first_end(text: str, over: bool = False) -> SentenceEnd | None:
    """The end of the first sentence, None while it is not known. `over`: no more text comes, and None means that all of
    it is one sentence."""
    clause = space = used = 0
    at = _after_space(text, 0)  # of which some may have come with the sentence before
    while at < len(text):
        if used >= LONGEST and (clause or space):
            cut = clause or space
            return SentenceEnd(cut, _after_space(text, cut))
        letter = text[at]
        after: SentenceEnd | int | None
        match letter:
            case "`":
                after = _after_code(text, at, over)
            case "[":
                after = _after_bracket(text, at, over)
            case "\\":
                after = _after_backslash(text, at, over)
            case "$":
                after = _after_dollar(text, at, over)
            case _ if letter in SENTENCE_MARKS:
                after = _after_marks(text, at, over)
            case _:
                after = at + 1
                if letter.isspace():
                    space = at
                elif _ends_clause(letter, text[after : after + 1]):
                    clause = after
        if after is None or isinstance(after, SentenceEnd):
            return after
        used += sum(3 if one >= "\u2e80" else 1 for one in text[at:after])
        at = after
    return None


def _ends_clause(letter: str, following: str) -> bool:
    if letter in _WIDE_CLAUSE:
        return bool(following) and not following.isdigit()
    return letter in _CLAUSE and following.isspace()


def _after_backslash(text: str, at: int, over: bool) -> int | None:
    """Past a formula, or an escaped character."""
    closing = _FORMULA_CLOSERS.get(text[at : at + 2])
    if closing is None:
        return at + 2 if at + 1 < len(text) or over else None
    if text.find(closing, at + 2, at + _LONGEST_BRACKET) > 0:
        return end_of_formula(text, at) or at + 2
    return at + 2 if over or len(text) >= at + _LONGEST_BRACKET else None


def _after_dollar(text: str, at: int, over: bool) -> int | None:
    """Past a formula that ends before its sentence does, or past the sign of a price."""
    marks = 2 if text.startswith("$$", at) else 1
    found = _DOLLAR_OR_END.search(text, at + marks)
    if found is None:
        return at + marks if over else None
    if found[0] != "$":
        return at + marks
    if found.end() + marks > len(text) and not over:  # what follows the last sign decides
        return None
    return end_of_formula(text, at) or at + marks


def _after_code(text: str, at: int, over: bool) -> int | None:
    """Past a code span; an opening that is never closed is text."""
    ticks = re.compile("`+").match(text, at)
    assert ticks
    if ticks.end() == len(text) and not over:
        return None
    close = re.compile(rf"(?<!`){ticks[0]}(?!`)").search(text, ticks.end())
    if close is not None and (close.end() < len(text) or over):
        return close.end()
    return ticks.end() if over else None


def _after_bracket(text: str, at: int, over: bool) -> int | None:
    """Past a link and its address, or past a bracket that begins none."""
    closed = _closing(text, at, "[]")
    if closed is None or (closed < 0 and not over):
        return at + 1 if closed is None else None
    if closed < 0:
        return at + 1
    if closed == len(text):
        return closed if over else None
    if text[closed] != "(":
        return closed
    address = _closing(text, closed, "()")
    if address is not None and address < 0 and not over:
        return None
    return closed if address is None or address < 0 else address


def _closing(text: str, at: int, pair: str) -> int | None:
    """Past the bracket that closes the one at `at`; -1 while it is not there, None when it is too far."""
    depth, place = 0, at
    while place < len(text):
        if place - at > _LONGEST_BRACKET:
            return None
        if text[place] == "\\":
            place += 1
        elif text[place] == pair[0]:
            depth += 1
        elif text[place] == pair[1]:
            depth -= 1
            if not depth:
                return place + 1
        place += 1
    return -1


def _after_marks(text: str, at: int, over: bool) -> SentenceEnd | int | None:
    """A SentenceEnd where the marks at `at` end a sentence, else the place to go on, None while that is not known."""
    marks = at
    while marks < len(text) and text[marks] in SENTENCE_MARKS:
        marks += 1
    after = marks
    while after < len(text) and text[after] in CLOSERS:
        after += 1
    if after == len(text):
        return after if over else None
    if text[marks - 1] in WIDE_MARKS and text[after] not in ",;)":
        return SentenceEnd(after, _after_space(text, after))
    if text[after] == "\\" and after + 1 == len(text) and not over:
        return None
    if not text[after].isspace() and not text.startswith("\\\n", after):
        return after
    follows = _after_space(text, after + (text[after] == "\\"))
    shown = follows
    while shown < len(text) and text[shown] in _OPENERS:
        shown += 1
    if shown == len(text) and not over:
        return None
    if _continues(text, at, text[at:marks], text[shown : shown + 1]):
        return after
    return SentenceEnd(after, follows)


def _continues(text: str, at: int, marks: str, letter: str) -> bool:
    """Whether the sentence does not end with `marks`, before `letter`."""
    if letter.islower() or (letter and letter in ",;:)"):
        return True
    if marks != ".":
        return False
    found = _LAST_WORD.search(text, 0, at)
    word = found[0].lstrip(_OPENERS) if found else ""
    return is_abbreviation(word, letter) or (word.isdigit() and not text[: at - len(word)].strip(_OPENERS + " "))


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
