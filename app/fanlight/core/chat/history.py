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
from fanlight.domain.errors import DatabaseDamaged, FanlightError, StoreError, StoreRepaired, StoreUnavailable
from fanlight.domain.stored import ConversationRow, State, TrashRow

if TYPE_CHECKING:
    from fanlight.store.database import Database

log = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_MS = 5_000


class Store(Protocol):
    """The part of store.thread.StoreThread that is used here."""

    def submit(self, work: Callable[[Database], T]) -> Future[T]: ...

    def answer(self, message_id: int, text: str, thinking: str, state: State = "open", footer: str = "") -> None: ...

    def open_now(self) -> None: ...

    def close(self) -> bool: ...


OpenStore = Callable[[Callable[[StoreError], None], Callable[[], None]], Store]
"""Opens a store; gets callbacks, called on any thread, for what cannot be opened or written, and for its recovery."""


class History(QObject):
    """Work submitted before the store is open waits for it. An error is reported once, until something works again."""

    listed = Signal()
    """`rows` and `trash`, the last used and the last deleted first, have been read."""
    problem = Signal(object)
    recovered = Signal(object)
    """The problem that is over."""
    kept_changed = Signal()
    """`not_kept` is another one."""
    retry = Signal()
    """What is not saved is to be saved again: some time after a failed write, or the store is open at last."""
    repaired = Signal()
    """The store was damaged, and what could be read of it is in a new one; what is in memory may be missing there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: Store | None = None
        self._waiting: list[Callable[[], None]] = []
        self._dispatcher = MainThreadDispatcher(self)
        self.rows: tuple[ConversationRow, ...] = ()
        self.trash: tuple[TrashRow, ...] = ()
        self._failure: FanlightError | None = None
        self._read_failure: FanlightError | None = None
        self._store_fails = False
        self._behind: set[int] = set()
        self._retry_timer = Throttle(self, self.retry.emit, RETRY_MS)

    def open(self, open_store: OpenStore) -> None:
        """Also swaps the store: the one before is closed after all it was asked to do."""
        if self._store is not None:
            self._store.close()
            self._store_fails = False
            self._settle()
        self._store = open_store(
            lambda error: self._dispatcher(lambda: self._on_store_error(error)),
            lambda: self._dispatcher(self._on_store_recovered),
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
        *,
        reads: bool = False,
    ) -> None:
        """`work` on the store's thread; then one of `then` and `otherwise` here. `reads`: it changes nothing."""
        if self._store is None:
            self._waiting.append(lambda: self.submit(work, then, otherwise, reads=reads))
            return
        self._store.submit(work).add_done_callback(
            lambda future: self._dispatcher(lambda: self._on_done(future, then, otherwise, reads))
        )

    def read(self, work: Callable[[Database], T], then: Callable[[T], object]) -> None:
        """`work`, which changes nothing, on the store's thread; then `then` here, unless it fails."""
        self.submit(work, then, reads=True)

    def refresh(self) -> None:
        self.read(lambda database: (database.conversations(), database.trash()), self._on_rows)

    def save_answer(self, message_id: int, turn: Turn) -> None:
        """An open answer, written at most once a second, or a finished one, written at once."""
        if self._store is not None:
            message = turn.message
            self._store.answer(message_id, message.text, message.thinking, turn.state, turn.footer)

    def rename(self, conversation_id: int, title: str) -> None:
        self.submit(lambda database: database.rename(conversation_id, title))
        self.refresh()

    def delete(self, *conversation_ids: int) -> None:
        self._change_each(conversation_ids, lambda database, one: database.delete(one))

    def restore(self, *conversation_ids: int) -> None:
        self._change_each(conversation_ids, lambda database, one: database.restore(one))

    def set_pinned(self, conversation_ids: Sequence[int], pinned: bool) -> None:
        """Pinned ones stand at the top of the list."""
        self._change_each(conversation_ids, lambda database, one: database.set_pinned(one, pinned))

    def set_archived(self, conversation_ids: Sequence[int], archived: bool) -> None:
        """Archived ones are not in the list (`core/chat/listing.py`)."""
        self.submit(lambda database: database.set_archived(conversation_ids, archived))
        self.refresh()

    def change_tags(self, conversation_ids: Sequence[int], add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Of all of them, or of none where it fails."""
        self.submit(lambda database: database.tagging.change(conversation_ids, add, remove))
        self.refresh()

    def rename_tag(self, name: str, to: str) -> None:
        """In all conversations; where there is a tag of the new name, the two are one from then on."""
        self.submit(lambda database: database.tagging.rename(name, to))
        self.refresh()

    def remove_tag(self, name: str, then: Callable[[Sequence[int]], object]) -> None:
        """From all conversations; `then` gets those that had it."""
        self.submit(lambda database: database.tagging.remove(name), then)
        self.refresh()

    def _change_each(self, conversation_ids: Sequence[int], change: Callable[[Database, int], None]) -> None:
        def work(database: Database) -> None:
            for one in conversation_ids:
                change(database, one)

        self.submit(work)
        self.refresh()

    def delete_for_good(self, conversation_ids: Sequence[int]) -> None:
        self.submit(lambda database: database.delete_for_good(conversation_ids))
        self.refresh()

    def erase(self) -> None:
        """All conversations, their pictures and backups, for good."""
        self.submit(lambda database: database.erasing.everything())
        self.refresh()

    def set_draft(self, conversation_id: int, text: str) -> None:
        self.submit(lambda database: database.set_draft(conversation_id, text))

    # What is not kept.

    def set_behind(self, conversation: int, behind: bool) -> None:
        """Whether that conversation (any number of its own) has something that could not be saved."""
        (self._behind.add if behind else self._behind.discard)(conversation)

    @property
    def not_kept(self) -> FanlightError | None:
        """Why what is said now is not kept; None while it is."""
        lasting = self._behind or self._store_fails
        return self._failure if lasting else None

    @property
    def unsaved(self) -> FanlightError | None:
        """Why what is on the screen is not all on disk; None where it is, or where there is nothing to save."""
        waiting = self._behind or (self._store_fails and not isinstance(self._failure, StoreUnavailable))
        return self._failure if waiting else None

    def try_again(self) -> None:
        """Open the store if it is not open, and save what is not saved."""
        if self._store is not None:
            self._store.open_now()
            self.retry.emit()
            self.refresh()

    def close(self) -> None:
        """Close the store once all submitted work is done."""
        self._retry_timer.cancel()
        if self._store is not None:
            self._store.close()
            self._store = None

    # On this thread, afterwards.

    def _on_done(self, future: Future[Any], then: Callable[[Any], object] | None, otherwise: Any, reads: bool) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            if then is not None:
                then(future.result())
            self._on_success(reads)
            return
        if otherwise is not None:
            otherwise()
        if not isinstance(error, FanlightError):
            raise error
        self._on_failure(error, reads)

    def _on_rows(self, found: tuple[Sequence[ConversationRow], Sequence[TrashRow]]) -> None:
        self.rows, self.trash = tuple(found[0]), tuple(found[1])
        self.listed.emit()

    def _on_store_error(self, error: StoreError) -> None:
        """What the store tries again, or a report that needs no retry."""
        if isinstance(error, (StoreRepaired, DatabaseDamaged)):
            self.problem.emit(error)
            if isinstance(error, StoreRepaired):
                self.repaired.emit()
                self.refresh()
            return
        self._store_fails = True
        if self._failure is not None and self._failure.text != error.text:
            self._end_failure()
        self._on_failure(error)

    def _on_store_recovered(self) -> None:
        was_closed = isinstance(self._failure, StoreUnavailable)
        self._store_fails = False
        if was_closed:
            self.retry.emit()
            self.refresh()
        self._settle()

    def _settle(self) -> None:
        """A write has succeeded: the failure is over unless something still waits to be saved."""
        if self._failure is not None and not self._behind and not self._store_fails:
            self._end_failure()

    def _end_failure(self) -> None:
        over, self._failure = self._failure, None
        self.recovered.emit(over)
        self.kept_changed.emit()

    def _on_success(self, reads: bool) -> None:
        if reads:
            self._read_failure = None
        else:
            self._settle()

    def _on_failure(self, error: FanlightError, reads: bool = False) -> None:
        is_closed = isinstance(error, StoreUnavailable)  # the store itself reports that, and tries again
        if reads:
            self._read_failure = self._read_failure if is_closed else self._said(error)
            return
        if not is_closed:
            self._retry_timer.request()
        if self._failure is None:
            self._failure = self._said(error)
        self.kept_changed.emit()

    def _said(self, error: FanlightError) -> FanlightError:
        """Report it, unless the same is said already because something could not be read or written."""
        for known in (self._read_failure, self._failure):
            if known is not None and known.text == error.text:
                return known
        log.warning("%s", error)
        self.problem.emit(error)
        return error
