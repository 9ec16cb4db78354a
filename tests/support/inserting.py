"""A way into other programs that is none: tests say who has the keyboard, and what becomes of a text."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fanlight.desktop.focus import FocusHolder
from fanlight.desktop.insertion import InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.backend import InsertionEnded


def window(number: int, program: str = "editor", *, own: bool = False) -> InsertionPlace:
    return InsertionPlace(FocusHolder(number, number), program, (100, 100, 640, 480), own)


class FakeInserter:
    """A backend and its `TextInserter`. With `by_hand` an insertion ends when `end` says so."""

    name, needs = "fake", "Nothing."
    inserts = sees_focus = types_keys = True
    permission = None

    def __init__(self) -> None:
        self.where = window(1)
        self.by_hand = False
        self.takes = InsertionOutcome.INSERTED
        self.requests: list[InsertionRequest] = []
        self.texts: list[tuple[int, str]] = []
        """What was inserted: into which window, and the text."""
        self.undone: list[int] = []
        self.prepared = self.canceled = 0
        self.taken = False
        """When it is canceled, the program has the text already."""
        self._ended: InsertionEnded | None = None
        self.ended_late: InsertionEnded = lambda _outcome: None
        """Of the last insertion, which has ended."""

    def is_available(self) -> bool:
        return True

    def describe(self) -> str:
        return "Texts are kept by the test."

    def start(self, _parent: QObject) -> FakeInserter:
        return self

    def place(self) -> InsertionPlace:
        return self.where

    def prepare(self) -> None:
        self.prepared += 1

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        assert self._ended is None, "one at a time"
        self.requests.append(request)
        self._ended = ended
        if not self.by_hand:
            self.end()

    def end(self) -> None:
        ended, self._ended = self._ended, None
        request = self.requests[-1]
        moved = request.place is not None and not request.place.is_same(self.where)
        outcome = InsertionOutcome.MOVED if moved else self.takes
        if outcome is InsertionOutcome.INSERTED:
            self.texts.append((self.where.holder.active, request.text))
        assert ended is not None
        self.ended_late = ended
        ended(outcome)

    def cancel(self) -> bool:
        self._ended = None
        self.canceled += 1
        return self.taken

    def can_undo(self, place: InsertionPlace) -> bool:
        return place.program != "xterm"

    def undo(self, place: InsertionPlace) -> bool:
        self.undone.append(place.holder.active)
        return True

    def close(self) -> None:
        self.cancel()
