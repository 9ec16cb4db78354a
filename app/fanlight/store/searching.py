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
from typing import Literal

from fanlight.domain.errors import StoreError
from fanlight.domain.folding import fold
from fanlight.domain.messages import Role
from fanlight.domain.search import SearchHit, SearchQuery, SearchResult, parse_query, snippet_of
from fanlight.domain.stored import StoredPicture
from fanlight.store.failures import translated
from fanlight.store.parts import PartRow, part_of
from fanlight.store.search_filtering import StoreFilter, models_of_answers
from fanlight.store.search_index import FILE, PLACES, SearchIndex, SearchIndexFailed, has_fts5, number_of, remove_index

log = logging.getLogger(__name__)

MOST_HITS = 60
SLICE_SECONDS = SECONDS_BETWEEN_SLICES = 0.1
_SLICE, _SLICE_LETTERS = 400, 100_000
"""Messages of a transaction, and letters to add and to remove after which it takes no further message: nothing is saved
meanwhile. FTS5 begins a new segment at each number that is lower than the one before."""
_AT_ONCE = 500
"""Messages that a search waits for; when more are unread, they are found later."""
_MOST_FAILURES, _SECONDS_BEFORE_RETRY = 5, 60.0
_SCAN_SECONDS = 2.0
"""For a search without an index."""
_CHORE = "search_index"
_UNCLEAN = "search_index_to_clean"
_HIGHEST, _LOWEST = 2**62, -(2**62)
_TEXT_OF = (
    "SELECT part.text FROM part JOIN message ON message.id = part.message_id WHERE part.message_id = ? "
    "AND part.kind = 'text' AND message.role != 'system' ORDER BY part.position"
)


class StoreSearch:
    """Used on the thread that owns `connection`. Whatever happens to the index, no method changes a message."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder, self._connection = folder, connection
        self._index: SearchIndex | None = None
        self._failures = 0 if has_fts5() else _MOST_FAILURES
        self._retry = 0.0

    def search(self, text: str, limit: int = MOST_HITS) -> SearchResult:
        """The newest first, titles before messages, words before parts of words. Raises StoreError."""
        query = parse_query(text)
        with translated(self._folder):
            if not query:
                return SearchResult(pending=self.pending())
            if not query.wanted:
                return self._found(StoreFilter(self._connection, query.filters).numbers(), query, limit)
            if self._read_ahead():
                try:
                    return self._found(self._indexed(query), query, limit)
                except SearchIndexFailed as error:
                    self._throw_away(error)
            return self._found(self._scanned(query), query, limit)

    def pending(self) -> int:
        """How many messages and titles the index has not read."""
        return int(self._connection.execute("SELECT count(*) FROM unindexed").fetchone()[0])

    def place_of(self, conversation_id: int, message_id: int) -> int:
        """How many messages stand before that one on the screen. Raises StoreError."""
        sql = "SELECT count(*) FROM message WHERE conversation_id = ? AND id < ? AND role != 'system'"
        with translated(self._folder):
            return int(self._connection.execute(sql, (conversation_id, message_id)).fetchone()[0])

    def models(self) -> list[str]:
        """The names of those that gave the last answers. Raises StoreError."""
        with translated(self._folder):
            return models_of_answers(self._connection)

    def index_some(self, seconds: float = SLICE_SECONDS) -> bool:
        """Read what is not in the index for about so long, the newest first; whether something is left to do. Never
        raises for a damaged or unwritable index."""
        end = time.monotonic() + seconds
        with translated(self._folder):
            while (index := self._opened()) is not None:
                try:
                    if not self._index_slice(index) and not self._clean_slice(index):
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

    def _index_slice(self, index: SearchIndex) -> bool:
        unread = self._unread(index)
        if not unread:
            return False
        texts = [(number_of(id_), text) for id_, text in reversed(unread)]
        index.write([one for one in texts if one[1]], [number for number, text in texts if not text])
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("DELETE FROM unindexed WHERE id = ?", [(id_,) for id_, _text in unread])
        self._connection.execute("COMMIT")
        return True

    def _unread(self, index: SearchIndex) -> list[tuple[int, str]]:
        """(id, text) of what a slice reads, the newest first; "" for what is gone."""
        unread: list[tuple[int, str]] = []
        letters = 0
        sql = "SELECT id FROM unindexed ORDER BY id DESC LIMIT ?"
        for (id_,) in self._connection.execute(sql, (_SLICE,)).fetchall():
            text = self._text_of(id_)
            unread.append((id_, text))
            letters += len(text) + index.length(number_of(id_))
            if letters >= _SLICE_LETTERS:
                break
        return unread

    def _clean_slice(self, index: SearchIndex) -> bool:
        if self._connection.execute("SELECT 1 FROM chore WHERE name = ?", (_UNCLEAN,)).fetchone() is None:
            return False
        if index.clean():
            return True
        self._connection.execute("DELETE FROM chore WHERE name = ?", (_UNCLEAN,))
        return False

    def _text_of(self, id_: int) -> str:
        """Of a message, or below zero of a title; "" where it is gone."""
        if id_ < 0:
            row = self._connection.execute(
                "SELECT CAST(title AS TEXT) FROM conversation WHERE id = ?", (-id_,)
            ).fetchone()
            return str(row[0]) if row else ""
        return "\n\n".join(str(text) for (text,) in self._connection.execute(_TEXT_OF, (id_,)))

    # results

    def _indexed(self, query: SearchQuery) -> Iterator[int]:
        assert self._index is not None
        seen = set[int]()
        for find in (self._index.find, self._index.find_parts):
            for number in chain(find(query, 0, _LOWEST), find(query, _HIGHEST, 0)):
                if number not in seen:
                    seen.add(number)
                    yield number

    def _scanned(self, query: SearchQuery) -> Iterator[int]:
        """Without an index: as far as there is time."""
        end = time.monotonic() + _SCAN_SECONDS
        titles = self._connection.execute("SELECT -id FROM conversation ORDER BY touched DESC")
        messages = self._connection.execute("SELECT id FROM message ORDER BY id DESC")
        for (id_,) in chain(titles, messages):
            if query.matches(fold(self._text_of(id_)), parts=True):
                yield number_of(id_)
            if time.monotonic() >= end:
                return

    def _found(self, numbers: Iterator[int], query: SearchQuery, limit: int) -> SearchResult:
        hits: list[SearchHit] = []
        fitting = StoreFilter(self._connection, query.filters)
        for number in numbers:
            if len(hits) == limit:
                return SearchResult(tuple(hits), has_more=True, pending=self.pending())
            if (hit := self._hit(number, query, fitting)) is not None:
                hits.append(hit)
        return SearchResult(tuple(hits), pending=self.pending())

    def _hit(self, number: int, query: SearchQuery, fitting: StoreFilter) -> SearchHit | None:
        """None for what was deleted, or changed, meanwhile, and for what the filters leave out."""
        message_id = number // PLACES if number > 0 else 0
        conversation_id = -number
        role: Role = "user"
        if message_id:
            row = self._connection.execute(
                "SELECT conversation_id, role FROM message WHERE id = ?", (message_id,)
            ).fetchone()
            if row is None:
                return None
            conversation_id, role = row
        found = fitting.conversation(conversation_id)
        if found is None or not (
            fitting.fits_message(conversation_id, message_id, role)
            if message_id
            else fitting.fits_title(conversation_id, found)
        ):
            return None
        text = self._text_of(message_id or number) or (self._names_of_pictures(message_id) if message_id else "")
        if not text and query.wanted:
            return None
        snippet = snippet_of(text, query)
        kind: Literal["text", "title"] = "text" if message_id else "title"
        return SearchHit(conversation_id, found.title, message_id, kind, role, found.updated, snippet)

    def _names_of_pictures(self, message_id: int) -> str:
        sql = "SELECT CAST(details AS TEXT) FROM part WHERE message_id = ? AND kind = 'picture' ORDER BY position"
        rows = self._connection.execute(sql, (message_id,)).fetchall()
        parts = [part_of(PartRow("picture", sha256="-", details=str(details))) for (details,) in rows]
        return ", ".join(part.name for part in parts if isinstance(part, StoredPicture) and part.name)
