"""Inserts text into the X11 program that has the keyboard.

    insert -> (all keys are up) -> the clipboard is lent, the paste key pressed -> the program asks for the text
           -> it asks for nothing more -> the clipboard is put back -> ended

A program that hangs, and asks later, must not get what was on the clipboard before: the text stays there until it asks,
or until this is given up.

The program's requests are recognized by the window that asks: clipboard managers ask, too, and as soon as the clipboard
changes. Each window's id names the connection that made it, and the server names the process of a connection.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QClipboard

from fanlight.desktop.focus import focus_holder
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.clipboard_loan import ClipboardLoan
from fanlight.desktop.insertion.key_sender import KeySender
from fanlight.desktop.insertion.key_typing import KeyTyping
from fanlight.desktop.insertion.programs import pastes_by_shift_insert, undoes_by_key
from fanlight.desktop.insertion.selection_requests import SelectionRequestWatch
from fanlight.desktop.insertion.window_programs import process_of, program_name
from fanlight.desktop.xcb import FOCUS_UNDER_POINTER, XcbConnection

_POLL_MS, LET_GO_SECONDS, KEYS_UP_SECONDS = 15, 1.5, 10.0
"""The hotkey is mostly still down, and as long as it is, all keys go to Fanlight. Modifiers that stay down are released
for the user after a while."""
TAKEN_MS = 5_000
"""A program that does not ask for the text in this time takes no paste here, or hangs."""
QUIET_MS = 300
"""Some programs ask several times: this long after the last request the clipboard is not needed any more. Chromium on a
busy computer asks for the text, 55 ms later what there is, and after that for the text that it pastes."""

_NONE = Qt.KeyboardModifier.NoModifier
_PASTE = Combination(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
_PASTE_IN_TERMINALS = Combination(Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier)
_UNDO = Combination(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
_ENTER = Combination(Qt.Key.Key_Return, _NONE)


class X11Inserter(QObject):
    """A `TextInserter`."""

    permission = None

    def __init__(self, connection: XcbConnection, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._sender = KeySender(connection)
        self._loan = ClipboardLoan(self)
        self._loan.lost.connect(self._on_lost)
        self._watch = SelectionRequestWatch(connection, self._on_asked)
        self._let_go = QTimer(self, interval=_POLL_MS)
        self._let_go.timeout.connect(self._begin_when_let_go)
        self._untaken = QTimer(self, interval=TAKEN_MS, singleShot=True)
        self._untaken.timeout.connect(self._on_untaken)
        self._quiet = QTimer(self, interval=QUIET_MS, singleShot=True)
        self._quiet.timeout.connect(self._on_taken)
        self._request: InsertionRequest | None = None
        self._ended: InsertionEnded | None = None
        self._typing: KeyTyping | None = None
        self._undone_at: InsertionPlace | None = None
        """Where undo is to be pressed as soon as all keys are up."""
        self._target, self._process, self._began = InsertionPlace(), 0, 0.0

    def place(self) -> InsertionPlace:
        holder = focus_holder()
        windows = [window for window in (holder.active, holder.focused) if window > FOCUS_UNDER_POINTER]
        own = any(self._connection.is_own(window) for window in windows)
        box = self._connection.box(windows[0]) if windows else None
        process = process_of(self._connection, windows[-1]) if windows and not own else 0
        return InsertionPlace(holder, program_name(self._connection, *windows), box, own, process)

    def prepare(self) -> None:
        """Read what is on the clipboard."""
        if self._request is None:
            self._loan.keep(_modes(self.place()))

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self._stop()
        self._request, self._ended, self._began = request, ended, time.monotonic()
        self._let_go.start(0)

    def cancel(self) -> bool:
        taken = self._quiet.isActive()
        self._stop()
        self._loan.forget()
        self._request = self._ended = None
        return taken

    def can_undo(self, place: InsertionPlace) -> bool:
        return undoes_by_key(place.program)

    def undo(self, place: InsertionPlace) -> bool:
        if not self.can_undo(place) or not place.is_same(self.place()):
            return False
        self._stop()
        self._request, self._undone_at, self._began = None, place, time.monotonic()
        self._let_go.start(0)  # Esc is down still
        return True

    def close(self) -> None:
        self.cancel()

    # The steps.

    def _begin_when_let_go(self) -> None:
        self._let_go.setInterval(_POLL_MS)
        try:
            modifiers = self._sender.held_modifiers()
            others = self._sender.held_keys() - modifiers
            waited = time.monotonic() - self._began
            if (others and waited < KEYS_UP_SECONDS) or (modifiers and waited < LET_GO_SECONDS):
                return
            self._let_go.stop()
            self._sender.release(modifiers)
            self._begin()
        except ConnectionError:
            self._end(InsertionOutcome.UNAVAILABLE)

    def _begin(self) -> None:
        """Raises ConnectionError."""
        request, place = self._request, self.place()
        undone_at, self._undone_at = self._undone_at, None
        if undone_at is not None and place.is_same(undone_at):
            self._sender.press_combination(_UNDO)
        if request is None:
            return
        if place.own or (request.place is not None and not place.is_same(request.place)):
            self._end(InsertionOutcome.MOVED)
            return
        self._target, self._process = place, place.process
        if request.typed:
            text = f"{request.text}\n" if request.enter else request.text
            self._typing = KeyTyping(self._connection, self._sender, text, self._on_typed, self._is_there, self)
        else:
            self._paste(request.text)

    def _paste(self, text: str) -> None:
        """Raises ConnectionError."""
        by_insert = pastes_by_shift_insert(self._target.program) or not self._sender.writes(_PASTE.key)
        if not self._loan.lend(text, _modes(self._target)):
            self._end(InsertionOutcome.UNAVAILABLE)
            return
        self._watch.start()
        self._untaken.start()
        if not self._sender.press_combination(_PASTE_IN_TERMINALS if by_insert else _PASTE):
            self._end(InsertionOutcome.UNAVAILABLE)

    def _on_asked(self, window: int, content: bool) -> None:
        """Before Qt answers. Who asks what there is, after the text, has not done."""
        if (content or self._quiet.isActive()) and self._is_target(window):
            self._untaken.stop()
            self._quiet.start()

    def _on_untaken(self) -> None:
        if self._ended is not None:
            self._ended(InsertionOutcome.NOT_TAKEN)

    def _on_lost(self) -> None:
        """The program, if it has not asked yet, pastes something else."""
        if not self._quiet.isActive():
            self._end(InsertionOutcome.NOT_TAKEN)

    def _is_target(self, window: int) -> bool:
        holder = self._target.holder
        if any(self._connection.is_one_programs(window, one) for one in (holder.focused, holder.active)):
            return True
        return self._process != 0 and process_of(self._connection, window) == self._process

    def _on_taken(self) -> None:
        enter = self._request is not None and self._request.enter
        try:
            if enter and self._target.is_same(self.place()):
                self._sender.press_combination(_ENTER)
        except ConnectionError:
            pass  # the text is there
        self._end(InsertionOutcome.INSERTED)

    def _on_typed(self, worked: bool) -> None:
        self._typing = None
        failed = InsertionOutcome.UNAVAILABLE if self._is_there() else InsertionOutcome.MOVED
        self._end(InsertionOutcome.INSERTED if worked else failed)

    def _is_there(self) -> bool:
        """Whether the keyboard is still where the text belongs."""
        return self._target.is_same(self.place())

    def _end(self, outcome: InsertionOutcome) -> None:
        self._stop()
        ended, self._request, self._ended = self._ended, None, None
        if ended is not None:
            ended(outcome)

    def _stop(self) -> None:
        for timer in (self._let_go, self._untaken, self._quiet):
            timer.stop()
        self._watch.stop()
        self._undone_at = None
        if self._typing is not None:
            self._typing.stop()
            self._typing = None
        self._loan.give_back()


def _modes(place: InsertionPlace) -> list[QClipboard.Mode]:
    """Which selections the program there pastes."""
    modes = [QClipboard.Mode.Clipboard]
    return [*modes, QClipboard.Mode.Selection] if pastes_by_shift_insert(place.program) else modes
