"""Which pages of a document a question needs: BM25 by SQLite's FTS5, in memory, and the pages beside those found."""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
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
_AHEAD = 4


class PageIndex:
    """The words of a document's pages. Milliseconds for each hundred pages; one thread at a time."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self._tokens = [page_tokens(text) for text in texts]
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._database.execute(
            "CREATE VIRTUAL TABLE page USING fts5 (text, content = '', tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = ((number, _spaced(text)) for number, text in enumerate(texts, 1))
        self._database.executemany("INSERT INTO page (rowid, text) VALUES (?, ?)", rows)

    def ranked(self, question: str) -> list[int]:
        """The pages that have words of the question, the best first."""
        terms = list(dict.fromkeys(_terms(question)))[:_MOST_TERMS]
        if not terms:
            return []
        sql = "SELECT rowid FROM page WHERE page MATCH ? ORDER BY rank"
        return [number for (number,) in self._database.execute(sql, (" OR ".join(terms),))]

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


def _terms(question: str) -> Iterable[str]:
    """In FTS5's notation."""
    for word in _WORD.findall(question.casefold()):
        if _CJK.search(word):
            letters = _CJK.findall(word)
            pairs: Iterable[tuple[str, ...]] = pairwise(letters) if len(letters) > 1 else [(letters[0],)]
            yield from (f'"{" ".join(pair)}"' for pair in pairs)
        elif len(word) > 1 or word.isdigit():
            yield f'"{word}"'
            if len(word) >= _BEGINNING:
                yield f'"{word[: max(_BEGINNING - 1, len(word) - _ENDING)]}"*'
