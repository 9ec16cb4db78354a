"""From an entry of the index to what is shown of it. An entry of a message has its text, or what was read in one of its
pictures."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from fanlight.domain.messages import Role
from fanlight.domain.search import SearchHit, SearchQuery, snippet_of
from fanlight.domain.stored import StoredPicture
from fanlight.store.parts import PartRow, part_of
from fanlight.store.search_filtering import FoundConversation, StoreFilter
from fanlight.store.search_index import FIRST_PIECE, SearchIndex
from fanlight.store.search_match import PLACES

SECONDS = 0.3
"""For filters: where few messages fit, those that have the words may be asked in vain."""
_PLACE_OF = "SELECT conversation_id, role FROM message WHERE id = ?"
_TEXT_OF = (
    "SELECT CASE part.kind WHEN 'text' THEN part.text ELSE substr(part.text, 1, ?) END FROM part "
    "JOIN message ON message.id = part.message_id WHERE part.message_id = ? "
    "AND part.kind IN ('text', 'document') AND message.role != 'system' ORDER BY part.kind = 'document', part.position"
)
_DOCUMENTS_OF = "SELECT CAST(text AS TEXT) FROM part WHERE message_id = ? AND kind = 'document' ORDER BY position"
DOCUMENT_LETTERS = 400_000
"""Of a document that are one entry: about 150 pages."""
_PAGE_BREAK = "\f"


def text_of(connection: sqlite3.Connection, id_: int) -> str:
    """Of a message, or below zero of a title; "" where it is gone."""
    if id_ < 0:
        row = connection.execute("SELECT CAST(title AS TEXT) FROM conversation WHERE id = ?", (-id_,)).fetchone()
        return str(row[0]) if row else ""
    return "\n\n".join(str(text) for (text,) in connection.execute(_TEXT_OF, (DOCUMENT_LETTERS, id_)))


def document_pieces(connection: sqlite3.Connection, message_id: int) -> Iterator[str]:
    """Of the documents of a message, what `text_of` leaves out, cut between pages. What has no place is not found."""
    texts = (text for (text,) in connection.execute(_DOCUMENTS_OF, (message_id,)).fetchall())
    yield from islice((piece for text in texts for piece in _pieces(text)), PLACES - FIRST_PIECE)


def _pieces(text: str) -> Iterator[str]:
    """The last page of the one before stands at the beginning of each: what was cut is whole there."""
    start = DOCUMENT_LETTERS
    while start < len(text):
        cut = text.rfind(_PAGE_BREAK, start - DOCUMENT_LETTERS // 2, start)
        start = cut + 1 if cut >= 0 else start
        yield text[start : start + DOCUMENT_LETTERS]
        start += DOCUMENT_LETTERS


def pictures_of(connection: sqlite3.Connection, message_id: int) -> list[str]:
    """The sha256 of each that has a place in the index, in their order."""
    sql = (
        "SELECT CAST(sha256 AS TEXT) FROM part WHERE message_id = ? AND kind = 'picture' AND sha256 IS NOT NULL "
        "ORDER BY position LIMIT ?"
    )
    return [str(name) for (name,) in connection.execute(sql, (message_id, FIRST_PIECE - 1))]


class HitReader:
    """For one search."""

    def __init__(self, connection: sqlite3.Connection, index: SearchIndex | None, query: SearchQuery) -> None:
        self._connection, self._index, self._query = connection, index, query
        self._filter = StoreFilter(connection, query.filters)
        self._end = time.monotonic() + SECONDS
        self.out_of_time = False

    def fits(self, number: int) -> bool:
        """Whether the filters let it through, while there is time for this question; `out_of_time` says later whether
        there was not."""
        self.out_of_time = self.out_of_time or time.monotonic() >= self._end
        return not self.out_of_time and self._place(number) is not None

    def hit(self, number: int) -> SearchHit | None:
        """None for what was deleted, or changed, meanwhile, and for what the filters leave out."""
        found = self._place(number)
        if found is None:
            return None
        conversation_id, conversation, message_id, role = found
        place = number % PLACES if message_id else 0
        text = self._text(number, message_id, place)
        if not text and self._query.wanted:
            return None
        of_picture = 0 < place < FIRST_PIECE
        kind: Literal["text", "title", "picture"] = "picture" if of_picture else "text" if message_id else "title"
        snippet, when = snippet_of(text, self._query), conversation.updated
        archived = conversation.archived
        return SearchHit(conversation_id, conversation.title, message_id, kind, role, when, snippet, archived)

    def _place(self, number: int) -> tuple[int, FoundConversation, int, Role] | None:
        """Its conversation, and its message, 0 for a title."""
        message_id = number // PLACES if number > 0 else 0
        conversation_id = -number
        role: Role = "user"
        if message_id:
            row = self._connection.execute(_PLACE_OF, (message_id,)).fetchone()
            if row is None:
                return None
            conversation_id, role = row
        found = self._filter.conversation(conversation_id)
        if found is None:
            return None
        fits = (
            self._filter.fits_message(conversation_id, message_id, role)
            if message_id
            else self._filter.fits_title(conversation_id, found)
        )
        return (conversation_id, found, message_id, role) if fits else None

    def _text(self, number: int, message_id: int, place: int) -> str:
        if place >= FIRST_PIECE:
            return next(islice(document_pieces(self._connection, message_id), place - FIRST_PIECE, None), "")
        if place:
            names = pictures_of(self._connection, message_id)
            known = self._index is not None and place <= len(names)
            return self._index.picture_text(names[place - 1]) if known and self._index is not None else ""
        return text_of(self._connection, message_id or number) or (
            self._names_of_pictures(message_id) if message_id else ""
        )

    def _names_of_pictures(self, message_id: int) -> str:
        sql = "SELECT CAST(details AS TEXT) FROM part WHERE message_id = ? AND kind = 'picture' ORDER BY position"
        rows = self._connection.execute(sql, (message_id,)).fetchall()
        parts = [part_of(PartRow("picture", sha256="-", details=str(details))) for (details,) in rows]
        return ", ".join(part.name for part in parts if isinstance(part, StoredPicture) and part.name)
