"""Searching the conversations of a database, and keeping the index (`store/search_index.py`) up to date with it.

The table `unindexed` lists what the index has not read; it is written with the messages themselves. The index is
written first, then the list is shortened: a process that ends between the two reads some messages twice.
"""

from __future__ import annotations

import logging
import math
import random
import sqlite3
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from fanlight.domain.branches import steps_to
from fanlight.domain.errors import StoreError
from fanlight.domain.folding import fold
from fanlight.domain.search import SearchHit, SearchQuery, SearchResult, parse_query
from fanlight.store.failures import translated
from fanlight.store.message_rows import parents_in
from fanlight.store.search_filtering import StoreFilter, models_of_answers
from fanlight.store.search_hits import HitReader, document_pieces, text_of
from fanlight.store.search_index import (
    FILE,
    FIRST_PIECE,
    SearchIndex,
    SearchIndexFailed,
    has_fts5,
    number_of,
    remove_index,
    shown_as,
    translated_damage,
)
from fanlight.store.search_slices import SearchSlices
from fanlight.store.shown_pictures import ShownPictures

log = logging.getLogger(__name__)

MOST_HITS = 60
SLICE_SECONDS = SECONDS_BETWEEN_SLICES = 0.1
_AT_ONCE = 500
"""Messages that a search waits for; when more are unread, they are found later."""
_MOST_FAILURES, _SECONDS_BEFORE_RETRY = 5, 60.0
_SCAN_SECONDS = 2.0
"""For a search without an index."""
_CHORE = "search_index"
_UNCLEAN = "search_index_to_clean"


class StoreSearch:
    """Used on the thread that owns `connection`. Whatever happens to the index, no method changes a message."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder, self._connection = folder, connection
        self.pictures = ShownPictures(folder, connection)
        self._index: SearchIndex | None = None
        self._slices = SearchSlices(connection)
        self._failures = 0 if has_fts5() else _MOST_FAILURES
        self._retry = 0.0

    def search(self, text: str, limit: int = MOST_HITS) -> SearchResult:
        """Several words side by side first, then those that are near each other, words before parts of words; of
        each kind titles before messages, the newest first. Raises StoreError."""
        query = parse_query(text)
        with translated(self._folder):
            if not query:
                return SearchResult(pending=self.pending())
            if not query.wanted:
                numbers = StoreFilter(self._connection, query.filters).numbers()
                return self._found(numbers, HitReader(self._connection, self._opened(), query), limit)
            if self._read_ahead():
                reader = HitReader(self._connection, self._index, query)
                try:
                    return self._found(self._indexed(query, reader), reader, limit)
                except SearchIndexFailed as error:
                    self._throw_away(error)
            return self._found(self._scanned(query), HitReader(self._connection, None, query), limit)

    def pending(self) -> int:
        """How many messages and titles the index has not read."""
        return int(self._connection.execute("SELECT count(*) FROM unindexed").fetchone()[0])

    def steps_to(self, conversation_id: int, message_id: int) -> tuple[int, ...]:
        """The way to it through the branches (`domain/branches.py`). Raises StoreError."""
        with translated(self._folder):
            return steps_to(parents_in(self._connection, conversation_id), message_id)

    def models(self) -> list[str]:
        """The names of those that gave the last answers. Raises StoreError."""
        with translated(self._folder):
            return models_of_answers(self._connection)

    def unread_picture(self) -> str | None:
        """The newest kept picture whose text is not known; None where there is none, or no index. Raises StoreError."""
        with translated(self._folder):
            index = self._opened()
            if index is None:
                return None
            try:
                known = index.pictures()
            except SearchIndexFailed as error:
                self._throw_away(error)
                return None
            return next((name for name in self._kept_pictures() if name not in known), None)

    def known_picture_text(self, sha256: str) -> str | None:
        """What was read in a kept picture; None while that is not known. Raises StoreError."""
        with translated(self._folder):
            index = self._opened()
            try:
                return index.known_picture_text(sha256) if index is not None else None
            except SearchIndexFailed as error:
                self._throw_away(error)
                return None

    def keep_picture_text(self, sha256: str, text: str) -> None:
        """What was read in it; "" where there is nothing to read. Its messages are indexed again. Raises StoreError."""
        with translated(self._folder):
            shown = self._connection.execute("SELECT 1 FROM part WHERE sha256 = ?", (sha256,)).fetchone()
            if shown is None or (index := self._opened()) is None:  # it may have been deleted while it was read
                return
            try:
                index.keep_picture_text(sha256, text)
            except SearchIndexFailed as error:
                self._throw_away(error)
                return
            sql = "INSERT OR IGNORE INTO unindexed (id) SELECT DISTINCT message_id FROM part WHERE sha256 = ?"
            self._connection.execute(sql, (sha256,))

    def _kept_pictures(self) -> list[str]:
        """The last used first."""
        sql = "SELECT CAST(sha256 AS TEXT) FROM part WHERE kind = 'picture' GROUP BY sha256 ORDER BY max(id) DESC"
        return [str(name) for (name,) in self._connection.execute(sql)]

    def index_some(self, seconds: float = SLICE_SECONDS) -> bool:
        """Read what is not in the index for about so long, the newest first; whether something is left to do. Never
        raises for a damaged or unwritable index."""
        end = time.monotonic() + seconds
        with translated(self._folder):
            while (index := self._opened()) is not None:
                try:
                    if not self._slices.write_next(index) and not self._clean_slice(index):
                        return False
                except SearchIndexFailed as error:
                    self._throw_away(error)
                    return error.damaged
                if time.monotonic() >= end:
                    return True
        return False

    def index_while_idle(self) -> float:
        """A slice, so short that nobody waits for it; seconds until the next one."""
        try:
            return SECONDS_BETWEEN_SLICES if self.index_some() else math.inf
        except StoreError as error:
            log.warning("the search index is not brought up to date: %s", error)
            return math.inf

    def forget_deleted(self, change: sqlite3.Connection) -> None:
        """Within a transaction in which something is deleted for good: what it left in the index goes, too, by
        `index_some`."""
        change.execute("INSERT OR IGNORE INTO chore (name, done) VALUES (?, 0)", (_UNCLEAN,))

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None
            self._slices = SearchSlices(self._connection)  # what it has begun was in that index

    # the index

    def _opened(self) -> SearchIndex | None:
        """The index of this database, made anew where it is damaged or another one's; None where there can be none."""
        if self._index is None and self._failures < _MOST_FAILURES and time.monotonic() >= self._retry:
            try:
                self._index = self._open()
            except SearchIndexFailed as error:
                self._throw_away(error)
        return self._index

    def _open(self) -> SearchIndex:
        known = self._connection.execute("SELECT done FROM chore WHERE name = ?", (_CHORE,)).fetchone()
        index = SearchIndex(self._folder / FILE)
        if index.mark is None or known is None or index.mark != known[0]:
            index.close()
            remove_index(self._folder)
            index = SearchIndex(self._folder / FILE)
            self._begin(index)
        return index

    def _begin(self, index: SearchIndex) -> None:
        """What it is to read is noted before it says that it belongs to this database."""
        mark = random.random()
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(
            "INSERT OR IGNORE INTO unindexed (id) SELECT id FROM message UNION ALL SELECT -id FROM conversation"
        )
        self._connection.execute("INSERT OR REPLACE INTO chore (name, done) VALUES (?, ?)", (_CHORE, mark))
        self._connection.execute("COMMIT")
        index.begin_anew(mark)

    def _throw_away(self, error: SearchIndexFailed) -> None:
        """A damaged one is made anew; one that cannot be reached is tried again later."""
        log.warning("the search index cannot be used: %s", error)
        self.close()
        self._failures += 1
        if error.damaged:
            remove_index(self._folder)
        else:
            self._retry = time.monotonic() + _SECONDS_BEFORE_RETRY

    def _read_ahead(self) -> bool:
        """Whether there is an index; what little it lacks is read first."""
        if 0 < self.pending() <= _AT_ONCE:
            self.index_some(_SCAN_SECONDS)
        return self._opened() is not None

    def _clean_slice(self, index: SearchIndex) -> bool:
        if self._connection.execute("SELECT 1 FROM chore WHERE name = ?", (_UNCLEAN,)).fetchone() is None:
            return False
        index.forget_pictures(self._kept_pictures())
        if index.clean():
            return True
        self._connection.execute("DELETE FROM chore WHERE name = ?", (_UNCLEAN,))
        return False

    # results

    def _indexed(self, query: SearchQuery, reader: HitReader) -> Iterator[int]:
        assert self._index is not None
        seen = set[int]()
        finder = self._index.finder(reader.fits if query.filters else None)
        with translated_damage():
            for number in finder.found(query):
                if number not in seen:
                    seen.add(number)
                    yield number
        reader.out_of_time = reader.out_of_time or finder.out_of_time

    def _scanned(self, query: SearchQuery) -> Iterator[int]:
        """Without an index: as far as there is time."""
        end = time.monotonic() + _SCAN_SECONDS
        titles = self._connection.execute("SELECT -id FROM conversation ORDER BY touched DESC")
        messages = self._connection.execute("SELECT id FROM message ORDER BY id DESC")
        for (id_,) in chain(titles, messages):
            if query.matches(fold(text_of(self._connection, id_)), parts=True):
                yield number_of(id_)
            elif id_ > 0:
                pieces = enumerate(document_pieces(self._connection, id_), FIRST_PIECE)
                yield from (number_of(id_) + place for place, text in pieces if query.matches(fold(text), parts=True))
            if time.monotonic() >= end:
                return

    def _found(self, numbers: Iterator[int], reader: HitReader, limit: int) -> SearchResult:
        hits: list[SearchHit] = []
        shown = set[int]()  # a long document has several entries
        for number in numbers:
            if shown_as(number) in shown:
                continue
            if len(hits) == limit:
                return SearchResult(tuple(hits), has_more=True, pending=self.pending())
            if (hit := reader.hit(number)) is not None:
                shown.add(shown_as(number))
                hits.append(hit)
        return SearchResult(tuple(hits), has_more=reader.out_of_time, pending=self.pending())
