"""Keeps one conversation in the database as it is on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from fanlight.core.chat.history import History
from fanlight.core.chat.record import ConversationRecord, SavedPosition
from fanlight.core.chat.turns import Turn


class Autosave(QObject):
    """What could not be kept (a full disk) is kept as soon as it can be: `History.retry` says when to try."""

    kept = Signal()

    def __init__(self, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._history = history
        self._record = ConversationRecord()
        self._title = ""
        self._turns: tuple[Turn, ...] = ()
        self._asked = 0
        self._open_message: int | None = None
        self._missing = self._detached = False
        history.retry.connect(self._again)

    @property
    def conversation_id(self) -> int | None:
        return self._record.conversation_id

    def reopen(self, record: ConversationRecord) -> None:
        self._record = record

    def detach(self) -> None:
        """The database is another one from now on: nothing of this belongs there."""
        self._detached = True

    def keep(self, title: str, turns: Sequence[Turn], then: Callable[[], object] | None = None) -> None:
        """Make the database hold `turns`; `then` follows, kept or not."""
        if self._detached:
            if then:
                then()
            return
        self._title, self._turns = title, tuple(turns)
        self._asked += 1
        asked = self._asked
        self._open_message = None

        def kept(where: SavedPosition) -> None:
            if not isValid(self):  # the conversation has left the desk
                return
            if asked == self._asked:
                self._missing = False
                self._open_message = where.last_message_id
            self.kept.emit()
            if then:
                then()

        def not_kept() -> None:
            if not isValid(self):
                return
            self._missing = True
            if then:
                then()

        self._history.keep(self._record, title, self._turns, kept, not_kept)

    def follow(self, title: str, turns: Sequence[Turn]) -> None:
        """The last turn is an answer that goes on, or has just ended."""
        if self._detached:
            return
        if self._open_message is not None:
            self._history.answer(self._open_message, turns[-1])
        elif turns[-1].state != "open":
            self.keep(title, turns)

    def _again(self) -> None:
        if self._missing:
            self.keep(self._title, self._turns)
