"""Reads and replaces what is selected in the X11 program that has the keyboard.

    read -> it owns the primary selection: that is the text
         -> else, and where it is no terminal, it is asked to copy
    replace -> it has the keyboard again -> it is asked to copy: the same text -> the new text is pasted

A program may keep the primary selection after nothing is selected any more: only what it copies is selected still. A
password field copies nothing.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

from fanlight.desktop.insertion import InsertionOutcome, InsertionPlace, InsertionRequest, TextInserter
from fanlight.desktop.insertion.key_sender import KeySender
from fanlight.desktop.insertion.programs import pastes_by_shift_insert
from fanlight.desktop.insertion.window_programs import process_of
from fanlight.desktop.selected_text.backend import ReplaceEnded, ReplaceOutcome, SelectedText, SelectionRead
from fanlight.desktop.selected_text.checking import checked_text
from fanlight.desktop.selected_text.key_copy import KeyCopy
from fanlight.desktop.xcb import FOCUS_UNDER_POINTER, XcbConnection
from fanlight.domain.desktop_errors import SelectionError
from fanlight.domain.selected_text import same_text

_POLL_MS, BACK_SECONDS = 15, 2.0
"""Until the window manager has given the keyboard back."""


class X11Selection(QObject):
    """A `SelectionAccess`."""

    def __init__(self, connection: XcbConnection, inserter: TextInserter, parent: QObject) -> None:
        super().__init__(parent)
        self._connection, self._inserter = connection, inserter
        self._copy = KeyCopy(KeySender(connection), self)
        self._selected, self._text = SelectedText(""), ""
        self._then: SelectionRead | None = None
        self._ended: ReplaceEnded | None = None
        self._began = 0.0
        self._back = QTimer(self, interval=_POLL_MS)
        self._back.timeout.connect(self._go_on_when_back)

    def read(self, then: SelectionRead) -> None:
        self.cancel()
        self._then = then
        place = self._inserter.place()
        if self._owns_primary(place):
            text = QGuiApplication.clipboard().text(QClipboard.Mode.Selection)
            QTimer.singleShot(0, self, lambda: self._tell(then, text, place))
        elif self._can_copy(place):
            self._copy.copy(lambda: place.is_same(self._inserter.place()), lambda text: self._tell(then, text, place))
        else:
            QTimer.singleShot(0, self, lambda: self._tell(then, "", place))

    def replace(self, selected: SelectedText, text: str, ended: ReplaceEnded) -> None:
        self.cancel()
        self._selected, self._text, self._ended, self._began = selected, text, ended, time.monotonic()
        self._back.start()

    def cancel(self) -> None:
        self._then = self._ended = None
        self._back.stop()
        self._copy.cancel()
        self._inserter.cancel()

    def close(self) -> None:
        self.cancel()

    # Reading.

    def _owns_primary(self, place: InsertionPlace) -> bool:
        owner = self._connection.selection_owner("PRIMARY")
        windows = [one for one in (place.holder.focused, place.holder.active) if one > FOCUS_UNDER_POINTER]
        if not owner or not windows:
            return False
        if any(self._connection.is_one_programs(owner, window) for window in windows):
            return True
        process = process_of(self._connection, windows[0])
        return process != 0 and process_of(self._connection, owner) == process

    def _can_copy(self, place: InsertionPlace) -> bool:
        return place.holder.focused > FOCUS_UNDER_POINTER and _can_replace(place)

    def _tell(self, then: SelectionRead, text: str | None, place: InsertionPlace) -> None:
        if then is not self._then:
            return
        self._then = None
        try:
            found = SelectedText(checked_text(text or ""), place, _can_replace(place))
        except SelectionError as error:
            then(error)
        else:
            then(found)

    # Replacing.

    def _go_on_when_back(self) -> None:
        if not self._is_back():
            if time.monotonic() - self._began > BACK_SECONDS:
                self._end(ReplaceOutcome.MOVED)
            return
        self._back.stop()
        if _can_replace(self._selected.place):
            self._copy.copy(self._is_back, self._on_copied)
        else:
            self._end(ReplaceOutcome.NOT_TAKEN)

    def _is_back(self) -> bool:
        """A window's own parts may hold the focus in turn; which of them has the text is seen by what it copies."""
        here = self._inserter.place()
        if here.own:
            return False
        now, was = here.holder, self._selected.place.holder
        same_window = now.active == was.active and was.active > FOCUS_UNDER_POINTER
        return same_window or (now.focused == was.focused and was.focused > FOCUS_UNDER_POINTER)

    def _on_copied(self, copied: str | None) -> None:
        if not self._is_back():
            self._end(ReplaceOutcome.MOVED)
        elif copied is None or not same_text(copied, self._selected.text):
            self._end(ReplaceOutcome.UNSELECTED)
        else:
            self._inserter.insert(InsertionRequest(self._text, self._inserter.place()), self._on_inserted)

    def _on_inserted(self, outcome: InsertionOutcome) -> None:
        match outcome:
            case InsertionOutcome.INSERTED:
                self._end(ReplaceOutcome.REPLACED)
            case InsertionOutcome.MOVED:
                self._end(ReplaceOutcome.MOVED)
            case _:
                self._inserter.cancel()
                self._end(ReplaceOutcome.NOT_TAKEN)

    def _end(self, outcome: ReplaceOutcome) -> None:
        ended, self._ended = self._ended, None
        self._back.stop()
        if ended is not None:
            ended(outcome)


def _can_replace(place: InsertionPlace) -> bool:
    return not place.own and not pastes_by_shift_insert(place.program)
