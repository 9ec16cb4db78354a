"""Which conversation is on the screen; the others are at hand, and go on answering."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.record import ConversationRecord
from fanlight.core.chat.reopening import StoredConversation, fetch, rebuild
from fanlight.core.chat.session import ChatSession
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError

AT_HAND = 6
"""Conversations kept in memory beside the one on the screen, busy ones not counted."""


class SessionManager(QObject):
    leaving = Signal()
    """The conversation on the screen is about to be another: what is typed belongs to it."""
    shown = Signal()
    """`current` is another conversation now."""
    problem = Signal(object)

    def __init__(
        self, host: ModelHost, history: History, settings_store: SettingsStore, file_worker: FileWorker
    ) -> None:
        super().__init__()
        self._host, self._history, self._settings_store, self._file_worker = host, history, settings_store, file_worker
        self._sessions: list[ChatSession] = []
        self._wanted: int | None = None
        self.current = self._made()
        self.current.shown = True

    @property
    def sessions(self) -> tuple[ChatSession, ...]:
        """Those in memory, the last shown last."""
        return tuple(self._sessions)

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return any(session.condition == "answering" for session in self._sessions)

    def new(self) -> None:
        """An empty conversation; it is kept from its first question on."""
        self._wanted = None
        if self.current.turns or self.current.conversation_id is not None:
            empty = (session for session in self._sessions if not session.turns and not session.conversation_id)
            self._show(next(empty, None) or self._made())

    def open(self, conversation_id: int) -> None:
        """Shown as soon as it is read."""
        self._wanted = conversation_id
        known = next((session for session in self._sessions if session.conversation_id == conversation_id), None)
        if known is not None:
            self._show(known)
            return
        side = self._settings_store.now.picture_side

        def read(fetched: StoredConversation) -> None:
            self._file_worker.call(lambda: rebuild(fetched, side), lambda record: self._read(conversation_id, record))

        self._history.ask(lambda database: fetch(database, conversation_id), read)

    def step(self, by: int) -> None:
        """The conversation `by` places below in the list."""
        ids = [row.id for row in self._history.rows]
        here = ids.index(self.current.conversation_id) if self.current.conversation_id in ids else -1
        if ids and (there := max(0, here + by)) != here and there < len(ids):
            self.open(ids[there])

    def delete(self, conversation_id: int) -> None:
        """Until the next start `restore` brings it back."""
        for session in [one for one in self._sessions if one.conversation_id == conversation_id]:
            session.stop()
            if session is self.current:
                self.new()
        self._history.delete(conversation_id)

    def restore(self, conversation_id: int) -> None:
        self._history.restore(conversation_id)
        self.open(conversation_id)

    def rename(self, conversation_id: int, title: str) -> None:
        for session in self._sessions:
            if session.conversation_id == conversation_id:
                session.rename(title)
                return
        self._history.rename(conversation_id, title)

    def adopt(self, turns: Sequence[Turn], title: str, attached: Sequence[Attachment] = ()) -> ChatSession:
        """A conversation that began elsewhere (a quick panel), on the screen and kept from now on; `attached` are in
        its next question."""
        self._wanted = None
        session = self._made()
        if turns:
            session.take_over(turns, title)
        session.attach(attached)
        self._show(session)
        return session

    def forget(self) -> None:
        """Start with an empty desk: conversations are kept elsewhere from now on."""
        old = self._sessions
        self._sessions = []
        self._show(self._made())
        for session in old:
            session.close()

    def close(self) -> None:
        for session in self._sessions:
            session.close()

    def _made(self) -> ChatSession:
        session = ChatSession(self._host, self._history, self._settings_store)
        session.listed.connect(self._history.list)
        session.problem.connect(self.problem)
        self._sessions.append(session)
        return session

    def _read(self, conversation_id: int, record: ConversationRecord | FanlightError) -> None:
        if isinstance(record, FanlightError):
            self.problem.emit(record)
        elif self._wanted == conversation_id:
            row = next((row for row in self._history.rows if row.id == conversation_id), None)
            session = self._made()
            session.reopen(record, row.title if row else "", row.draft if row else "")
            self._show(session)

    def _show(self, session: ChatSession) -> None:
        if session is self.current:
            return
        self.leaving.emit()
        self.current.show(False)
        self.current = session
        self._sessions.remove(session)
        self._sessions.append(session)
        idle = [one for one in self._sessions[:-1] if one.condition != "answering" and not one.queued]
        for old in idle[:-AT_HAND]:
            self._sessions.remove(old)
        session.show(True)
        self.shown.emit()
