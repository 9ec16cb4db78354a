"""Inserts text by a key that the system presses for Fanlight, where nobody says which program reads the clipboard
(Windows, macOS). What is read before the key is pressed does not count: clipboard managers read at once.

    insert -> (modifiers are up) -> the clipboard is lent -> the paste key -> somebody reads the text
           -> nobody reads it any more -> the clipboard is put back -> ended
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QClipboard

from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.clipboard_loan import ClipboardLoan
from fanlight.desktop.insertion.noticed_text import NoticedText

LET_GO_SECONDS, POLL_MS = 1.5, 15
MANAGERS_MS, TAKEN_MS, QUIET_MS = 40, 5_000, 300
"""As by the portal; see `portal_inserter`."""
_MODES = (QClipboard.Mode.Clipboard,)


class SystemKeys(Protocol):
    """Keys that the system presses. Each returns whether it does."""

    def place(self) -> InsertionPlace: ...

    def held(self) -> bool:
        """Whether a modifier is down."""
        ...

    def paste(self) -> bool: ...

    def undo(self) -> bool: ...

    def enter(self) -> bool: ...

    def write(self, text: str) -> bool:
        """Key by key; a line's end is the Enter key."""
        ...


class PasteInserter(QObject):
    """A `TextInserter`."""

    permission = None

    def __init__(self, keys: SystemKeys, parent: QObject, secrets: dict[str, bytes]) -> None:
        """`secrets`: formats that tell clipboard managers to leave it out."""
        super().__init__(parent)
        self._keys, self._secrets = keys, secrets
        self._loan = ClipboardLoan(self)
        self._loan.lost.connect(self._on_lost)
        self._let_go = self._timer(POLL_MS, self._begin_when_let_go, once=False)
        self._press_soon = self._timer(MANAGERS_MS, self._press_paste)
        self._untaken = self._timer(TAKEN_MS, self._on_untaken)
        self._quiet = self._timer(QUIET_MS, self._on_taken)
        self._request: InsertionRequest | None = None
        self._ended: InsertionEnded | None = None
        self._target, self._began, self._counts = InsertionPlace(), 0.0, False

    def _timer(self, milliseconds: int, slot: Callable[[], object], once: bool = True) -> QTimer:
        timer = QTimer(self, interval=milliseconds, singleShot=once)
        timer.timeout.connect(slot)
        return timer

    def place(self) -> InsertionPlace:
        return self._keys.place()

    def prepare(self) -> None:
        """Read what is on the clipboard."""
        if self._request is None:
            self._loan.keep(_MODES)

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self._stop()
        self._request, self._ended, self._began = request, ended, time.monotonic()
        self._let_go.start()

    def cancel(self) -> bool:
        taken = self._quiet.isActive()
        self._stop()
        self._loan.forget()
        self._request = self._ended = None
        return taken

    def can_undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return True

    def undo(self, place: InsertionPlace) -> bool:
        return place.is_same(self.place()) and self._keys.undo()

    def close(self) -> None:
        self.cancel()

    # The steps.

    def _begin_when_let_go(self) -> None:
        if self._keys.held() and time.monotonic() - self._began < LET_GO_SECONDS:
            return
        self._let_go.stop()
        request, place = self._request, self.place()
        if request is None:
            return
        if place.own or (request.place is not None and not place.is_same(request.place)):
            self._end(InsertionOutcome.MOVED)
            return
        self._target = place
        if request.typed:
            written = self._keys.write(f"{request.text}\n" if request.enter else request.text)
            self._end(InsertionOutcome.INSERTED if written else InsertionOutcome.UNAVAILABLE)
        elif self._loan.lend(request.text, _MODES, self._noticed):
            self._press_soon.start()
        else:
            self._end(InsertionOutcome.UNAVAILABLE)

    def _noticed(self, text: str) -> NoticedText:
        mime = NoticedText(text, self._on_read)
        for name, data in self._secrets.items():
            mime.setData(name, data)
        return mime

    def _press_paste(self) -> None:
        if not self._target.is_same(self.place()):
            self._end(InsertionOutcome.MOVED)
            return
        self._untaken.start()
        self._counts = True
        if not self._keys.paste():
            self._end(InsertionOutcome.UNAVAILABLE)

    def _on_read(self) -> None:
        if self._counts:
            self._untaken.stop()
            self._quiet.start()

    def _on_untaken(self) -> None:
        if self._ended is not None:
            self._ended(InsertionOutcome.NOT_TAKEN)

    def _on_lost(self) -> None:
        if not self._quiet.isActive():
            self._end(InsertionOutcome.NOT_TAKEN)

    def _on_taken(self) -> None:
        if self._request is not None and self._request.enter and self._target.is_same(self.place()):
            self._keys.enter()
        self._end(InsertionOutcome.INSERTED)

    def _end(self, outcome: InsertionOutcome) -> None:
        self._stop()
        ended, self._request, self._ended = self._ended, None, None
        if ended is not None:
            ended(outcome)

    def _stop(self) -> None:
        for timer in (self._let_go, self._press_soon, self._untaken, self._quiet):
            timer.stop()
        self._counts = False
        self._loan.give_back()
