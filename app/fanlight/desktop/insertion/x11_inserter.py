"""Inserts text into the X11 program that has the keyboard.

    insert -> (all keys are up) -> the clipboard is lent -> (the program has seen that) -> the paste key
           -> the program asks for the text -> it asks for nothing more -> the clipboard is put back -> ended

The program's requests are recognized by the window that asks: clipboard managers ask, too, and as soon as the clipboard
changes. Each window's id names the connection that made it, and the server names the process of a connection.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QClipboard

from fanlight.desktop.focus import focus_holder
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.insertion import insertion_run
from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.clipboard_loan import ClipboardLoan
from fanlight.desktop.insertion.insertion_run import PasteRun
from fanlight.desktop.insertion.key_sender import KeySender
from fanlight.desktop.insertion.key_typing import KeyTyping
from fanlight.desktop.insertion.programs import pastes_by_shift_insert, undoes_by_key
from fanlight.desktop.insertion.selection_requests import SelectionRequestWatch
from fanlight.desktop.insertion.window_ping import WindowPing
from fanlight.desktop.insertion.window_programs import process_of, program_name
from fanlight.desktop.xcb import FOCUS_UNDER_POINTER, XcbConnection

_POLL_MS, LET_GO_SECONDS, KEYS_UP_SECONDS = 15, 1.5, 10.0
"""The hotkey is mostly still down, and as long as it is, all keys go to Fanlight. Modifiers that stay down are released
for the user after a while."""
_SEEN_MS = 10
"""After the program has seen the new clipboard, and reads it or does not."""

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
        self._run = PasteRun(self, self, knows_reader=True)
        self._loan = ClipboardLoan(self)
        self._loan.lost.connect(self._run.on_lost)
        self._loan.copied.connect(self._run.on_kept)
        self._watch = SelectionRequestWatch(connection, self._on_asked)
        self._ping = WindowPing(connection)
        self._let_go = QTimer(self, interval=_POLL_MS)
        self._let_go.timeout.connect(self._begin_when_let_go)
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
        if self._run.request is None:
            self._loan.keep(_modes(self.place()))

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self._run.begin(request, ended)
        self._began = time.monotonic()
        self._let_go.start(0)

    def cancel(self) -> bool:
        taken = self._run.cancel()
        self._loan.forget()
        return taken

    def can_undo(self, place: InsertionPlace) -> bool:
        """On a keyboard without Latin letters no program knows Ctrl+Z."""
        try:
            return undoes_by_key(place.program) and self._sender.writes(_UNDO.key)
        except ConnectionError:
            return False

    def undo(self, place: InsertionPlace) -> bool:
        if not self.can_undo(place) or not place.is_same(self.place()):
            return False
        self._run.drop()
        self._undone_at, self._began = place, time.monotonic()
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
            self._run.finish(InsertionOutcome.UNAVAILABLE)

    def _begin(self) -> None:
        """Raises ConnectionError."""
        request, place = self._run.request, self.place()
        undone_at, self._undone_at = self._undone_at, None
        if undone_at is not None and place.is_same(undone_at):
            self._sender.press_combination(_UNDO)
        if request is None:
            return
        if place.own or (request.place is not None and not place.is_same(request.place)):
            self._run.finish(InsertionOutcome.MOVED)
            return
        self._target, self._process = place, place.process
        if request.typed:
            text = f"{request.text}\n" if request.enter else request.text
            self._typing = KeyTyping(self._connection, self._sender, text, self._on_typed, self._is_there, self)
        else:
            self._lend(request.text)

    def _lend(self, text: str) -> None:
        if not self._loan.lend(text, _modes(self._target)):
            self._run.finish(InsertionOutcome.UNAVAILABLE)
            return
        self._watch.start()
        self._run.lent()
        if not self._ping.ping(self._target.holder.active, lambda: self._run.press_soon(_SEEN_MS)):
            self._run.press_soon(insertion_run.READERS_MS)

    def press_paste(self) -> None:
        if not self._is_there():
            self._run.finish(InsertionOutcome.MOVED)
            return
        try:
            self._sender.release(self._sender.held_modifiers())
            by_insert = pastes_by_shift_insert(self._target.program) or not self._sender.writes(_PASTE.key)
            pressed = self._sender.press_combination(_PASTE_IN_TERMINALS if by_insert else _PASTE)
        except ConnectionError:
            pressed = False
        if not pressed:
            self._run.finish(InsertionOutcome.UNAVAILABLE)

    def _on_asked(self, window: int, content: bool) -> None:
        """Before Qt answers."""
        if self._is_target(window):
            if content:
                self._run.on_read()
            else:
                self._run.on_question()

    def _is_target(self, window: int) -> bool:
        holder = self._target.holder
        if any(self._connection.is_one_programs(window, one) for one in (holder.focused, holder.active)):
            return True
        return self._process != 0 and process_of(self._connection, window) == self._process

    def press_enter(self) -> None:
        try:
            if self._is_there():
                self._sender.press_combination(_ENTER)
        except ConnectionError:
            pass  # the text is there

    def _on_typed(self, worked: bool) -> None:
        self._typing = None
        failed = InsertionOutcome.UNAVAILABLE if self._is_there() else InsertionOutcome.MOVED
        self._run.finish(InsertionOutcome.INSERTED if worked else failed)

    def _is_there(self) -> bool:
        """Whether the keyboard is still where the text belongs."""
        return self._target.is_same(self.place())

    def stop(self) -> None:
        self._let_go.stop()
        self._watch.stop()
        self._ping.stop()
        self._undone_at = None
        if self._typing is not None:
            self._typing.stop()
            self._typing = None
        self._loan.give_back()


def _modes(place: InsertionPlace) -> list[QClipboard.Mode]:
    """Which selections the program there pastes."""
    modes = [QClipboard.Mode.Clipboard]
    return [*modes, QClipboard.Mode.Selection] if pastes_by_shift_insert(place.program) else modes
