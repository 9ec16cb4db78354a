"""Keeps one conversation in the database as it is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from fanlight.core.chat.history import History
from fanlight.core.chat.saved_turns import SavedPosition, SavedTurns
from fanlight.core.chat.turns import TurnTree

if TYPE_CHECKING:
    from fanlight.store.database import Database

SAVE_MS = 500

Snapshot = Callable[[], tuple[str, TurnTree]]
"""The conversation's title and turns, as they are now."""


class Autosave(QObject):
    """What could not be saved (a full disk) is saved as soon as it can be: at `History.retry`."""

    saved = Signal()
    repaired = Signal()
    """The database was: `save_again` gives it back what it has lost."""

    def __init__(self, history: History, saved_turns: SavedTurns | None = None) -> None:
        """`saved_turns`: what the database holds of the conversation already."""
        super().__init__()
        self._history = history
        self._saved_turns = saved_turns or SavedTurns()
        self._title = self._draft = ""
        self._turns = TurnTree(())
        self._saves = 0
        self._open_message: int | None = None
        self._is_behind = self._detached = False
        self._snapshot: Snapshot | None = None
        self._timer = QTimer(self, interval=SAVE_MS)
        self._timer.timeout.connect(self._save_open_answer)
        history.retry.connect(self._retry)
        history.repaired.connect(self.repaired)

    @property
    def conversation_id(self) -> int | None:
        return self._saved_turns.conversation_id

    def take_over(self, saved_turns: SavedTurns) -> None:
        """What the database holds is known from now on."""
        self._saved_turns = saved_turns

    @property
    def is_behind(self) -> bool:
        """Whether something could not be saved."""
        return self._is_behind

    @property
    def is_saved(self) -> bool:
        """Whether all that was to be saved is in the database, as far as is known."""
        return self.conversation_id is not None and not self._is_behind and not self._detached

    def detach(self) -> None:
        """Try once more what could not be saved, then save nothing: the database is another one from now on, or
        closed."""
        self._timer.stop()
        self._retry()
        self._detached = True
        self._set_behind(False)

    def rename(self, title: str) -> None:
        self._title = title
        if self.conversation_id is not None:
            self._history.rename(self.conversation_id, title)

    def set_draft(self, text: str) -> None:
        """Before the first save it is kept for that."""
        self._draft = text
        if self.conversation_id is not None:
            self._history.set_draft(self.conversation_id, text)

    def save(self, title: str, turns: TurnTree, then: Callable[[], object] | None = None) -> None:
        """Make the database hold `turns`; `then` is called afterwards, saved or not."""
        if self._detached or not self._saved_turns.is_read:
            if then:
                then()
            return
        self._title, self._turns = title, turns
        self._saves += 1
        number = self._saves
        self._open_message = None

        def on_saved(position: SavedPosition) -> None:
            if not isValid(self):  # the conversation is no longer in memory
                return
            if number == self._saves:
                self._set_behind(False)
                self._open_message = position.last_message_id
            self.saved.emit()
            if then:
                then()

        def on_failed() -> None:
            if not isValid(self):
                return
            self._set_behind(True)
            if then:
                then()

        self._history.submit(lambda database: self._write(database, title, turns), on_saved, on_failed)

    def save_again(self, title: str, turns: TurnTree) -> None:
        """As `save`, after the database was repaired and may have lost any part of it."""
        if self.conversation_id is not None and not self._detached:
            self.save(title, turns)

    def begin_answer(self, snapshot: Snapshot) -> None:
        """The last turn is an answer that grows: save it about twice a second."""
        self._snapshot = snapshot
        self._timer.start()

    def end_answer(self, title: str, turns: TurnTree) -> None:
        """It is complete."""
        self.abandon_answer()
        self._save_answer(title, turns)

    def abandon_answer(self) -> None:
        """It is no longer one of the turns."""
        self._timer.stop()
        self._snapshot = None

    def _save_open_answer(self) -> None:
        if self._snapshot is not None:
            self._save_answer(*self._snapshot())

    def _save_answer(self, title: str, turns: TurnTree) -> None:
        if self._detached:
            return
        if self._open_message is not None:
            self._history.save_answer(self._open_message, turns.shown[-1])
        elif turns.shown[-1].state != "open":
            self.save(title, turns)

    def _write(self, database: Database, title: str, turns: TurnTree) -> SavedPosition:
        """On the store's thread."""
        before = self.conversation_id
        position = self._saved_turns.write(database, title, turns)
        if position.conversation_id != before and (draft := self._draft):
            database.set_draft(position.conversation_id, draft)
        return position

    def _retry(self) -> None:
        if self._is_behind:
            self.save(self._title, self._turns)

    def _set_behind(self, behind: bool) -> None:
        self._is_behind = behind and not self._detached
        self._history.set_behind(id(self), self._is_behind)
