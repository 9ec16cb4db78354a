"""Looking for the entries of a search index, the newest first, and what is closest to what was typed before the rest.

Of each way to match, titles come before messages. A word that begins longer ones costs time where it is frequent: all
its places are collected before the first one is known. So several words are asked for once, and where few entries have
them, these are compared here.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from fanlight.domain.search import SearchQuery
from fanlight.store.search_match import PLACES, match_of, near_match_of, needs_check, quoted

Fits = Callable[[int], bool]

_WORDS = "SELECT rowid, {text} FROM word WHERE word MATCH ? AND rowid > 0 ORDER BY rowid DESC LIMIT ?"
_ONE_OF = "SELECT rowid FROM word WHERE word MATCH ? AND rowid > 0 ORDER BY rowid DESC LIMIT 1 OFFSET ?"
_PARTS = "SELECT rowid, {text} FROM gram WHERE gram MATCH ? AND rowid > 0 ORDER BY rowid DESC LIMIT ?"
_SIGNS = "SELECT id, text FROM entry WHERE id > ? AND id <= ? AND instr(text, ?) ORDER BY id DESC"
_CALLED = "SELECT id FROM entry WHERE id < 0 AND text = ? ORDER BY id"
_TITLES = "SELECT id, text FROM entry WHERE id < 0 AND {wanted} ORDER BY id"

_MOST_LOOKED_AT = 20_000
"""Entries of which each is compared with the query, for signs and parts of words."""
_FEW, _FEW_LETTERS = 300, 400_000
"""Entries that are compared here, and how long they are together."""
_SEVERAL, _MANY = 200, 1_000
"""A word is as frequent as in the newest messages that have it; so many that have all words are many."""
_CLOSE_TITLES = 250
"""Titles of which it is known how close the words are to each other."""
SIGNS_SECONDS, _SIGNS_AT_ONCE = 0.03, 1_000_000
"""For signs, of which there is no index: how long texts are read, and so many numbers of entries at a time."""


class EntryFinder:
    """For one search. Methods raise sqlite3.Error."""

    def __init__(self, connection: sqlite3.Connection, fits: Fits | None, *, has_grams: bool) -> None:
        """`fits`: whether an entry is to be found at all."""
        self._connection, self._fits, self._has_grams = connection, fits, has_grams
        self.out_of_time = False
        """Not all were looked at."""

    def found(self, query: SearchQuery) -> Iterator[int]:
        """Some more than once. Titles that are just what is wanted first; several words side by side, then those near
        each other, words before parts of words."""
        yield from filter(self._is_wanted, self._called(query))
        titles = RankedTitles(self._titles(query), query)
        for rank, numbers in self._ways(query):
            yield from chain(filter(self._is_wanted, titles.of(rank)), numbers)

    def _ways(self, query: SearchQuery) -> Iterator[tuple[int, Iterable[int]]]:
        """Messages, by `SearchQuery.rank`."""
        match, phrases = match_of(query), query.phrases()
        words = len(phrases) + 1
        if not match:
            yield words, self._signs(query)
        elif not phrases:
            yield words, self._words(match, query)
        else:
            yield 0, self._words(match_of(phrases[0]), phrases[0])
            newest = _Newest([], are_all=False) if self._are_frequent(query) else self._newest(match)
            if newest.are_all:
                ranked = [(number, query.rank(text)) for number, text in self._matching(newest.texts, query)]
                for rank in range(1, words + 1):
                    yield rank, [number for number, own in ranked if min(own, words) == rank]
            else:
                for rank, phrase in enumerate(phrases[1:], 1):
                    yield rank, self._words(match_of(phrase), phrase)
                yield len(phrases), self._words(near_match_of(query), query)
                yield words, (number for number, _text in self._matching(newest.texts, query))
                yield words, self._words(match, query)
        yield words + 1, self._parts(query)

    def _are_frequent(self, query: SearchQuery) -> bool:
        """Whether more messages than are compared here have all words, as far as the newest ones tell. Words that are
        typed whole are meant: of one that is not there yet, nothing is known."""
        newest = self._last_number()
        share = 1.0
        for term in query.wanted:
            if len(term.words) == 1:
                match = quoted(term.words[0])
                row = self._connection.execute(_ONE_OF, (match, _SEVERAL)).fetchone()
                share *= _SEVERAL * PLACES / max(PLACES, newest - row[0]) if row is not None else 0.0
        return share * newest / PLACES > _MANY

    def _last_number(self) -> int:
        (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
        return int(last)

    def _newest(self, match: str) -> _Newest:
        texts: list[tuple[int, str]] = []
        letters = 0
        for number, text in self._connection.execute(_WORDS.format(text="text"), (match, _FEW + 1)):
            if len(texts) == _FEW or letters > _FEW_LETTERS:
                return _Newest(texts, are_all=False)
            letters += len(text)
            texts.append((number, text))
        return _Newest(texts, are_all=True)

    def _matching(self, texts: Iterable[tuple[int, str]], query: SearchQuery) -> Iterator[tuple[int, str]]:
        checked = needs_check(query)
        for number, text in texts:
            if self._is_wanted(number) and (not checked or query.matches(text)):
                yield number, text

    def _words(self, match: str, query: SearchQuery) -> Iterator[int]:
        if match:
            yield from self._checked(_WORDS, match, query if needs_check(query) else None, parts=False)

    def _parts(self, query: SearchQuery) -> Iterator[int]:
        """In which words have what is wanted inside."""
        step = 2 if len(query.wanted) > 1 else 1  # of several words, fewer are nearly as telling: each takes time
        grams = {
            text[i : i + 3]
            for text in (term.text for term in query.wanted if len(term.text) > 2)
            for i in (*range(0, len(text) - 2, step), len(text) - 3)
        }
        if self._has_grams and grams and not all(term.whole for term in query.wanted):
            yield from self._checked(_PARTS, _all_of(grams), query, parts=True)

    def _signs(self, query: SearchQuery) -> Iterator[int]:
        """Where no word is wanted."""
        piece = max((piece for term in query.wanted for piece in term.text.split()), key=len)
        if len(piece) > 2 and self._has_grams:
            grams = {piece[i : i + 3] for i in range(len(piece) - 2)}
            yield from self._checked(_PARTS, _all_of(grams), query, parts=False)
            return
        end = time.monotonic() + SIGNS_SECONDS
        below = self._last_number()
        while below > 0:
            above = max(0, below - _SIGNS_AT_ONCE)
            for number, text in self._connection.execute(_SIGNS, (above, below, piece)):
                if query.matches(text) and self._is_wanted(number):
                    yield number
            below = above
            if time.monotonic() >= end and below:
                self.out_of_time = True
                return

    def _checked(self, sql: str, match: str, check: SearchQuery | None, *, parts: bool) -> Iterator[int]:
        """As SQLite finds them: whoever iterates stops when there are enough."""
        wanted = sql.format(text="text" if check is not None else "''")
        for number, text in self._connection.execute(wanted, (match, _MOST_LOOKED_AT)):
            if self._is_wanted(number) and (check is None or check.matches(text, parts=parts)):
                yield number

    def _called(self, query: SearchQuery) -> list[int]:
        """There may be more newer titles that have the word than are shown."""
        wanted = " ".join(term.text for term in query.wanted)
        return [number for (number,) in self._connection.execute(_CALLED, (wanted,)) if query.matches(wanted)]

    def _titles(self, query: SearchQuery) -> Iterator[tuple[int, str]]:
        """(number, folded text) of those that have all that is wanted, if only as parts of words."""
        pieces = [piece for term in query.wanted for piece in term.text.split()]
        sql = _TITLES.format(wanted=" AND ".join(["instr(text, ?)"] * len(pieces)))
        for number, text in self._connection.execute(sql, pieces):
            if query.matches(text, parts=True):
                yield number, text

    def _is_wanted(self, number: int) -> bool:
        return self._fits is None or self._fits(number)


@dataclass(frozen=True, slots=True)
class _Newest:
    """Messages that have all words, with their folded texts."""

    texts: list[tuple[int, str]]
    are_all: bool


class RankedTitles:
    """Titles that match, by `SearchQuery.rank`: compared as far as somebody asks for more of them."""

    def __init__(self, titles: Iterator[tuple[int, str]], query: SearchQuery) -> None:
        self._rest, self._query = titles, query
        self._words = len(query.phrases()) + 1
        self._known: list[tuple[int, int]] = []

    def of(self, rank: int) -> Iterator[int]:
        """The numbers of their entries. How close words are is asked of the newest alone."""
        for number, own in chain(tuple(self._known), self._more(_CLOSE_TITLES if rank < self._words else None)):
            if own == rank:
                yield number

    def _more(self, most: int | None) -> Iterator[tuple[int, int]]:
        while most is None or len(self._known) < most:
            if (title := next(self._rest, None)) is None:
                return
            number, text = title
            is_close = len(self._known) < _CLOSE_TITLES
            far = self._words if self._query.matches(text) else self._words + 1
            self._known.append((number, self._query.rank(text) if is_close else far))
            yield self._known[-1]


def _all_of(grams: Iterable[str]) -> str:
    return " AND ".join(quoted(gram) for gram in sorted(grams))
