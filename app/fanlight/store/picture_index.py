"""The index of pictures, a file of its own beside the conversations: it can be deleted, and damage to it costs nothing.

    picture   one in a conversation (its sha256), or a file in a folder of the user's (its path; the file stays there)
    words     folded (`domain/folding.py`): its title and the text in it
    space     which embedder has made the vectors

A row without a vector, or whose text was not read, is what is left to do: a process that is killed at any time goes on
there. Deleted text is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from fanlight.domain.folding import fold
from fanlight.domain.picture_finding import (
    DATE_WEIGHT,
    IndexProgress,
    KnownPicture,
    PictureHit,
    PicturePlace,
    Ranking,
    UnreadPicture,
    Vector,
    fuse,
)
from fanlight.domain.search import SearchQuery
from fanlight.store.picture_tables import index_errors, open_tables, place_of, raw, remove_picture_index
from fanlight.store.unread_pictures import UnreadPictures, WhatToRead
from fanlight.store.vector_table import Floats, VectorTable, packed, unpacked

_MOST_RANKED = 200
"""Of each ranking."""
_MOST_WORDS = 1_000
_SHORT = 2
"""Letters that most texts have somewhere: read from the newest on, they are found soon."""
"""Pictures with the words, of which each is compared with the query."""


class PictureIndex:
    """One thread opens, uses, and closes it. Methods raise StoreError, and then have changed nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table: VectorTable | None = None
        self._connection = open_tables(folder)
        self._unread = UnreadPictures(self._connection)

    def close(self) -> None:
        with index_errors():
            self._connection.close()

    def clear(self) -> None:
        """Forget all pictures."""
        self.close()
        self._table = None
        remove_picture_index(self._folder)
        self._connection = open_tables(self._folder)
        self._unread = UnreadPictures(self._connection)

    # what is to be known

    def sync(self, origin: str, pictures: Iterable[KnownPicture]) -> None:
        """From now on these are all of a folder, or all kept ones (`KEPT`): others of it are forgotten."""
        with self._change():
            self._unread.reset()
            sql = "SELECT place, id, title, taken, stamp FROM picture WHERE origin = ?"
            before: dict[bytes, list[Any]] = {
                place: row for place, *row in self._connection.execute(sql, (raw(origin),))
            }
            for one in pictures:
                self._note(origin, one, before.pop(raw(one.place.where), None))
            self._forget([row[0] for row in before.values()])
        self._overwrite(before)

    def keep_origins(self, origins: Iterable[str]) -> None:
        """Forget the pictures of all other folders."""
        kept = {raw(origin) for origin in origins}
        with self._change():
            self._unread.reset()
            known = self._connection.execute("SELECT id, origin FROM picture").fetchall()
            gone = [id_ for id_, origin in known if origin not in kept]
            self._forget(gone)
        self._overwrite(gone)

    def use_space(self, name: str) -> None:
        """The vectors of another embedder are forgotten."""
        with self._change():
            known = self._connection.execute("SELECT name FROM space").fetchone()
            if known is not None and known[0] == name:
                return
            self._table = None
            self._unread.reset()
            self._connection.execute("UPDATE picture SET vector = NULL WHERE vector IS NOT NULL")
            self._connection.execute("DELETE FROM space")
            self._connection.execute("INSERT INTO space (name) VALUES (?)", (name,))

    def next_unread(self, *, vectors: bool, texts: bool, kept_texts: bool = True) -> UnreadPicture | None:
        """The newest of which something is not known that could be: `vectors` with an embedder, `texts` with OCR, and
        those in kept pictures only with `kept_texts`."""
        with index_errors():
            return self._unread.next(WhatToRead(vectors, texts, kept_texts))

    def progress(self, *, vectors: bool, texts: bool, kept_texts: bool = True) -> IndexProgress:
        with index_errors():
            return self._unread.progress(WhatToRead(vectors, texts, kept_texts))

    def write(self, place: PicturePlace, vector: Vector | None = None, text: str | None = None) -> None:
        """What was found out about a picture, if it is still to be in the index. An empty vector: it cannot be read."""
        with self._change():
            sql = "SELECT id, taken FROM picture WHERE place = ?"
            row = self._connection.execute(sql, (raw(place.where),)).fetchone()
            if row is None:
                return
            with self._unread.changing(row[0]):
                if vector is not None:
                    self._put_vector(row[0], row[1], packed(_floats(vector)) if len(vector) else b"")
                if text is not None:
                    self._connection.execute("UPDATE picture SET has_text = 1 WHERE id = ?", row[:1])
                    self._connection.execute("UPDATE words SET text = ? WHERE id = ?", (fold(text), row[0]))

    def forget(self, place: PicturePlace) -> None:
        with self._change():
            row = self._connection.execute("SELECT id FROM picture WHERE place = ?", (raw(place.where),)).fetchone()
            if row is None:
                return
            with self._unread.changing(row[0]):
                self._forget(row)
        self._overwrite(row)

    # finding

    def find(self, query: SearchQuery, vector: Vector | None, least: float, most: int) -> list[PictureHit]:
        """By what they show (`vector`: of the words), by their words, and a little by their dates."""
        filters = query.filters
        near: dict[int, float] = {}
        if vector is not None:
            near = dict(self._vectors().nearest(_floats(vector), _MOST_RANKED, least, filters.since, filters.until))
        with index_errors():
            worded = self._with_words(query)
            hits = {
                id_: hit
                for id_, hit in self._hits([*near, *worded], near)
                if filters.fits_time(hit.taken, hit.taken) and not self._has_unwanted(query, id_)
            }
        newest = sorted(hits, key=lambda id_: -hits[id_].taken)
        order = fuse((Ranking(list(near)), Ranking(worded), Ranking(newest, DATE_WEIGHT)))
        return [hits[id_] for id_ in order if id_ in hits][:most]

    def find_similar(self, place: PicturePlace, most: int) -> list[PictureHit]:
        """Those that show the like, without itself; [] while it has no vector."""
        sql = "SELECT id, vector FROM picture WHERE place = ? AND length(vector) > 0"
        with index_errors():
            row = self._connection.execute(sql, (raw(place.where),)).fetchone()
            if row is None:
                return []
            near = dict(self._vectors().nearest(unpacked(row[1]), most + 1, -1.0))
            near.pop(row[0], None)
            return [hit for _id, hit in self._hits(near, near)][:most]

    def _with_words(self, query: SearchQuery) -> list[int]:
        """Whole words before parts of words, the newest first. All are read through: that is fast enough, and an index
        of words would keep what was deleted."""
        if not query.wanted:
            return []
        pieces = [max(term.text.split(), key=len) for term in query.wanted]
        conditions = " AND ".join(["(instr(text, ?) OR instr(title, ?))"] * len(pieces))
        by = "taken" if max(map(len, pieces)) <= _SHORT else "+taken"  # "+": not by the index of times
        sql = f"SELECT id FROM words WHERE {conditions} ORDER BY {by} DESC LIMIT {_MOST_WORDS}"
        ids = self._connection.execute(sql, [piece for piece in pieces for _twice in range(2)]).fetchall()
        whole: list[int] = []
        parts: list[int] = []
        for (id_,) in ids:
            text = self._words_of(id_)
            if query.matches(text):
                whole.append(id_)
            elif query.matches(text, parts=True):
                parts.append(id_)
            if len(whole) == _MOST_RANKED:
                break
        return [*whole, *parts][:_MOST_RANKED]

    def _words_of(self, id_: int) -> str:
        sql = "SELECT title || char(10) || text FROM words WHERE id = ?"
        return str(self._connection.execute(sql, (id_,)).fetchone()[0])

    def _has_unwanted(self, query: SearchQuery, id_: int) -> bool:
        if not query.unwanted:
            return False
        text = self._words_of(id_)
        return any(term.pattern.search(text) for term in query.unwanted)

    def _hits(self, ids: Iterable[int], near: dict[int, float]) -> Iterator[tuple[int, PictureHit]]:
        sql = "SELECT place, origin, title, taken FROM picture WHERE id = ?"
        for id_ in dict.fromkeys(ids):
            place, origin, title, taken = self._connection.execute(sql, (id_,)).fetchone()
            yield id_, PictureHit(place_of(place, origin), title, taken, near.get(id_))

    def _vectors(self) -> VectorTable:
        if self._table is None:
            with index_errors():
                sql = "SELECT id, vector, taken FROM picture WHERE length(vector) > 0"
                rows = self._connection.execute(sql).fetchall()
            self._table = VectorTable(rows[0][1] if rows else b"", max(1024, len(rows) * 5 // 4))
            for row in rows:
                self._table.put(*row)
        return self._table

    # rows

    def _note(self, origin: str, one: KnownPicture, known: list[Any] | None) -> None:
        """`known`: its row as it is."""
        if known is None:
            sql = "INSERT OR IGNORE INTO picture (place, origin, title, taken, stamp) VALUES (?, ?, ?, ?, ?)"
            values = (raw(one.place.where), raw(origin), one.title, one.taken, one.stamp)
            if (made := self._connection.execute(sql, values)).rowcount:
                sql = "INSERT INTO words (id, taken, title, text) VALUES (?, ?, ?, '')"
                self._connection.execute(sql, (made.lastrowid, one.taken, fold(one.title)))
            return
        id_, *rest = known
        if rest == [one.title, one.taken, one.stamp]:
            return
        sql = "UPDATE picture SET title = ?, taken = ?, stamp = ? WHERE id = ?"
        self._connection.execute(sql, (one.title, one.taken, one.stamp, id_))
        sql = "UPDATE words SET title = ?, taken = ? WHERE id = ?"
        self._connection.execute(sql, (fold(one.title), one.taken, id_))
        if rest[2] != one.stamp:
            self._connection.execute("UPDATE picture SET has_text = 0, vector = NULL WHERE id = ?", (id_,))
            self._connection.execute("UPDATE words SET text = '' WHERE id = ?", (id_,))
            self._table = None

    def _put_vector(self, id_: int, taken: float, data: bytes) -> None:
        self._connection.execute("UPDATE picture SET vector = ? WHERE id = ?", (data, id_))
        if self._table is not None and not self._table.put(id_, data, taken):
            self._table = None

    def _forget(self, ids: Iterable[int]) -> None:
        for id_ in ids:
            self._connection.execute("DELETE FROM picture WHERE id = ?", (id_,))
            if self._table is not None:
                self._table.remove(id_)

    def _overwrite(self, gone: object) -> None:
        """The log beside the file holds what was deleted, until it is emptied."""
        if gone:
            with index_errors():
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def _change(self) -> Iterator[None]:
        with index_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._table = None  # it may be ahead of the file
                self._unread.reset()
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _floats(vector: Vector) -> Floats:
    return np.frombuffer(vector.tobytes(), np.float32)
