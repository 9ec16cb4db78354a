"""The saved conversations, for the GUI thread: work runs on the store's thread, results come back on this one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.turns import Turn
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.throttle import Throttle
from fanlight.domain.errors import DiskFull, FanlightError, StoreError
from fanlight.domain.stored import ConversationRow, State

if TYPE_CHECKING:
    from fanlight.store.database import Database

log = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_MS = 5_000


class Store(Protocol):
    """The part of store.thread.StoreThread that is used here."""

    def submit(self, work: Callable[[Database], T]) -> Future[T]: ...

    def answer(self, message_id: int, text: str, thinking: str, state: State = "open", footer: str = "") -> None: ...

    def close(self) -> bool: ...


OpenStore = Callable[[Callable[[StoreError], None], Callable[[], None]], Store]
"""Opens a store; gets callbacks, called on any thread, for an answer that cannot be written, and for its recovery."""


class History(QObject):
    """Work submitted before the store is open waits for it. An error is reported once, until something works again."""

    listed = Signal()
    """`rows`, newest first, has changed."""
    problem = Signal(object)
    recovered = Signal(object)
    """The problem that is over."""
    retry = Signal()
    """Some time after a failed write: what is not saved is to be saved again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: Store | None = None
        self._waiting: list[Callable[[], None]] = []
        self._dispatcher = MainThreadDispatcher(self)
        self.rows: tuple[ConversationRow, ...] = ()
        self._failure: FanlightError | None = None
        self._retry_timer = Throttle(self, self.retry.emit, RETRY_MS)

    def open(self, open_store: OpenStore) -> None:
        """Also swaps the store: the one before is closed after all it was asked to do."""
        if self._store is not None:
            self._store.close()
        self._store = open_store(
            lambda error: self._dispatcher(lambda: self._on_store_error(error)),
            lambda: self._dispatcher(self._on_success),
        )
        waiting, self._waiting = self._waiting, []
        for submit in waiting:
            submit()
        self.refresh()

    def submit(
        self,
        work: Callable[[Database], T],
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[], object] | None = None,
    ) -> None:
        """`work` on the store's thread, then exactly one of `then` and `otherwise` here."""
        if self._store is None:
            self._waiting.append(lambda: self.submit(work, then, otherwise))
            return
        self._store.submit(work).add_done_callback(
            lambda future: self._dispatcher(lambda: self._on_done(future, then, otherwise))
        )

    def refresh(self) -> None:
        self.submit(lambda database: database.conversations(), self._on_rows)

    def save_answer(self, message_id: int, turn: Turn) -> None:
        """An open answer, written at most once a second, or a finished one, written at once."""
        if self._store is not None:
            message = turn.message
            self._store.answer(message_id, message.text, message.thinking, turn.state, turn.footer)

    def rename(self, conversation_id: int, title: str) -> None:
        self.submit(lambda database: database.rename(conversation_id, title))
        self.refresh()

    def delete(self, conversation_id: int) -> None:
        self.submit(lambda database: database.delete(conversation_id))
        self.refresh()

    def restore(self, conversation_id: int) -> None:
        self.submit(lambda database: database.restore(conversation_id))
        self.refresh()

    def set_draft(self, conversation_id: int, text: str) -> None:
        self.submit(lambda database: database.set_draft(conversation_id, text))

    @property
    def full(self) -> DiskFull | None:
        """Why what is on the screen is not all on disk, while there is no room for it."""
        return self._failure if isinstance(self._failure, DiskFull) else None

    def close(self) -> None:
        """Close the store once all submitted work is done."""
        self._retry_timer.cancel()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _on_done(self, future: Future[Any], then: Callable[[Any], object] | None, otherwise: Any) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            if otherwise is not None:
                otherwise()
            if not isinstance(error, FanlightError):
                raise error
            self._on_failure(error)
            return
        self._on_success()
        if then is not None:
            then(future.result())

    def _on_rows(self, rows: Sequence[ConversationRow]) -> None:
        self.rows = tuple(rows)
        self.listed.emit()

    def _on_success(self) -> None:
        if self._failure is not None:
            over, self._failure = self._failure, None
            self.recovered.emit(over)

    def _on_store_error(self, error: StoreError) -> None:
        """An answer that the store tries to write again, or a report that needs no retry."""
        if isinstance(error, DiskFull):
            self._on_failure(error)
        else:
            self.problem.emit(error)

    def _on_failure(self, error: FanlightError) -> None:
        self._retry_timer.request()
        if self._failure is None:
            log.warning("%s", error)
            self._failure = error
            self.problem.emit(error)
