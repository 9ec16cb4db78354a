"""A database as the first version of the schema wrote it, and what it held."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.messages import TextPart, ThinkingPart
from fanlight.domain.stored import ConversationRow, State, StoredMessage, StoredPicture
from fanlight.store.database import Database
from fanlight.store.schema import MIGRATIONS

PARTS_VERSION = 2
"""The version whose step makes lists of parts of messages."""


@dataclass(frozen=True, slots=True)
class OldDatabase:
    """What is expected of a conversation after it is opened by this version."""

    row: ConversationRow
    messages: tuple[StoredMessage, ...]
    files: dict[str, bytes]


def write_old(folder: Path, conversations: int = 3, messages: int = 8) -> list[OldDatabase]:
    """Questions with none to three pictures, and answers with and without thoughts, odd letters in all."""
    Database(folder, MIGRATIONS[: PARTS_VERSION - 1]).close()
    connection = sqlite3.connect(folder / "conversations.db")
    with connection:
        written = [_write_one(folder, connection, number, messages) for number in range(1, conversations + 1)]
    connection.close()
    return written


def _write_one(folder: Path, connection: sqlite3.Connection, number: int, messages: int) -> OldDatabase:
    row = ConversationRow(number, f"conversation {number}", float(number), f"draft {number}")
    connection.execute(
        "INSERT INTO conversation (id, title, draft, created, updated) VALUES (?, ?, ?, 0, ?)",
        (row.id, row.title, row.draft, row.updated),
    )
    stored: list[StoredMessage] = []
    files: dict[str, bytes] = {}
    for place in range(messages):
        message_id = number * 1000 + place
        text = "" if place % 5 == 4 else f"“{number}.{place}” \0 ☂ {{'\"}} " * (1 + 40 * place)
        texts = (TextPart(text),) if text else ()
        if place % 2 == 0:
            pictures = [_picture(number, place, n) for n in range(place % 4)]
            files |= {picture.sha256: _file(number, place, n) for n, picture in enumerate(pictures)}
            message = StoredMessage(message_id, "user", (*pictures, *texts), "complete", "")
        else:
            thoughts = (ThinkingPart(f"hm {place}\n"),) if place % 3 else ()
            state: State = "open" if place == messages - 1 else "complete"
            message = StoredMessage(message_id, "assistant", (*thoughts, *texts), state, f"{place} tokens")
        _insert(folder, connection, number, message, files)
        stored.append(message)
    return OldDatabase(row, tuple(stored), files)


def _insert(
    folder: Path, connection: sqlite3.Connection, number: int, message: StoredMessage, files: dict[str, bytes]
) -> None:
    said = message.message
    connection.execute(
        "INSERT INTO message (id, conversation_id, role, text, thinking, state, footer, created) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (message.id, number, message.role, said.text, said.thinking, message.state, message.footer),
    )
    for one in message.pictures:
        connection.execute(
            "INSERT INTO picture (message_id, sha256, kind, name, width, height, image_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (message.id, one.sha256, one.kind, one.name, one.width, one.height, one.image_id),
        )
        path = folder / "pictures" / one.sha256[:2] / one.sha256
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(files[one.sha256])


def _file(number: int, place: int, n: int) -> bytes:
    return f"file {number} {place} {n}".encode() * 50


def _picture(number: int, place: int, n: int) -> StoredPicture:
    sha256 = hashlib.sha256(_file(number, place, n)).hexdigest()
    return StoredPicture(sha256, "png", f'"Bild" {n}\\ ☂\n.png', 100 + n, 50, f"pixels {number} {place} {n}")
