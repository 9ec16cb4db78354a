"""Which pages of a document a question needs: BM25 by SQLite's FTS5, in memory, and the pages beside those found.

A page is as good as its best passage: of words that are on many pages, those count that stand together.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize

from fanlight.domain.documents import page_tokens

_WORD = re.compile(r"\w+")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_NAMED_PAGES = re.compile(
    r"(?:\b(?:pages?|pp?\.|seiten?|s\.|p[áa]ginas?|pagin[ae]|stron[ay]|стр(?:аниц[аы])?\.?)|[第頁页])\s*"
    r"(\d{1,4})(?:\s*(?:[-–]|to|bis|à|a|до)\s*(\d{1,4}))?",
    re.IGNORECASE,
)
_MOST_WORDS, _MOST_PAIRS, _MOST_ALONE = 80, 12, 12
"""Of a question, which can be as long as the document when it is pasted: looked at, and the rarest looked for."""
_ACCENTS = re.compile("[\u0300-\u036f]")
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
_MOST_COUNTED = 2000
"""Words whose passages are remembered."""
_MOST_PASSAGES = 400
_PLACES = 4000
"""Of passages on a page."""
_SAMPLE = 500
_WHOLE_PAGE = 0.3
"""How much a page as a whole counts beside its best passage, which may have "it" where the heading has the name."""
_HALF, _FEW = 0.5, 0.1
"""A word that is in half of the passages says nothing about one of them, in any language; one that is in more than a
few says something beside another one alone."""


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
        self._half, self._few = (max(_LEAST_COMMON, share * len(passages)) for share in (_HALF, _FEW))
        self._counted: dict[str, int] = {}
        self._asked: tuple[str, list[int]] = ("", [])

    def ranked(self, question: str) -> list[int]:
        """The pages that have words of the question, the best first. What was asked last is remembered: a question is
        looked up while it is typed."""
        if self._asked[0] != question:
            self._asked = (question, self._ranked(question))
        return list(self._asked[1])

    def _ranked(self, question: str) -> list[int]:
        terms = self._terms(question)
        if not terms:
            return []
        wanted = (" OR ".join(terms),)
        scores = dict(self._database.execute("SELECT rowid, bm25(page) FROM page WHERE page MATCH ?", wanted))
        best: dict[int, float] = {}
        sql = f"SELECT rowid, rank FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT {_MOST_PASSAGES}"
        for place, score in self._database.execute(sql, wanted):  # below zero: the lower, the better
            best[place // _PLACES] = min(score, best.get(place // _PLACES, 0.0))
        return sorted(scores, key=lambda number: (best.get(number, 0.0) + _WHOLE_PAGE * scores[number], number))

    def _terms(self, question: str) -> list[str]:
        """In FTS5's notation: words that stand together, and each of those that are rare."""
        words = _words(question)
        known = [_QuestionWord(word, self._passages_with(word)) for word in words]
        pairs = [pair for pair in pairwise(known) if all(0 < one.passages <= self._half for one in pair)]
        pairs.sort(key=lambda pair: min(one.passages for one in pair))
        alone = sorted((one for one in known if 0 < one.passages <= self._half), key=lambda one: one.passages)
        rare = [one for one in alone if one.passages <= self._few] or alone
        cjk = [term for word in words if _CJK.search(word) for term in _cjk_terms(_CJK.findall(word))]
        together = [f'"{one.text} {other.text}"' for one, other in pairs[:_MOST_PAIRS]]
        return list(dict.fromkeys([*together, *(one.term for one in rare[:_MOST_ALONE]), *cjk[:_MOST_PAIRS]]))

    def _passages_with(self, word: str) -> int:
        """How many passages have it, in one of its forms; 0, too, for a single letter, and for scripts without
        spaces."""
        if _CJK.search(word) or (len(word) == 1 and not word.isdigit()):
            return 0
        if (count := self._counted.get(word)) is None:
            begin = _beginning_of(word)
            last = begin + chr(sys.maxunicode) if begin != word else begin
            sql = "SELECT sum(doc) FROM vocabulary WHERE term BETWEEN ? AND ?"
            count = int(self._database.execute(sql, (_bare(begin), _bare(last))).fetchone()[0] or 0)
            if len(self._counted) >= _MOST_COUNTED:
                self._counted.clear()
            self._counted[word] = count
        return count

    def fits(self, room: int) -> bool:
        """Whether all pages together take at most `room` tokens."""
        return sum(self._tokens) <= room

    def found(self, question: str, room: int, left_out: Collection[int], pinned: Sequence[int] = ()) -> tuple[int, ...]:
        """Of the pages that are `pinned`, that the question names, or that have words of it, the best ones that take
        `room` tokens."""
        return self._filled((*pinned, *named_pages(question), *self.ranked(question)), room, left_out)

    def chosen(
        self, question: str, room: int, left_out: Collection[int] = (), pinned: Sequence[int] = ()
    ) -> tuple[int, ...]:
        """The pages for `question`, in their order: all of them where they take at most `room` tokens, or as many as
        do, those that are `pinned` first. `left_out`: what the model has already."""
        wanted = [number for number in range(1, len(self.texts) + 1) if number not in left_out]
        if sum(self._tokens[number - 1] for number in wanted) <= room:
            return tuple(wanted)
        return self._filled((*pinned, *self._by_need(question)), room, left_out) or tuple(wanted[:1])

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
        return (*named_pages(question), *found[:_AHEAD], *beside, *found[_AHEAD:], *range(1, len(self.texts) + 1))


def named_pages(question: str) -> Iterator[int]:
    """Those that it speaks of by their number."""
    for match in _NAMED_PAGES.finditer(question):
        first, last = int(match[1]), int(match[2] or match[1])
        yield from range(first, min(last, first + 50) + 1)


def _words(question: str) -> list[str]:
    return _WORD.findall(question.casefold())[:_MOST_WORDS]


def _spaced(text: str) -> str:
    """Each character of scripts without spaces is a word."""
    return _CJK.sub(lambda match: f" {match[0]} ", text)


def _passages(text: str) -> Iterator[str]:
    size = _CJK_PASSAGE if len(_CJK.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) // 4 else _PASSAGE
    starts = range(0, max(1, len(text) - size // 2), size // 2)
    yield from (text[start : start + size] for start in starts[:_PLACES])


@dataclass(frozen=True, slots=True)
class _QuestionWord:
    text: str
    passages: int

    @property
    def term(self) -> str:
        begin = _beginning_of(self.text)
        return f'"{begin}"' + ("*" if begin != self.text else "")


def _beginning_of(word: str) -> str:
    return word[: max(_BEGINNING - 1, len(word) - _ENDING)] if len(word) >= _BEGINNING else word


def _bare(word: str) -> str:
    """As FTS5 has it, without accents."""
    return _ACCENTS.sub("", normalize("NFD", word))


def _cjk_terms(letters: Sequence[str]) -> Iterator[str]:
    """Two and three letters that stand together: words are not divided."""
    runs: tuple[Iterable[tuple[str, ...]], ...] = (
        pairwise(letters),
        zip(letters, letters[1:], letters[2:], strict=False),
    )
    for run in runs if len(letters) > 1 else ([(letters[0],)],):
        yield from (f'"{" ".join(together)}"' for together in run)
