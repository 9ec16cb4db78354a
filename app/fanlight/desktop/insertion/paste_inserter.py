"""Inserts text by a key that the system presses for Fanlight, where nobody says which program reads the clipboard
(Windows, macOS).

    insert -> (modifiers are up) -> the clipboard is lent -> the paste key -> somebody reads the text
           -> nobody reads it any more -> the clipboard is put back -> ended
"""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QClipboard

from fanlight.desktop.insertion import insertion_run
from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.clipboard_loan import ClipboardLoan
from fanlight.desktop.insertion.insertion_run import PasteRun
from fanlight.desktop.insertion.noticed_text import NoticedText

LET_GO_SECONDS, POLL_MS = 1.5, 15
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
        self._run = PasteRun(self, self)
        self._loan = ClipboardLoan(self)
        self._loan.lost.connect(self._run.on_lost)
        self._let_go = QTimer(self, interval=POLL_MS)
        self._let_go.timeout.connect(self._begin_when_let_go)
        self._target, self._began = InsertionPlace(), 0.0

    def place(self) -> InsertionPlace:
        return self._keys.place()

    def prepare(self) -> None:
        """Read what is on the clipboard."""
        if self._run.request is None:
            self._loan.keep(_MODES)

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self._run.begin(request, ended)
        self._began = time.monotonic()
        self._let_go.start()

    def cancel(self) -> bool:
        taken = self._run.cancel()
        self._loan.forget()
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
        request, place = self._run.request, self.place()
        if request is None:
            return
        if place.own or (request.place is not None and not place.is_same(request.place)):
            self._run.finish(InsertionOutcome.MOVED)
            return
        self._target = place
        if request.typed:
            written = self._keys.write(f"{request.text}\n" if request.enter else request.text)
            self._run.finish(InsertionOutcome.INSERTED if written else InsertionOutcome.UNAVAILABLE)
        elif self._loan.lend(request.text, _MODES, self._noticed):
            self._run.lent()
            self._run.press_soon(insertion_run.READERS_MS)
        else:
            self._run.finish(InsertionOutcome.UNAVAILABLE)

    def _noticed(self, text: str) -> NoticedText:
        mime = NoticedText(text, self._run.on_read)
        for name, data in self._secrets.items():
            mime.setData(name, data)
        return mime

    def press_paste(self) -> None:
        if not self._target.is_same(self.place()):
            self._run.finish(InsertionOutcome.MOVED)
        elif not self._keys.paste():
            self._run.finish(InsertionOutcome.UNAVAILABLE)

    def press_enter(self) -> None:
        if self._target.is_same(self.place()):
            self._keys.enter()

    def stop(self) -> None:
        self._let_go.stop()
        self._loan.give_back()
