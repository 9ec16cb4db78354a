"""Conversations from elsewhere, each added in one transaction."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, Identity, identity_of
from fanlight.domain.messages import TextPart, ThinkingPart
from fanlight.domain.stored import StoredDocument, StoredPart, StoredPicture
from fanlight.domain.unicode import well_formed
from fanlight.store import leftovers
from fanlight.store.blobs import Blobs, name_of
from fanlight.store.changes import StoreChanges
from fanlight.store.connection import connect_to_read, new_id
from fanlight.store.failures import translated
from fanlight.store.mending import CREATED, mend
from fanlight.store.merging import merge
from fanlight.store.message_rows import insert_message, set_shown_end
from fanlight.store.parts import write_parts
from fanlight.store.schema import NEXT_USE
from fanlight.store.tagging import add_tags

if TYPE_CHECKING:
    from fanlight.store.whole_backup import UnpackedBackup

_TEXTS = (
    "SELECT message.conversation_id, message.id, CAST(part.text AS TEXT) FROM message "
    "LEFT JOIN part ON part.message_id = message.id AND part.kind = 'text' "
    "WHERE message.id IN (SELECT min(id) FROM message GROUP BY conversation_id) "
    f"OR message.conversation_id IN (SELECT id FROM conversation WHERE {CREATED} = 0) "
    "ORDER BY message.id, part.position"
)
"""Of first messages, and of all where it is not known when they were written."""


class StoreImport:
    """Methods raise StoreError, and then have changed nothing."""

    def __init__(self, folder: Path, changes: StoreChanges, blobs: Blobs) -> None:
        self._folder, self._changes, self._blobs = folder, changes, blobs

    def known(self) -> list[tuple[Identity, str]]:
        """Each conversation, deleted ones included, and its title."""
        texts: dict[int, dict[int, list[str]]] = {}
        with self._changes.begin() as change:
            rows = change.execute(f"SELECT id, {CREATED}, CAST(title AS TEXT) FROM conversation").fetchall()
            for conversation, message, text in change.execute(_TEXTS):
                found = texts.setdefault(conversation, {}).setdefault(message, [])
                found += [] if text is None else [text]
        said = {id_: ["\n\n".join(parts) for parts in messages.values()] for id_, messages in texts.items()}
        return [(identity_of(float(created), title, said.get(id_, [])), title) for id_, created, title in rows]

    def add(self, conversation: ArchivedConversation) -> int:
        """As the last used one; its number."""
        files = {name: data for name, data in conversation.pictures.items() if name_of(data) == name}
        self._changes.announce(list(files))
        with self._changes.begin() as change:
            for data in files.values():
                self._blobs.write(data)
            leftovers.note_used(change, files)
            sql = (
                "INSERT INTO conversation (title, created, updated, pinned, archived, touched) "
                f"VALUES (?, ?, ?, ?, ?, ({NEXT_USE}))"
            )
            title, times = well_formed(conversation.title), (conversation.created, conversation.updated)
            marks = (conversation.pinned, conversation.archived)
            number = new_id(change.execute(sql, (title, *times, *marks)))
            add_tags(change, number, conversation.tags)
            numbers = [0]
            for message, parent in zip(conversation.messages, conversation.parents.values(), strict=True):
                numbers.append(_add_message(change, number, message, numbers[parent]))
            if conversation.shown is not None:
                set_shown_end(change, number, numbers[conversation.shown + 1])
            return number

    def add_backup(self, backup: UnpackedBackup) -> int:
        """What it has and this database lacks; how many conversations that are. A crash before the end leaves pictures
        that are known as unused."""
        self._changes.announce([path.name for path in backup.pictures])
        with translated(self._folder):
            for path in backup.pictures:
                self._blobs.write(path.read_bytes())
            with closing(connect_to_read(backup.database)) as source, self._changes.begin() as change:
                (before,) = change.execute("SELECT count(*) FROM conversation").fetchone()
                merge(source, change)
                mend(change)
                (after,) = change.execute("SELECT count(*) FROM conversation").fetchone()
        return int(after - before)


def _add_message(change: sqlite3.Connection, conversation_id: int, message: ArchivedMessage, follows: int) -> int:
    values = (message.role, message.state, well_formed(message.footer), message.created)
    made = insert_message(change, conversation_id, values, follows)
    write_parts(change, made, [_whole(part) for part in message.parts])
    return made


def _whole(part: StoredPart) -> StoredPart:
    match part:
        case TextPart(text):
            return TextPart(well_formed(text))
        case ThinkingPart(text):
            return ThinkingPart(well_formed(text))
        case StoredPicture() | StoredDocument():
            return part
