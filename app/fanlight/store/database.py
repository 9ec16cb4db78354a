"""Conversations on disk. One thread owns a `Database`: it opens, uses and closes it there.

A change is safe from `kill -9` and from a power cut once its method returns: SQLite in WAL mode with `synchronous=FULL`
(NORMAL would lose the last commits with the power; a commit a second costs nothing on a thread of its own), pictures
written and synced before the row that names them. The file is locked for as long as it is open, so a second Fanlight is
refused at once and never removes pictures that the first is about to use. Deleted text is overwritten
(`secure_delete`).

    folder/conversations.db    the text
    folder/pictures/ab/abcd…   the pictures, named by sha256
    folder/backups/            copies from before a change of the schema
    folder/damaged-…/          a database that could not be read, kept as it was
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path

from fanlight.domain.errors import DatabaseDamaged, StoreError
from fanlight.domain.messages import Message, Picture
from fanlight.domain.stored import ConversationRow, State, StoredMessage, StoredPart
from fanlight.i18n import _, format_number, ngettext
from fanlight.store.blobs import Blobs
from fanlight.store.failures import translated
from fanlight.store.parts import PartRow, part_of, rows_of, stored_parts, well_formed
from fanlight.store.rescue import carry_over, put_back, readable, set_aside, version_of
from fanlight.store.schema import MIGRATIONS, migrate

log = logging.getLogger(__name__)

SECONDS_TO_WAIT_FOR_LOCK = 1.0


class Database:
    """Every method raises StoreError (DiskFull when there is no room) and then has changed nothing."""

    def __init__(self, folder: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        """Opens or creates it, brings the schema up to date, and removes what was deleted before. `notice` is a
        sentence when a damaged file had to be set aside."""
        self._folder = folder
        self._path = folder / "conversations.db"
        self.notice = ""
        with translated(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._blobs = Blobs(folder / "pictures")
            try:
                self._connection = self._open(migrations)
            except (sqlite3.DatabaseError, DatabaseDamaged) as error:
                if not _is_damage(error):
                    raise
                self._connection = self._start_afresh(migrations)
        try:
            self.purge()
        except StoreError as error:
            log.warning("deleted conversations stay for now: %s", error)

    def close(self) -> None:
        with translated(self._folder):
            self._connection.close()

    # conversations

    def conversations(self) -> list[ConversationRow]:
        """All conversations, the newest first."""
        sql = "SELECT id, title, updated, draft FROM conversation WHERE deleted IS NULL ORDER BY updated DESC, id DESC"
        with translated(self._folder):
            return [ConversationRow(*row) for row in self._connection.execute(sql)]

    def create(self, title: str = "") -> int:
        now = time.time()
        with self._change() as change:
            sql = "INSERT INTO conversation (title, created, updated) VALUES (?, ?, ?)"
            return _new_id(change.execute(sql, (well_formed(title), now, now)))

    def rename(self, conversation_id: int, title: str) -> None:
        with self._change() as change:
            change.execute("UPDATE conversation SET title = ? WHERE id = ?", (well_formed(title), conversation_id))

    def set_draft(self, conversation_id: int, text: str) -> None:
        with self._change() as change:
            change.execute("UPDATE conversation SET draft = ? WHERE id = ?", (well_formed(text), conversation_id))

    def delete(self, conversation_id: int) -> None:
        """Hide it now, remove it at the next start; until then `restore` undoes it."""
        with self._change() as change:
            change.execute("UPDATE conversation SET deleted = ? WHERE id = ?", (time.time(), conversation_id))

    def restore(self, conversation_id: int) -> None:
        with self._change() as change:
            change.execute("UPDATE conversation SET deleted = NULL WHERE id = ?", (conversation_id,))

    def purge(self) -> int:
        """Remove deleted conversations for good, with the pictures no message shows any more; how many of each."""
        with self._change() as change:
            gone = change.execute("DELETE FROM conversation WHERE deleted IS NOT NULL").rowcount
        with translated(self._folder):
            if gone:
                self._connection.execute("PRAGMA incremental_vacuum").fetchall()
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            wanted = self._connection.execute("SELECT DISTINCT sha256 FROM part WHERE sha256 IS NOT NULL")
            return gone + self._blobs.keep_only({sha256 for (sha256,) in wanted})

    # messages

    def messages(self, conversation_id: int) -> list[StoredMessage]:
        """The messages of a conversation in the order they were added."""
        found: dict[int, list[StoredPart]] = {}
        with translated(self._folder):
            for message_id, *columns in self._connection.execute(
                "SELECT message_id, kind, text, sha256, details FROM part WHERE message_id IN "
                "(SELECT id FROM message WHERE conversation_id = ?) ORDER BY message_id, position",
                (conversation_id,),
            ):
                if (part := part_of(PartRow(*columns))) is not None:
                    found.setdefault(message_id, []).append(part)
            rows = self._connection.execute(
                "SELECT id, role, state, footer FROM message WHERE conversation_id = ? ORDER BY id", (conversation_id,)
            ).fetchall()
        return [StoredMessage(id_, role, tuple(found.get(id_, ())), state, footer) for id_, role, state, footer in rows]

    def add_message(
        self,
        conversation_id: int,
        message: Message,
        pictures: Sequence[Picture] = (),
        state: State = "complete",
    ) -> int:
        """The new message's id. `pictures` are those of `message.images`."""
        now = time.time()
        with self._change() as change:
            names = [self._blobs.write(picture.data) for picture in pictures]
            parts = list(stored_parts(message, pictures, names))
            message_id = _new_id(
                change.execute(
                    "INSERT INTO message (conversation_id, role, state, created) VALUES (?, ?, ?, ?)",
                    (conversation_id, message.role, state, now),
                )
            )
            _write_parts(change, message_id, parts)
            change.execute("UPDATE conversation SET updated = ? WHERE id = ?", (now, conversation_id))
            return message_id

    def update_answer(self, message_id: int, text: str, thinking: str, state: State, footer: str = "") -> None:
        """Replace an answer's parts. Does nothing when the message was deleted meanwhile, or is a question."""
        parts = list(stored_parts(Message.of("assistant", text, thinking=thinking), (), ()))
        with self._change() as change:
            found = change.execute(
                "UPDATE message SET state = ?, footer = ? WHERE id = ? AND role = 'assistant'",
                (state, well_formed(footer), message_id),
            )
            if found.rowcount:
                _write_parts(change, message_id, parts)
            change.execute(
                "UPDATE conversation SET updated = ? WHERE id = (SELECT conversation_id FROM message WHERE id = ?)",
                (time.time(), message_id),
            )

    def truncate(self, conversation_id: int, from_message_id: int) -> None:
        """Delete that message and all after it."""
        with self._change() as change:
            change.execute(
                "DELETE FROM message WHERE conversation_id = ? AND id >= ?", (conversation_id, from_message_id)
            )

    def picture(self, sha256: str) -> bytes:
        """The picture as it was kept (`Picture.data`)."""
        with translated(self._folder):
            return self._blobs.read(sha256)

    # opening and changing

    def _open(self, migrations: Sequence[str]) -> sqlite3.Connection:
        crashed = self._path.with_name(self._path.name + "-wal").exists()
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self._path, timeout=SECONDS_TO_WAIT_FOR_LOCK, isolation_level=None)
        connection.text_factory = readable
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
            if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != 2:  # set again, it would write
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL").fetchall()
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "secure_delete = ON",
                "foreign_keys = ON",
            ):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            # The quick check runs at every start; after a crash, indexes are compared with their tables, too.
            check = "integrity_check" if crashed else "quick_check"
            found = connection.execute(f"PRAGMA {check}(1)").fetchone()[0]
            if found != "ok":
                raise DatabaseDamaged(_("The conversations file is damaged: {problem}.").format(problem=found))
            migrate(connection, self._folder / "backups", migrations)
        except BaseException:
            connection.close()
            raise
        return connection

    def _start_afresh(self, migrations: Sequence[str]) -> sqlite3.Connection:
        """Rows are carried over into the schema they were written in, which is then brought up to date."""
        aside = set_aside(self._path)
        try:
            connection = self._open(migrations[: version_of(aside, newest=len(migrations))])
            try:
                saved = carry_over(aside, connection)
                migrate(connection, self._folder / "backups", migrations)
            except BaseException:
                connection.close()
                raise
        except BaseException:  # such as a full disk: the next start tries again
            put_back(aside, self._path)
            raise
        self.notice = ngettext(
            "The conversations file was damaged. {count} message was recovered; the damaged file is in {folder}.",
            "The conversations file was damaged. {count} messages were recovered; the damaged file is in {folder}.",
            saved,
        ).format(count=format_number(saved), folder=aside.parent.name)
        log.error("%s (%s)", self.notice, aside)
        return connection

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, safe on disk, or nothing."""
        with translated(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, DatabaseDamaged) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _write_parts(change: sqlite3.Connection, message_id: int, parts: Sequence[StoredPart]) -> None:
    """Replace the parts of that message; a part at the same position keeps its row."""
    rows = [(message_id, position, *astuple(row)) for position, row in enumerate(rows_of(parts))]
    change.executemany(
        "INSERT INTO part (message_id, position, kind, text, sha256, details) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (message_id, position) DO UPDATE SET "
        "kind = excluded.kind, text = excluded.text, sha256 = excluded.sha256, details = excluded.details",
        rows,
    )
    change.execute("DELETE FROM part WHERE message_id = ? AND position >= ?", (message_id, len(rows)))


def _new_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid
