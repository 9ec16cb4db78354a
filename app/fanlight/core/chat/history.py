"""The conversations that are kept, as the window sees them: asked for on the store's thread, told on the window's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.core.chat.record import ConversationRecord, SavedPosition
from fanlight.core.chat.turns import Turn
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import DiskFull, FanlightError, StoreError
from fanlight.domain.stored import ConversationRow, State

if TYPE_CHECKING:
    from fanlight.store.database import Database

log = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_MS = 5_000


class Store(Protocol):
    """What the window needs of store.thread.StoreThread."""

    def submit(self, work: Callable[[Database], T]) -> Future[T]: ...

    def answer(self, message_id: int, text: str, thinking: str, state: State = "open", footer: str = "") -> None: ...

    def close(self) -> bool: ...


OpenStore = Callable[[Callable[[StoreError], None], Callable[[], None]], Store]
"""Opens a store; gets callbacks, called on any thread, for an answer that cannot be written, and for its recovery."""


class History(QObject):
    """Work asked for before the store is open waits for it. An error is said once, until something works again."""

    listed = Signal()
    """`rows` are others now, newest first."""
    problem = Signal(object)
    recovered = Signal(object)
    """The problem that is over."""
    retry = Signal()
    """Something could not be kept a while ago: who has something to keep tries again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: Store | None = None
        self._waiting: list[Callable[[], None]] = []
        self._dispatcher = MainThreadDispatcher(self)
        self.rows: tuple[ConversationRow, ...] = ()
        self._ailing: FanlightError | None = None
        self._again = QTimer(self, interval=RETRY_MS, singleShot=True)
        self._again.timeout.connect(self.retry)

    def open(self, open_store: OpenStore) -> None:
        """Also swaps the store: the one before is closed after all it was asked to do."""
        if self._store is not None:
            self._store.close()
        self._store = open_store(
            lambda error: self._dispatcher(lambda: self._told(error)), lambda: self._dispatcher(self._recovers)
        )
        waiting, self._waiting = self._waiting, []
        for ask in waiting:
            ask()
        self.list()

    def ask(
        self,
        work: Callable[[Database], T],
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[], object] | None = None,
    ) -> None:
        """`work` on the store's thread, then exactly one of `then` and `otherwise` here."""
        if self._store is None:
            self._waiting.append(lambda: self.ask(work, then, otherwise))
            return
        self._store.submit(work).add_done_callback(
            lambda future: self._dispatcher(lambda: self._answered(future, then, otherwise))
        )

    def list(self) -> None:
        self.ask(lambda database: database.conversations(), self._listed)

    def keep(
        self,
        record: ConversationRecord,
        title: str,
        turns: Sequence[Turn],
        then: Callable[[SavedPosition], object],
        otherwise: Callable[[], object],
    ) -> None:
        """Make the database hold `turns`."""
        self.ask(lambda database: record.keep(database, title, turns), then, otherwise)

    def answer(self, message_id: int, turn: Turn) -> None:
        """An answer so far, written at most once a second, or its last words, written at once."""
        if self._store is not None:
            message = turn.message
            self._store.answer(message_id, message.text, message.thinking, turn.state, turn.footer)

    def rename(self, conversation_id: int, title: str) -> None:
        self.ask(lambda database: database.rename(conversation_id, title))
        self.list()

    def delete(self, conversation_id: int) -> None:
        self.ask(lambda database: database.delete(conversation_id))
        self.list()

    def restore(self, conversation_id: int) -> None:
        self.ask(lambda database: database.restore(conversation_id))
        self.list()

    def set_draft(self, conversation_id: int, text: str) -> None:
        self.ask(lambda database: database.set_draft(conversation_id, text))

    @property
    def full(self) -> DiskFull | None:
        """Why what is on the screen is not all on disk, while there is no room for it."""
        return self._ailing if isinstance(self._ailing, DiskFull) else None

    def close(self) -> None:
        """All that was asked for is done first."""
        self._again.stop()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _answered(self, future: Future[Any], then: Callable[[Any], object] | None, otherwise: Any) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            if otherwise is not None:
                otherwise()
            if not isinstance(error, FanlightError):
                raise error
            self._ails(error)
            return
        self._recovers()
        if then is not None:
            then(future.result())

    def _listed(self, rows: Sequence[ConversationRow]) -> None:
        self.rows = tuple(rows)
        self.listed.emit()

    def _recovers(self) -> None:
        if self._ailing is not None:
            over, self._ailing = self._ailing, None
            self.recovered.emit(over)

    def _told(self, error: StoreError) -> None:
        """The store's own word: an answer that it tries to write again, or a report that is over and done with."""
        if isinstance(error, DiskFull):
            self._ails(error)
        else:
            self.problem.emit(error)

    def _ails(self, error: FanlightError) -> None:
        if not self._again.isActive():
            self._again.start()
        if self._ailing is None:
            log.warning("%s", error)
            self._ailing = error
            self.problem.emit(error)
