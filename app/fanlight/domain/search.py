"""What the user looks for, and what is found.

red car          both words, or words that begin like that
"red car"        these words in this order, whole
red -car         without the word

Beside words there are filters (`domain/search_filters.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from fanlight.domain.closeness import Span, are_near, tightest
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
NEAR = 10
"""Words that may stand between those that are looked for, for them to be near each other."""


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
    def ends(self) -> bool:
        """Whether its last word is no beginning of a longer one."""
        return self.whole or self.text[-1] != self.words[-1][-1]

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

    def words_in(self, folded: str) -> Iterator[Span]:
        """As `pattern` finds them; thousands of texts are looked through, and `find` is much faster."""
        if " " in self.text:
            yield from (match.span() for match in self.pattern.finditer(folded))
            return
        begins = _bounded(self.text[:1]) and not self.anywhere
        ends = self.whole and _bounded(self.text[-1:])
        start = folded.find(self.text)
        while start >= 0:
            end = start + len(self.text)
            if (begins and folded[start - 1 : start].isalnum()) or (ends and folded[end : end + 1].isalnum()):
                start = folded.find(self.text, start + 1)
            else:
                yield start, end
                start = folded.find(self.text, end)

    def is_in(self, folded: str, *, parts: bool) -> bool:
        if parts and not self.whole and self.text in folded:
            return True
        return any(True for _span in self.words_in(folded))

    def spans_in(self, folded: str) -> Iterator[Span]:
        """Parts of words where there are no words."""
        found = list(self.words_in(folded))
        if found or self.whole:
            yield from found
            return
        start = folded.find(self.text)
        while start >= 0:
            yield start, start + len(self.text)
            start = folded.find(self.text, start + len(self.text))

    def places_among(self, words: Sequence[str]) -> list[Span]:
        """Of its words among those of a text."""
        *first, last = self.words
        before, ends = len(first), self.ends
        found = [at for at, word in enumerate(words) if (word == last if ends else word.startswith(last))]
        return [(at - before, at + 1) for at in found if at >= before and list(words[at - before : at]) == first]


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
        found = all(term.is_in(folded, parts=parts) for term in self.wanted)
        return found and not any(term.is_in(folded, parts=False) for term in self.unwanted)

    def spans(self, text: str) -> list[Span]:
        """Where the wanted words are in a text, in order, none inside another."""
        folded = fold_in_place(text)
        found = sorted({span for term in self.wanted for span in term.spans_in(folded)})
        merged: list[Span] = []
        for start, end in places_in(text, found):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def closest_span(self, text: str) -> Span | None:
        """The shortest part of the text that has all wanted words."""
        folded = fold_in_place(text)
        found = tightest([list(term.spans_in(folded)) for term in self.wanted])
        return places_in(text, [found])[0] if found else None

    def closest(self, text: str, spans: Sequence[Span]) -> int:
        """Which of its `spans` begins that part; the first one where there is none."""
        best = self.closest_span(text) if min(len(self.wanted), len(spans)) > 1 else None
        return next((number for number, (_start, end) in enumerate(spans) if best and end > best[0]), 0)

    def passage_in(self, text: str) -> str:
        """What is found there, as whole words: the part where they are closest together, or else the first one."""
        spans = self.spans(text)
        if not spans:
            return ""
        start, end = self.closest_span(text) or spans[0]
        while start and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        return text[start:end]

    def phrases(self) -> tuple[SearchQuery, ...]:
        """Of several words: those that want them side by side, as they were typed; whole, before one that the last
        word begins."""
        if len(self.wanted) < 2:
            return ()
        text, whole = " ".join(term.text for term in self.wanted), self.wanted[-1].whole
        return tuple(replace(self, wanted=(Term(text, whole=way),)) for way in ((True,) if whole else (True, False)))

    def rank(self, folded: str) -> int:
        """Of a text that `matches`: the lower, the sooner it is shown. Side by side, near each other in any order,
        whole words, parts of words."""
        phrases = self.phrases()
        for rank, phrase in enumerate(phrases):
            if phrase.matches(folded):
                return rank
        if not self.matches(folded):
            return len(phrases) + 2
        words = _WORD.findall(folded)
        places = [term.places_among(words) for term in self.wanted if term.words]
        near = len(places) > 1 and are_near(places, NEAR)
        return len(phrases) + (0 if near else 1)


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
    archived: bool = False


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
    """One line around the closest matches, without the signs that Markdown emphasizes by."""
    bare = _EMPHASIS.sub("", text)
    spans = query.spans(bare)
    if spans:
        text = bare
    else:
        spans = query.spans(text)
    first = spans[query.closest(text, spans)][0] if spans else 0
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


def _bounded(letter: str) -> bool:
    return letter.isalnum() and not _UNSPACED.match(letter)
