"""Conversations on disk. One thread owns a `Database`: it opens, uses and closes it there.

A change is safe from `kill -9` and from a power cut once its method returns: SQLite in WAL mode with `synchronous=FULL`
(NORMAL would lose the last commits with the power; a commit a second costs nothing on a thread of its own), pictures
written and synced before the row that names them. The file is locked for as long as it is open, so a second Fanlight is
refused at once. Deleted text is overwritten (`secure_delete`).

    folder/conversations.db    the text
    folder/pictures/ab/abcd…   the pictures, named by sha256
    folder/search.db           the search index (`store/search_index.py`), made again where it is missing or damaged
    folder/backups/            copies: of the last days, and from before a change of the schema
    folder/damaged-…/          a database that could not be read, kept as it was
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from fanlight.domain.branches import all_after
from fanlight.domain.errors import DatabaseDisplaced, StoreError
from fanlight.domain.messages import Message, Picture
from fanlight.domain.stored import ConversationRow, State, StoredMessage, TrashRow
from fanlight.domain.unicode import well_formed
from fanlight.files import sync_folder
from fanlight.store import leftovers
from fanlight.store.aside import pictures_of_asides
from fanlight.store.backup_leftovers import remove_leftovers
from fanlight.store.backups import Backups, copy_whole
from fanlight.store.blobs import Blobs, name_of
from fanlight.store.changes import StoreChanges
from fanlight.store.connection import new_id
from fanlight.store.displaced import OpenFiles
from fanlight.store.erasing import StoreErasure
from fanlight.store.failures import translated
from fanlight.store.importing import StoreImport
from fanlight.store.mending import CREATED, UPDATED
from fanlight.store.message_rows import (
    NUMBERS,
    insert_message,
    listed,
    parents_in,
    read_last_messages,
    read_messages,
    set_shown_end,
    shown_end,
)
from fanlight.store.opening import FILE, open_store
from fanlight.store.parts import stored_parts, write_document_texts, write_parts
from fanlight.store.redacting import StoreRedaction
from fanlight.store.schema import MIGRATIONS, NEXT_USE
from fanlight.store.searching import StoreSearch
from fanlight.store.tagging import StoreTags, read_tags

log = logging.getLogger(__name__)

_ROW = f"id, CAST(title AS TEXT), {UPDATED}"


class Database:
    """Every method raises StoreError (DiskFull when there is no room) and then has changed nothing."""

    def __init__(
        self,
        folder: Path,
        migrations: Sequence[str] = MIGRATIONS,
        clock: Callable[[], float] = time.time,
        *,
        check_indexes: bool = False,
    ) -> None:
        """Opens or creates it, brings the schema up to date, and removes what was deleted long ago. `notice` says in
        sentences what had to be brought back; then nothing is removed. `check_indexes`: compare them with their tables,
        as is done after a crash."""
        self._folder, self._clock = folder, clock
        self._backups = Backups(folder / "backups")
        with translated(folder):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folder(folder.parent)
            self._blobs = Blobs(folder / "pictures")
            opened = open_store(folder, self._blobs, migrations, check_indexes=check_indexes)
            self._connection, self.notice = opened.connection, opened.notice
            self._files = OpenFiles(self._connection, folder / FILE, self._backups, self._blobs.names)
        remove_leftovers(folder)
        self.searching = StoreSearch(folder, self._connection)
        self._changes = StoreChanges(folder, self._connection, self._blobs, self._files)
        self._change = self._changes.begin
        self.erasing = StoreErasure(folder, self._connection, self._changes, self.searching, self.delete_for_good)
        self.redacting = StoreRedaction(
            folder, self._connection, self._changes, self._blobs, self._backups, self.searching
        )
        self.tagging = StoreTags(self._changes)
        self.importing = StoreImport(folder, self._changes, self._blobs)
        try:
            self.erasing.resume()
            if not self.notice:
                self.keep_house()
        except StoreError as error:
            log.warning("what was deleted stays for now: %s", error)

    def close(self) -> None:
        self.searching.close()
        try:
            with suppress(DatabaseDisplaced):
                self._files.check()
        finally:
            self._files.release()
            with translated(self._folder):
                self._connection.close()

    # conversations

    def conversations(self) -> list[ConversationRow]:
        """All conversations, archived ones too, the pinned ones first, then the last used."""
        row = f"{_ROW}, CAST(draft AS TEXT), {CREATED}, pinned, archived"
        sql = f"SELECT {row} FROM conversation WHERE deleted IS NULL ORDER BY pinned DESC, touched DESC, id DESC"
        with translated(self._folder):
            rows, tags = self._connection.execute(sql).fetchall(), read_tags(self._connection)
        return [ConversationRow(n, title, used, draft, made, bool(pin), archived=bool(away), tags=tags.get(n, ()))
                for n, title, used, draft, made, pin, away in rows]  # fmt: skip

    def create(self, title: str = "") -> int:
        now = self._clock()
        with self._change() as change:
            sql = f"INSERT INTO conversation (title, created, updated, touched) VALUES (?, ?, ?, ({NEXT_USE}))"
            return new_id(change.execute(sql, (well_formed(title), now, now)))

    def rename(self, conversation_id: int, title: str) -> None:
        with self._change() as change:
            change.execute("UPDATE conversation SET title = ? WHERE id = ?", (well_formed(title), conversation_id))

    def set_pinned(self, conversation_id: int, pinned: bool) -> None:
        with self._change() as change:
            change.execute("UPDATE conversation SET pinned = ? WHERE id = ?", (pinned, conversation_id))

    def set_archived(self, conversation_ids: Sequence[int], archived: bool) -> None:
        """All of them, or none."""
        with self._change() as change:
            rows = [(archived, one) for one in conversation_ids]
            change.executemany("UPDATE conversation SET archived = ? WHERE id = ?", rows)

    def set_draft(self, conversation_id: int, text: str) -> None:
        with self._change() as change:
            change.execute("UPDATE conversation SET draft = ? WHERE id = ?", (well_formed(text), conversation_id))

    # the trash

    def delete(self, conversation_id: int) -> None:
        """Into the trash, from where `restore` brings it back."""
        with self._change() as change:
            sql = "UPDATE conversation SET deleted = ?, days_in_trash = 0 WHERE id = ? AND deleted IS NULL"
            change.execute(sql, (self._clock(), conversation_id))

    def restore(self, conversation_id: int) -> None:
        with self._change() as change:
            change.execute("UPDATE conversation SET deleted = NULL, days_in_trash = 0 WHERE id = ?", (conversation_id,))

    def trash(self) -> list[TrashRow]:
        """The last deleted first."""
        row = f"{_ROW}, CAST(days_in_trash AS REAL)"
        sql = f"SELECT {row} FROM conversation WHERE deleted IS NOT NULL ORDER BY deleted DESC, id DESC"
        with translated(self._folder):
            rows = self._connection.execute(sql).fetchall()
        left = leftovers.TRASH_DAYS
        return [TrashRow(id_, title, when, max(0, round(left - days))) for id_, title, when, days in rows]

    def delete_for_good(self, conversation_ids: Sequence[int]) -> None:
        """What is in the trash leaves the disk: the text, its copies in the backups, and the pictures that nothing else
        shows."""
        known: list[tuple[int, float]] = []
        with self._change() as change:
            for id_ in conversation_ids:
                sql = "SELECT id, created FROM conversation WHERE id = ? AND deleted IS NOT NULL"
                known += change.execute(sql, (id_,)).fetchall()
            if known:
                self.searching.forget_deleted(change)
            for id_, _created in known:
                leftovers.note_dropped(change, "message.conversation_id = ?", (id_,), leftovers.GRACE_DAYS)
                change.execute("DELETE FROM conversation WHERE id = ?", (id_,))
        if not known:
            return
        with translated(self._folder):
            self._backups.remove_conversations(known)
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._remove_due_pictures()

    # chores

    def keep_house(self) -> None:
        """Remove what was deleted long enough ago, in days on which this was called (`store/leftovers.py`)."""
        with self._change() as change:
            leftovers.count_days(change, self._clock())
            expired = leftovers.expired(change)
        self.delete_for_good(expired)
        self._remove_due_pictures()
        with translated(self._folder):
            self._blobs.remove_drafts()

    def back_up(self, may_go_on: Callable[[], bool] = lambda: True) -> bool:
        """Today's copy, unless one holds the same. Raises also Interrupted, when `may_go_on` says no."""
        day = time.strftime("%Y%m%d", time.localtime(self._clock()))
        with translated(self._folder):
            return self._backups.write(self._connection, day, may_go_on)

    def copy_to(self, path: Path) -> None:
        """All of it, as one new file."""
        with translated(self._folder):
            copy_whole(self._connection, path)

    def _remove_due_pictures(self) -> None:
        """But none that a database set aside, or a backup, may name."""
        with translated(self._folder):
            due = leftovers.due_pictures(self._connection)
            if not due:
                return
            kept = pictures_of_asides(self._folder) | self._backups.picture_names()
            gone = [sha256 for sha256 in due if sha256 not in kept]
            for sha256 in gone:
                self._blobs.remove(sha256)
        with self._change() as change:
            leftovers.note_used(change, gone)

    def messages(self, conversation_id: int) -> list[StoredMessage]:
        """Those of all branches, in the order they were added."""
        with translated(self._folder):
            return read_messages(self._connection, conversation_id)

    def last_messages(self, conversation_id: int, count: int) -> tuple[int, list[StoredMessage]] | None:
        """As many from the end, and the number of those before them; None where there are none, or other branches."""
        with translated(self._folder):
            return read_last_messages(self._connection, conversation_id, count)

    def shown_end(self, conversation_id: int) -> int:
        """The message that ends the branch that is shown; 0 where there is none."""
        with translated(self._folder):
            return shown_end(self._connection, conversation_id)

    def show_branch(self, conversation_id: int, end: int) -> None:
        """The one that ends with that message."""
        with self._change() as change:
            set_shown_end(change, conversation_id, end)

    def add_message(
        self,
        conversation_id: int,
        message: Message,
        pictures: Sequence[Picture] = (),
        state: State = "complete",
        follows: int | None = None,
        footer: str = "",
    ) -> int:
        """The new message's id; it is the end of the branch that is shown. `pictures` are those of `message.images`.
        `follows`: the message that it follows, 0 for none; None: the newest one. A question brings an archived
        conversation back into the list."""
        names = [name_of(picture.data) for picture in pictures]
        now, parts = self._clock(), list(stored_parts(message, pictures, names))
        documents = {one.document.id: one.document for one in message.documents}
        names += documents
        self._changes.announce(names)
        with self._change() as change:
            for picture in pictures:
                self._blobs.write(picture.data)
            for name, document in documents.items():
                if not self._blobs.holds(name):
                    self._blobs.write(document.data)
            leftovers.note_used(change, names)
            message_id = insert_message(change, conversation_id, (message.role, state, footer, now), follows)
            write_parts(change, message_id, parts)
            used = f"updated = ?, days_in_trash = 0, touched = ({NEXT_USE})"
            change.execute(f"UPDATE conversation SET {used}, leaf = NULL WHERE id = ?", (now, conversation_id))
            if message.role == "user":
                change.execute("UPDATE conversation SET archived = 0 WHERE id = ?", (conversation_id,))
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
                write_parts(change, message_id, parts)
            change.execute(
                f"UPDATE conversation SET updated = ?, days_in_trash = 0, touched = ({NEXT_USE}) "
                "WHERE id = (SELECT conversation_id FROM message WHERE id = ?)",
                (self._clock(), message_id),
            )

    def update_document_texts(self, sha256: str, texts: Sequence[str]) -> None:
        """What was read in its pages meanwhile, in all questions about it."""
        with self._change() as change:
            write_document_texts(change, sha256, texts)

    def truncate(self, conversation_id: int, from_message_id: int) -> None:
        """Delete that message and all that follow it, in any branch."""
        with self._change() as change:
            gone = (listed(all_after(parents_in(change, conversation_id), from_message_id)),)
            leftovers.note_dropped(change, f"message.id IN ({NUMBERS})", gone)
            change.execute(f"DELETE FROM message WHERE id IN ({NUMBERS})", gone)

    def picture(self, sha256: str) -> bytes:
        """The picture as it was kept (`Picture.data`)."""
        with translated(self._folder):
            return self._blobs.read(sha256)
