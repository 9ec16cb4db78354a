"""Searching the saved conversations while the user types: one search at a time, the last one wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.core.chat.history import History
from fanlight.domain.search import SearchResult
from fanlight.domain.tags import counted_tags

if TYPE_CHECKING:
    from fanlight.store.database import Database

UNREAD_MS = 1_000
"""As long as the index is being made, it is asked again so often."""


class HistorySearch(QObject):
    found = Signal(str, object)
    """What was looked for, and the SearchResult."""

    def __init__(self, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._text: str | None = None
        self._running = False
        self._again = QTimer(self, singleShot=True, interval=UNREAD_MS)
        self._again.timeout.connect(self._ask)

    def look_for(self, text: str) -> None:
        """`found` follows, for the last text that this was called with."""
        self._text = text
        if not self._running:
            self._ask()

    def stop(self) -> None:
        self._text = None
        self._again.stop()

    def read_models(self, then: Callable[[Sequence[str]], object]) -> None:
        """`then` gets the names of the models that have answered."""
        self._history.read(lambda database: database.searching.models(), then)

    @property
    def tags(self) -> dict[str, int]:
        """Each tag, and how many conversations have it."""
        return counted_tags(row.tags for row in self._history.rows)

    def steps_to(self, conversation_id: int, message_id: int, then: Callable[[tuple[int, ...]], object]) -> None:
        """`then` gets the way to it through the branches (`domain/branches.py`)."""

        def work(database: Database) -> tuple[int, ...]:
            return database.searching.steps_to(conversation_id, message_id)

        self._history.read(work, then)

    def _ask(self) -> None:
        if (text := self._text) is None:
            return
        self._running = True
        self._again.stop()
        self._history.submit(
            lambda database: database.searching.search(text),
            lambda result: self._on_found(text, result),
            self._on_failed,
            reads=True,
        )

    def _on_failed(self) -> None:
        self._running = False

    def _on_found(self, text: str, result: SearchResult) -> None:
        self._running = False
        if self._text is None:
            return
        if text != self._text:
            self._ask()
            return
        self.found.emit(text, result)
        if result.pending:
            self._again.start()
