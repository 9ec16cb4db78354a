"""The pictures of conversations that are not deleted, for the index of pictures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from fanlight.domain.picture_finding import KnownPicture, PicturePlace
from fanlight.domain.stored import LATEST_DATE, StoredPicture
from fanlight.store.failures import translated
from fanlight.store.parts import PartRow, part_of

_SHOWN = (
    "FROM part JOIN message ON message.id = part.message_id "
    "JOIN conversation ON conversation.id = message.conversation_id "
    "WHERE part.kind = 'picture' AND part.sha256 IS NOT NULL AND conversation.deleted IS NULL"
)


class ShownPictures:
    """Used on the thread that owns `connection`. Raises StoreError."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder, self._connection = folder, connection

    def all(self) -> list[KnownPicture] | None:
        """Each once, by its last use. None where none are kept on the disk."""
        columns = ", ".join(f"CAST({name} AS TEXT)" for name in ("part.sha256", "part.details", "conversation.title"))
        sql = f"SELECT {columns}, message.created, max(part.id) {_SHOWN} GROUP BY part.sha256"
        with translated(self._folder):
            rows = self._connection.execute(sql).fetchall()
        return [
            KnownPicture(PicturePlace(name, kept=True), _title(details, title), _date(created))
            for name, details, title, created, _last in rows
        ]

    def places(self, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """(conversation, message) in which each was shown last; none for those that are not shown any more."""
        sql = f"SELECT message.conversation_id, message.id {_SHOWN} AND part.sha256 = ? ORDER BY part.id DESC LIMIT 1"
        found: dict[str, tuple[int, int]] = {}
        with translated(self._folder):
            for name in names:
                if (row := self._connection.execute(sql, (name,)).fetchone()) is not None:
                    found[name] = (row[0], row[1])
        return found


def _date(created: object) -> float:
    """0 where it is damaged."""
    return float(created) if isinstance(created, (int, float)) and 0 <= created <= LATEST_DATE else 0.0


def _title(details: str, conversation: str) -> str:
    part = part_of(PartRow("picture", sha256="-", details=details))
    name = part.name if isinstance(part, StoredPicture) else ""
    return "\n".join(filter(None, (name, conversation)))
