"""Wayland compositors that let every program have the clipboard, a keyboard, and the list of windows: sway, Hyprland,
river, niri, labwc, Wayfire. Text is pasted; nothing needs to be installed.

insert -> the clipboard is lent -> nobody reads it at once any more -> the paste key -> a program asks for the text
       -> it asks for nothing more -> the clipboard is put back -> ended
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard

from fanlight.desktop.focus import FocusHolder
from fanlight.desktop.insertion import insertion_run
from fanlight.desktop.insertion.active_window import TOPLEVELS, ActiveWindow
from fanlight.desktop.insertion.backend import InsertionOutcome, InsertionPlace, InsertionRequest
from fanlight.desktop.insertion.blind_inserter import BlindInserter
from fanlight.desktop.insertion.data_control import DataControl, manager_of
from fanlight.desktop.insertion.insertion_run import PasteRun
from fanlight.desktop.insertion.programs import pastes_by_shift_insert, undoes_by_key
from fanlight.desktop.insertion.virtual_keyboard import (
    ENTER,
    KEYBOARDS,
    PASTE,
    PASTE_IN_TERMINALS,
    SEAT,
    UNDO,
    VirtualKeyboard,
)
from fanlight.desktop.session import is_wayland
from fanlight.desktop.wayland import WaylandConnection
from fanlight.i18n import N_, _

log = logging.getLogger(__name__)

name = "wlroots"
needs = N_("A compositor like sway, Hyprland, river, niri, or labwc.")
inserts, sees_focus, types_keys = True, True, False


def is_available() -> bool:
    """Asks the compositor, which answers at once."""
    if not is_wayland():
        return False
    try:
        connection = WaylandConnection()
    except OSError:
        return False
    connection.close()
    return bool(manager_of(connection)) and all(one in connection.offers for one in (TOPLEVELS, KEYBOARDS, SEAT))


def describe() -> str:
    return _(
        "The text is pasted, and what you had on the clipboard is put back. Under Wayland Fanlight shows no words "
        "while you speak."
    )


def start(parent: QObject) -> WlrootsInserter:
    return WlrootsInserter(parent)


class WlrootsInserter(BlindInserter):
    """A `TextInserter`. It sees who has the keyboard; that modifiers are still down does not matter: its own keyboard
    has none."""

    permission = None

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._run: PasteRun = PasteRun(self, self)
        self._let_go.setInterval(0)
        self._target, self._lent = InsertionPlace(), list[QClipboard.Mode]()
        self._connect()

    def _connect(self) -> None:
        """Raises OSError."""
        connection = self._connection = WaylandConnection(self)
        seat = connection.bound(SEAT, 1, lambda _event: None)
        self._windows = ActiveWindow(connection)
        self._keyboard = VirtualKeyboard(connection, seat)
        self._control = DataControl(connection, seat, self)
        for mode, selection in self._control.selections.items():
            selection.asked.connect(self._run.on_read)
            selection.lost.connect(lambda mode=mode: self._on_lost(mode))
        connection.closed.connect(lambda: self._run.finish(InsertionOutcome.UNAVAILABLE))

    def place(self) -> InsertionPlace:
        place = super().place()
        window = self._windows.now()
        if window is None:
            return place
        return InsertionPlace(FocusHolder(window.number, window.number), window.program, own=place.own)

    def prepare(self) -> None:
        """Read what is on the clipboard; programs get to know the keyboard."""
        self._keyboard.plug_in()
        for mode in _modes(self.place()):
            self._control.selections[mode].keep(lambda: None)

    def cancel(self) -> bool:
        return self._run.cancel()

    def can_undo(self, place: InsertionPlace) -> bool:
        return bool(place.program) and undoes_by_key(place.program)

    def undo(self, place: InsertionPlace) -> bool:
        if not self.can_undo(place) or not place.is_same(self.place()):
            return False
        self._run.drop()
        self._keyboard.press(UNDO)
        return True

    def close(self) -> None:
        self.cancel()
        self._control.close()
        self._keyboard.unplug()
        self._connection.close()

    # The steps.

    def _insert(self, request: InsertionRequest) -> None:
        self._target = self.place()
        if not self._connection.is_open:
            self._run.finish(InsertionOutcome.UNAVAILABLE)
        elif request.place is not None and not self._target.is_same(request.place):
            self._run.finish(InsertionOutcome.MOVED)
        else:
            self._lend_next(request, _modes(self._target))

    def _lend_next(self, request: InsertionRequest, modes: list[QClipboard.Mode]) -> None:
        if self._run.request is not request:
            return
        if modes:
            self._lent.append(modes[0])
            self._control.selections[modes[0]].lend(request.text, lambda: self._lend_next(request, modes[1:]))
        else:
            self._run.lent()
            self._run.press_soon(max(insertion_run.READERS_MS, self._keyboard.plug_in()))

    def press_paste(self) -> None:
        if not self._is_there():
            self._run.finish(InsertionOutcome.MOVED)
            return
        by_insert = pastes_by_shift_insert(self._target.program)
        self._keyboard.press(PASTE_IN_TERMINALS if by_insert else PASTE)

    def press_enter(self) -> None:
        if self._is_there():
            self._keyboard.press(ENTER)

    def _is_there(self) -> bool:
        return self._target.is_same(self.place())

    def _on_lost(self, mode: QClipboard.Mode) -> None:
        if mode in self._lent:
            self._lent.remove(mode)
            self._run.on_lost()

    def stop(self) -> None:
        self._let_go.stop()
        lent, self._lent = self._lent, []
        for mode in lent:
            self._control.selections[mode].give_back()


def _modes(place: InsertionPlace) -> list[QClipboard.Mode]:
    """Which selections the program there pastes."""
    modes = [QClipboard.Mode.Clipboard]
    return [*modes, QClipboard.Mode.Selection] if pastes_by_shift_insert(place.program) else modes
