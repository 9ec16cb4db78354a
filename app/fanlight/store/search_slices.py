"""What the search index lacks is read in slices, since nothing is saved while one is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from fanlight.store.search_hits import document_pieces, pictures_of, text_of
from fanlight.store.search_index import FIRST_PIECE, SearchIndex, number_of

_SLICE, _SLICE_LETTERS = 400, 100_000
"""Messages of a transaction, and letters to add and to remove after which it takes no further entry. FTS5 begins a new
segment at each number that is lower than the one before."""


class SearchSlices:
    """Used on the thread that owns `connection`. Raises SearchIndexFailed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._begun, self._written = 0, set[int]()
        """The message of which a part is written, and its entries that are: a document can have as many letters as
        years of conversations."""

    def write_next(self, index: SearchIndex) -> bool:
        """What is not read, the newest first; False where that is nothing."""
        entries: list[tuple[int, str]] = []
        gone: list[int] = []
        whole: list[int] = []
        letters = 0
        sql = "SELECT id FROM unindexed ORDER BY id DESC LIMIT ?"
        ids = [id_ for (id_,) in self._connection.execute(sql, (_SLICE,))]
        for id_ in ids:
            for number, text in self._changes(index, id_):
                if letters >= _SLICE_LETTERS:
                    break
                letters += len(text) + index.length(number)
                if text:
                    entries.append((number, text))
                    self._written.add(number)
                else:
                    gone.append(number)
            else:
                whole.append(id_)
                self._begun = 0
                if letters < _SLICE_LETTERS:
                    continue
            break
        if ids:
            index.write(sorted(entries), gone)
            self._note_read(whole)
        return bool(ids)

    def _changes(self, index: SearchIndex, id_: int) -> Iterator[tuple[int, str]]:
        """(number, text) of its entries that are not written yet, and without text those that are to be removed."""
        if self._begun != id_:
            self._begun, self._written = id_, set()
        kept = set[int]()
        for number, text in self._entries_of(index, id_):
            kept.add(number)
            if number not in self._written:
                yield number, text
        yield from ((number, "") for number in index.places_of(number_of(id_)) if number not in kept)

    def _entries_of(self, index: SearchIndex, id_: int) -> Iterator[tuple[int, str]]:
        """(number, text) of a message or a title, of what was read in the message's pictures, and of the pieces of its
        documents."""
        number = number_of(id_)
        texts = [text_of(self._connection, id_)]
        if id_ > 0:
            texts += [index.picture_text(name) for name in pictures_of(self._connection, id_)]
        yield from ((number + place, text) for place, text in enumerate(texts) if text)
        if id_ > 0:
            pieces = document_pieces(self._connection, id_)
            yield from ((number + FIRST_PIECE + place, text) for place, text in enumerate(pieces) if text.strip())

    def _note_read(self, ids: list[int]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("DELETE FROM unindexed WHERE id = ?", [(id_,) for id_ in ids])
        self._connection.execute("COMMIT")
