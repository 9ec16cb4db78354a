"""What the user looks for, and what is found.

red car          both words, or words that begin like that
"red car"        these words in this order, whole
red -car         without the word

Beside words there are filters (`domain/search_filters.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from fanlight.domain.folding import UNSPACED, composed, fold, fold_in_place, places_in
from fanlight.domain.messages import Role
from fanlight.domain.search_filters import SearchFilters, split_filters

QUOTES = '"“”„‟«»「」『』'
"""As people type them, and as input methods and word processors make them of the plain ones."""
_PIECE = re.compile(rf"(-?)[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]?|(\S+)")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_]+")
_INSIDE = r"[^\W_]"
_EMPHASIS = re.compile(r"\*\*|__|`+|^#{1,6} ", re.MULTILINE)
_UNSPACED = re.compile(f"[{UNSPACED}]")
MOST_TERMS = 32
LONGEST_QUERY = 1000
BEFORE, AFTER = 40, 180
"""Letters of a snippet around the first match."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Term:
    """`text` is folded; `whole`: it ends where a word ends; a part of a word is found only where words are not, unless
    it may be `anywhere`."""

    text: str
    whole: bool = False
    anywhere: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(_WORD.findall(self.text))

    @property
    def needs_check(self) -> bool:
        """An index of words does not know signs, nor whether letters of a script without spaces stand together."""
        return bool(_WORD.sub("", self.text).strip() or _UNSPACED.search(self.text))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """In a folded text, at the beginnings of words."""
        inner = r"[\W_]+".join(re.escape(piece) for piece in self.text.split())
        first, last = self.text[:1], self.text[-1:]
        before = rf"(?<!{_INSIDE})" if _bounded(first) and not self.anywhere else ""
        after = rf"(?!{_INSIDE})" if self.whole and _bounded(last) else ""
        return re.compile(before + inner + after)


@dataclass(frozen=True)
class SearchQuery:
    """`wanted` must all be in a message, none of `unwanted` may. Filters alone find what they let through."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    filters: SearchFilters = field(default_factory=SearchFilters)

    def __bool__(self) -> bool:
        return bool(self.wanted or self.filters)

    def matches(self, folded: str, *, parts: bool = False) -> bool:
        """`parts`: parts of words count, too."""
        found = all(
            term.pattern.search(folded) or (parts and not term.whole and term.text in folded) for term in self.wanted
        )
        return found and not any(term.pattern.search(folded) for term in self.unwanted)

    def spans(self, text: str) -> list[Span]:
        """Where the wanted words are in a text, in order, none inside another."""
        folded = fold_in_place(text)
        found = sorted({span for term in self.wanted for span in _spans_of(term, folded)})
        merged: list[Span] = []
        for start, end in places_in(text, found):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line of a text, and where the matches are in it."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message, a picture in it, or a conversation's title (`message_id` is 0). `when`: the conversation's last
    use."""

    conversation_id: int
    title: str
    message_id: int
    kind: Literal["title", "text", "picture"]
    role: Role
    when: float
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`has_more`: not all matches are among the hits. `pending`: so many messages are not in the index yet."""

    hits: tuple[SearchHit, ...] = ()
    has_more: bool = False
    pending: int = 0


def parse_query(text: str) -> SearchQuery:
    """Never fails: whatever is typed means something, or nothing."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    words, filters = split_filters(composed(text)[:LONGEST_QUERY])
    for minus, quoted, bare in _PIECE.findall(words)[:MOST_TERMS]:
        excluded = bool(minus) or (len(bare) > 1 and bare.startswith("-") and bare[1] != "-")
        content = " ".join(fold(quoted or (bare[1:] if excluded else bare)).split())
        if content:
            (unwanted if excluded else wanted).append(Term(content, whole=excluded or not bare))
    return SearchQuery(tuple(wanted), tuple(unwanted), filters)


def literal_query(text: str) -> SearchQuery:
    """These letters, wherever they are."""
    content = " ".join(fold(text[:LONGEST_QUERY]).split())
    return SearchQuery((Term(content, anywhere=True),) if content else ())


def snippet_of(text: str, query: SearchQuery) -> Snippet:
    """One line around the first match, without the signs that Markdown emphasizes by."""
    bare = _EMPHASIS.sub("", text)
    spans = query.spans(bare)
    if spans:
        text = bare
    else:
        spans = query.spans(text)
    first = spans[0][0] if spans else 0
    start = max(0, first - BEFORE)
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), first + AFTER)
    line = "".join(" " if letter.isspace() else letter for letter in text[start:end])
    head = "…" if start else ""
    inside = [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
    moved = tuple((a - start + len(head), b - start + len(head)) for a, b in inside)
    return Snippet(head + line + ("…" if end < len(text) else ""), moved)


def _spans_of(term: Term, folded: str) -> Iterator[Span]:
    found = [match.span() for match in term.pattern.finditer(folded)]
    if found or term.whole:
        yield from found
        return
    start = folded.find(term.text)
    while start >= 0:
        yield start, start + len(term.text)
        start = folded.find(term.text, start + len(term.text))


def _bounded(letter: str) -> bool:
    return letter.isalnum() and not _UNSPACED.match(letter)
