"""What is left to do in the index of pictures, known without reading the whole table for each picture."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from fanlight.domain.picture_finding import IndexProgress, UnreadPicture
from fanlight.store.picture_tables import place_of

AHEAD = 200
"""So many are looked for at once."""
_WANTS_TEXT = "NOT has_text AND ? AND (? OR origin != x'')"
_UNREAD = f"((vector IS NULL AND ?) OR ({_WANTS_TEXT}))"


class WhatToRead(NamedTuple):
    """`texts`: in pictures of all kinds, but in kept ones only with `kept_texts`."""

    vectors: bool
    texts: bool
    kept_texts: bool


class UnreadPictures:
    """For the one thread, and the one connection, of the index. Raises errors of SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._wanted: WhatToRead | None = None
        self._ahead: list[int] = []
        """The next one last; each is looked at again before it is taken."""
        self._counts: dict[WhatToRead, IndexProgress] = {}

    def reset(self) -> None:
        """Many rows are others than before."""
        self._ahead.clear()
        self._counts.clear()

    def next(self, wanted: WhatToRead) -> UnreadPicture | None:
        """The newest."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._ahead.clear()
        while self._ahead or self._look_ahead(wanted):
            if (unread := self._unread(self._ahead[-1], wanted)) is not None:
                return unread
            self._ahead.pop()
        return None

    def progress(self, wanted: WhatToRead) -> IndexProgress:
        if (known := self._counts.get(wanted)) is None:
            known = self._counts[wanted] = self._count("", wanted)
        return known

    @contextmanager
    def changing(self, id_: int) -> Iterator[None]:
        """Around a change of one row: what was counted stays true."""
        before = [(wanted, self._count("WHERE id = ?", wanted, id_)) for wanted in self._counts]
        yield
        for wanted, was in before:
            now, counted = self._count("WHERE id = ?", wanted, id_), self._counts[wanted]
            self._counts[wanted] = IndexProgress(
                counted.total + now.total - was.total, counted.unread + now.unread - was.unread
            )

    def _look_ahead(self, wanted: WhatToRead) -> bool:
        sql = f"SELECT id FROM picture WHERE {_UNREAD} ORDER BY taken DESC, id DESC LIMIT {AHEAD}"
        self._ahead = [row[0] for row in self._connection.execute(sql, wanted)][::-1]
        return bool(self._ahead)

    def _unread(self, id_: int, wanted: WhatToRead) -> UnreadPicture | None:
        """None for one that is gone, or read."""
        sql = f"SELECT place, origin, vector IS NULL AND ?, {_WANTS_TEXT} FROM picture WHERE id = ?"
        row = self._connection.execute(sql, (*wanted, id_)).fetchone()
        if row is None or not (row[2] or row[3]):
            return None
        return UnreadPicture(place_of(row[0], row[1]), bool(row[2]), bool(row[3]))

    def _count(self, where: str, wanted: WhatToRead, *values: int) -> IndexProgress:
        sql = f"SELECT count(*), coalesce(sum({_UNREAD}), 0) FROM picture {where}"
        return IndexProgress(*self._connection.execute(sql, (*wanted, *values)).fetchone())
