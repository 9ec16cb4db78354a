"""The start of an insertion where nobody says who has the keyboard, nor when the hotkey's keys are up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.insertion_run import InsertionRun

LET_GO_MS = 250
"""The hotkey's modifiers are mostly still down when the words are final."""


class BlindInserter(QObject):
    """Most of a `TextInserter` that cannot see who has the keyboard, Fanlight itself aside. A subclass has a `_run`,
    and says in `_insert` what follows the start."""

    _run: InsertionRun

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._let_go = self._timer(LET_GO_MS, self._begin)

    def _timer(self, milliseconds: int, slot: Callable[[], object]) -> QTimer:
        timer = QTimer(self, interval=milliseconds, singleShot=True)
        timer.timeout.connect(slot)
        return timer

    def place(self) -> InsertionPlace:
        return InsertionPlace(own=QGuiApplication.focusWindow() is not None)

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self._run.begin(request, ended)
        self._let_go.start()

    def can_undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False  # it may be a terminal

    def undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False

    def _begin(self) -> None:
        if self.place().own:
            self._run.finish(InsertionOutcome.MOVED)
        elif self._run.request is not None:
            self._insert(self._run.request)

    def _insert(self, request: InsertionRequest) -> None:
        raise NotImplementedError
