"""How a saved conversation comes into memory: rows on the store's thread, pictures on one that reads files. Of a long
one the end is read first, which is what is on the screen; the rest once that has been painted. An end without files is
made where its rows are read: each change of thread costs time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.chat.reopening import (
    ReopenedConversation,
    ReopenedEnd,
    StoredConversation,
    StoredEnd,
    fetch_conversation,
    fetch_end,
    rebuild_end,
    rebuild_turns,
)
from fanlight.core.chat.stored_pictures import PictureShelf
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.domain.errors import FanlightError

if TYPE_CHECKING:
    from fanlight.store.database import Database

PAINT_MS = 15
"""Until the end is on the screen: reading goes on behind that, since threads wait for each other."""


class ConversationOpening(QObject):
    """All signals come with the conversation's number."""

    end_read = Signal(int, object)
    """A ReopenedEnd; `read_rest` is to follow."""
    read = Signal(int, object)
    """A ReopenedConversation, or the rest of one."""
    failed = Signal(int, object)
    """An error; None where the history has said it."""

    def __init__(
        self,
        history: History,
        file_worker: FileWorker,
        settings_store: SettingsStore,
        shelf: PictureShelf,
        parent: QObject,
        make_timer: MakeTimer | None = None,
    ) -> None:
        super().__init__(parent)
        self._history, self._file_worker = history, file_worker
        self._settings_store, self._shelf = settings_store, shelf
        self._ends: list[int] = []
        """Of which the rest is to be read."""
        self._painted = Timeout(self, self._read_rests, PAINT_MS, make_timer)

    def open(self, conversation_id: int, *, end_first: bool) -> None:
        side = self._settings_store.now.picture_side

        def fetch(database: Database) -> ReopenedEnd | StoredEnd | StoredConversation:
            end = fetch_end(database, conversation_id) if end_first else None
            if end is None:
                return fetch_conversation(database, conversation_id)
            return end if end.has_pictures else rebuild_end(end, side, self._shelf)

        self._history.submit(
            fetch,
            lambda fetched: self._rebuild(conversation_id, fetched),
            lambda: self.failed.emit(conversation_id, None),
            reads=True,
        )

    def read_rest(self, conversation_id: int) -> None:
        """Once the end that was read is on the screen."""
        self._ends.append(conversation_id)
        self._painted.start(PAINT_MS)

    def _read_rests(self) -> None:
        ends, self._ends = self._ends, []
        for conversation_id in ends:
            self.open(conversation_id, end_first=False)

    def _rebuild(self, conversation_id: int, fetched: ReopenedEnd | StoredEnd | StoredConversation) -> None:
        if isinstance(fetched, ReopenedEnd):
            self.end_read.emit(conversation_id, fetched)
            return
        side = self._settings_store.now.picture_side

        def rebuilt() -> ReopenedEnd | ReopenedConversation:
            if isinstance(fetched, StoredEnd):
                return rebuild_end(fetched, side, self._shelf)
            return rebuild_turns(fetched, side, self._shelf)

        self._file_worker.call(rebuilt, lambda found: self._on_rebuilt(conversation_id, found))

    def _on_rebuilt(self, conversation_id: int, found: ReopenedEnd | ReopenedConversation | FanlightError) -> None:
        if isinstance(found, ReopenedEnd):
            self.end_read.emit(conversation_id, found)
        elif isinstance(found, ReopenedConversation):
            self.read.emit(conversation_id, found)
        else:
            self.failed.emit(conversation_id, found)
