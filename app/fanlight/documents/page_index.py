"""Which pages of a document a question needs: BM25 by SQLite's FTS5, in memory, and the pages beside those found.

A page is as good as its best passage: of words that are on many pages, those count that stand together.
"""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from fanlight.domain.documents import page_tokens

_WORD = re.compile(r"\w+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_NAMED_PAGES = re.compile(
    r"(?:\b(?:pages?|pp?\.|seiten?|s\.|p[áa]ginas?|pagin[ae]|stron[ay]|стр(?:аниц[аы])?\.?)|[第頁页])\s*"
    r"(\d{1,4})(?:\s*(?:[-–]|to|bis|à|a|до)\s*(\d{1,4}))?",
    re.IGNORECASE,
)
_MOST_TERMS = 48
"""Of a question: a pasted one can be as long as the document."""
_BEGINNING, _ENDING = 5, 2
"""A word of that many letters is also looked for as a beginning, without so many of its last ones: other languages than
English bend them."""
_WITH_NEIGHBOURS = 3
"""Of the pages found, the best so many bring the ones beside them."""
_TOKENS = "tokenize = 'unicode61 remove_diacritics 2'"
_LEAST_COMMON = 50
"""Passages, so that a short document has no common words."""
_AHEAD = 6
"""Found ones, before these."""
_PASSAGE, _CJK_PASSAGE = 180, 60
"""Letters: about two sentences. Each begins in the middle of the one before."""
_MOST_PASSAGES = 400
_PLACES = 4000
"""Of passages on a page."""
_SAMPLE = 500
_WHOLE_PAGE = 0.3
"""How much a page as a whole counts beside its best passage, which may have "it" where the heading has the name."""
_COMMON = 0.5
"""A word that is in so many of the passages says nothing about one of them, in any language."""


class PageIndex:
    """The words of a document's pages. Milliseconds for each hundred pages; one thread at a time."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self._tokens = [page_tokens(text) for text in texts]
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._database.close)
        for table in ("page", "passage"):
            sql = f"CREATE VIRTUAL TABLE {table} USING fts5 (text, content = '', {_TOKENS})"
            self._database.execute(sql)
        self._database.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab (passage, row)")
        pages = ((number, _spaced(text)) for number, text in enumerate(texts, 1))
        self._database.executemany("INSERT INTO page (rowid, text) VALUES (?, ?)", pages)
        passages = [
            (number * _PLACES + place, _spaced(passage))
            for number, text in enumerate(texts, 1)
            for place, passage in enumerate(_passages(text))
        ]
        self._database.executemany("INSERT INTO passage (rowid, text) VALUES (?, ?)", passages)
        self._most_common = _COMMON * len(passages)

    def ranked(self, question: str) -> list[int]:
        """The pages that have words of the question, the best first."""
        terms = list(dict.fromkeys(_terms(question, self._is_common)))[:_MOST_TERMS]
        if not terms:
            return []
        wanted = (" OR ".join(terms),)
        scores = dict(self._database.execute("SELECT rowid, bm25(page) FROM page WHERE page MATCH ?", wanted))
        best: dict[int, float] = {}
        sql = f"SELECT rowid, rank FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT {_MOST_PASSAGES}"
        for place, score in self._database.execute(sql, wanted):  # below zero: the lower, the better
            best[place // _PLACES] = min(score, best.get(place // _PLACES, 0.0))
        return sorted(scores, key=lambda number: (best.get(number, 0.0) + _WHOLE_PAGE * scores[number], number))

    def _is_common(self, word: str) -> bool:
        found = self._database.execute("SELECT doc FROM vocabulary WHERE term = ?", (word,)).fetchone()
        return found is not None and found[0] > max(self._most_common, _LEAST_COMMON)

    def fits(self, room: int) -> bool:
        """Whether all pages together take at most `room` tokens."""
        return sum(self._tokens) <= room

    def found(self, question: str, room: int, left_out: Collection[int]) -> tuple[int, ...]:
        """Of the pages that have words of the question, or that it names, the best ones that take `room` tokens."""
        return self._filled((*_named(question), *self.ranked(question)), room, left_out)

    def chosen(self, question: str, room: int, left_out: Collection[int] = ()) -> tuple[int, ...]:
        """The pages for `question`, in their order: all of them where they take at most `room` tokens, or as many as
        do. `left_out`: what the model has already."""
        wanted = [number for number in range(1, len(self.texts) + 1) if number not in left_out]
        if sum(self._tokens[number - 1] for number in wanted) <= room:
            return tuple(wanted)
        return self._filled(self._by_need(question), room, left_out) or tuple(wanted[:1])

    def _filled(self, numbers: Iterable[int], room: int, left_out: Collection[int]) -> tuple[int, ...]:
        """Of `numbers`, the best first, the pages with text that take `room` tokens, in their order."""
        pages: list[int] = []
        for number in numbers:
            if number in left_out or number in pages or not 1 <= number <= len(self.texts):
                continue
            if self.texts[number - 1] and self._tokens[number - 1] <= room:
                pages.append(number)
                room -= self._tokens[number - 1]
        return tuple(sorted(pages))

    def _by_need(self, question: str) -> tuple[int, ...]:
        """Those that the question names, those found, the ones beside them, and then from the first on."""
        found = self.ranked(question)
        beside = [number + step for number in found[:_WITH_NEIGHBOURS] for step in (1, -1)]
        return (*_named(question), *found[:_AHEAD], *beside, *found[_AHEAD:], *range(1, len(self.texts) + 1))


def _named(question: str) -> Iterator[int]:
    for match in _NAMED_PAGES.finditer(question):
        first, last = int(match[1]), int(match[2] or match[1])
        yield from range(first, min(last, first + 50) + 1)


def _spaced(text: str) -> str:
    """Each character of scripts without spaces is a word."""
    return _CJK.sub(lambda match: f" {match[0]} ", text)


def _passages(text: str) -> Iterator[str]:
    size = _CJK_PASSAGE if len(_CJK.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) // 4 else _PASSAGE
    starts = range(0, max(1, len(text) - size // 2), size // 2)
    yield from (text[start : start + size] for start in starts[:_PLACES])


def _terms(question: str, is_common: Callable[[str], bool]) -> Iterator[str]:
    """In FTS5's notation: words that stand together, and each of them."""
    words = list(_WORD.findall(question.casefold()))
    plain = [None if _CJK.search(word) or is_common(word) else word for word in words]
    yield from (f'"{one} {other}"' for one, other in pairwise(plain) if one and other)
    for word in words:
        if _CJK.search(word):
            yield from _cjk_terms(_CJK.findall(word))
    for known in plain:
        if known and len(known) >= _BEGINNING:
            yield f'"{known[: max(_BEGINNING - 1, len(known) - _ENDING)]}"*'
        elif known and (len(known) > 1 or known.isdigit()):
            yield f'"{known}"'


def _cjk_terms(letters: Sequence[str]) -> Iterator[str]:
    """Two and three letters that stand together: words are not divided."""
    runs: tuple[Iterable[tuple[str, ...]], ...] = (
        pairwise(letters),
        zip(letters, letters[1:], letters[2:], strict=False),
    )
    for run in runs if len(letters) > 1 else ([(letters[0],)],):
        yield from (f'"{" ".join(together)}"' for together in run)
