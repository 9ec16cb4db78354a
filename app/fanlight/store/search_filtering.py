"""The filters of a search (`domain/search_filters.py`) on the rows of the database, for one search."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fanlight.domain.messages import Role
from fanlight.domain.search_filters import SearchFilters, fits_any_model
from fanlight.domain.stored import HEARD
from fanlight.store.mending import CREATED, UPDATED
from fanlight.store.search_index import number_of

_PLAIN = re.compile(r"[a-z0-9 .:/-]+")
_SECONDS = 0.3
"""To look for what fits, where no words are wanted."""
_ANSWERS = "SELECT footer FROM message WHERE conversation_id = ? AND role = 'assistant'"

_OWN = "SELECT footer FROM message WHERE conversation_id = ? AND id = ?"
_OF_QUESTION = "SELECT footer FROM message WHERE conversation_id = ? AND parent = ? AND role = 'assistant'"
"""All answers to it."""
_NEXT = "SELECT footer FROM message WHERE conversation_id = ? AND id >= ? AND role = 'assistant' ORDER BY id LIMIT 1"
"""Where another question follows it."""


@dataclass(frozen=True, slots=True)
class FoundConversation:
    title: str
    created: float
    updated: float
    pinned: bool
    archived: bool


class StoreFilter:
    """What is asked of a conversation is asked once."""

    def __init__(self, connection: sqlite3.Connection, filters: SearchFilters) -> None:
        self._connection, self._filters = connection, filters
        self._known: dict[int, FoundConversation | None] = {}
        self._wanted, self._unwanted = self._tagged() if filters.wants_tag else (None, set())

    def conversation(self, conversation_id: int) -> FoundConversation | None:
        """None for one that is deleted, or not wanted."""
        if conversation_id not in self._known:
            self._known[conversation_id] = self._fitting(conversation_id)
        return self._known[conversation_id]

    def fits_title(self, conversation_id: int, found: FoundConversation) -> bool:
        """Whether something in the conversation fits."""
        filters = self._filters
        if not filters.fits_time(found.created, found.updated):
            return False
        footers = (str(row[0]) for row in self._connection.execute(_ANSWERS, (conversation_id,)))
        return not filters.wants_model or fits_any_model(filters, footers)

    def fits_message(self, conversation_id: int, message_id: int, role: Role) -> bool:
        filters = self._filters
        if filters.since is not None or filters.until is not None:
            row = self._connection.execute(f"SELECT {CREATED} FROM message WHERE id = ?", (message_id,)).fetchone()
            if row is None or not filters.fits_time(row[0], row[0]):
                return False
        if not filters.wants_model:
            return True
        for sql in (_OWN,) if role == "assistant" else (_OF_QUESTION, _NEXT):
            if rows := self._connection.execute(sql, (conversation_id, message_id)).fetchall():
                return fits_any_model(filters, [str(row[0]) for row in rows])
        return False

    def numbers(self) -> Iterator[int]:
        """Of entries, the newest first, where no words are wanted: messages with pictures or sound, answers of a
        model, or titles."""
        filters = self._filters
        values: tuple[str, ...] = ()
        if filters.has_picture:
            sql = "SELECT DISTINCT message_id FROM part WHERE kind = 'picture' ORDER BY message_id DESC"
        elif filters.has_sound:
            sql = "SELECT id FROM message WHERE role = 'user' AND footer = ? ORDER BY id DESC"
            values = (HEARD,)
        elif filters.wants_model:
            sql = "SELECT id FROM message WHERE role = 'assistant' AND footer LIKE ? ORDER BY id DESC"
            values = (_likely(filters),)
        else:
            sql = "SELECT -id FROM conversation ORDER BY touched DESC"
        end = time.monotonic() + _SECONDS
        for (id_,) in self._connection.execute(sql, values):
            yield number_of(id_)
            if time.monotonic() >= end:
                return

    def _tagged(self) -> tuple[set[int] | None, set[int]]:
        """The conversations with all tags that are wanted, None where none is, and those with one that is not."""
        found = self._filters.tag_filter(
            str(key) for (key,) in self._connection.execute("SELECT DISTINCT key FROM tag")
        )
        wanted = [self._having(keys) for keys in found.wanted]
        return set.intersection(*wanted) if wanted else None, self._having(found.unwanted)

    def _having(self, keys: Iterable[str]) -> set[int]:
        """One of these tags."""
        sql = "SELECT conversation_id FROM tag WHERE key = ?"
        return {int(id_) for key in keys for (id_,) in self._connection.execute(sql, (key,))}

    def _fitting(self, conversation_id: int) -> FoundConversation | None:
        if conversation_id in self._unwanted or (self._wanted is not None and conversation_id not in self._wanted):
            return None
        sql = (
            f"SELECT CAST(title AS TEXT), {CREATED}, {UPDATED}, pinned, archived FROM conversation "
            "WHERE id = ? AND deleted IS NULL"
        )
        row = self._connection.execute(sql, (conversation_id,)).fetchone()
        if row is None:
            return None
        title, created, updated, pinned, archived = row
        found = FoundConversation(title, created, updated, bool(pinned), bool(archived))
        fits = self._filters.fits_conversation(
            pinned=found.pinned,
            archived=found.archived,
            has_picture=self._filters.has_picture is not None and self._has_picture(conversation_id),
            has_sound=self._filters.has_sound is not None and self._has_sound(conversation_id),
        )
        return found if fits else None

    def _has_picture(self, conversation_id: int) -> bool:
        sql = (
            "SELECT 1 FROM message JOIN part ON part.message_id = message.id "
            "WHERE message.conversation_id = ? AND part.kind = 'picture' LIMIT 1"
        )
        return self._connection.execute(sql, (conversation_id,)).fetchone() is not None

    def _has_sound(self, conversation_id: int) -> bool:
        sql = "SELECT 1 FROM message WHERE conversation_id = ? AND role = 'user' AND footer = ? LIMIT 1"
        return self._connection.execute(sql, (conversation_id, HEARD)).fetchone() is not None


def _likely(filters: SearchFilters) -> str:
    """What SQLite can tell by itself: a name of letters that are written in a footer as they are."""
    plain = next((name for name in filters.models if _PLAIN.fullmatch(name)), "")
    return f"%{plain}%"


def models_of_answers(connection: sqlite3.Connection, most: int = 5_000) -> list[str]:
    """The names of the models that gave the last answers, in the order of the alphabet."""
    sql = (
        "SELECT DISTINCT json_extract(footer, '$.model') FROM "
        "(SELECT footer FROM message WHERE role = 'assistant' ORDER BY id DESC LIMIT ?) WHERE json_valid(footer)"
    )
    names = {name for (name,) in connection.execute(sql, (most,)) if isinstance(name, str) and name}
    return sorted(names, key=str.casefold)
