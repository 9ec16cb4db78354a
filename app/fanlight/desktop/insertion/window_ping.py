"""Whether an X11 program has handled what the server has told it up to now: it answers a ping of window managers
(EWMH 1.5, _NET_WM_PING), and answers in the order in which it is told."""

from __future__ import annotations

import struct
from collections.abc import Callable

from PySide6.QtCore import QTimer

from fanlight.desktop.x11_events import X11EventFilter
from fanlight.desktop.xcb import XcbConnection, words

LONGEST_MS = 1_000
"""A program that hangs does not answer; its keys wait for it in any case."""
_CLIENT_MESSAGE = 33
_FIRST_NUMBER = 0x46000000
"""In the place of a time: the window manager's own pings have other ones."""


class WindowPing(X11EventFilter):
    """One at a time."""

    code = _CLIENT_MESSAGE

    def __init__(self, connection: XcbConnection) -> None:
        super().__init__()
        self._connection = connection
        self._protocols, self._ping = connection.atoms("WM_PROTOCOLS", "_NET_WM_PING")
        self._number = _FIRST_NUMBER
        self._then: Callable[[], object] = lambda: None
        self._waits = False
        self._late = QTimer(interval=LONGEST_MS, singleShot=True)
        self._late.timeout.connect(self._end)

    def ping(self, window: int, then: Callable[[], object]) -> bool:
        """`then` is called when it has answered, or does not. False where it answers no pings."""
        self.stop()
        ((protocols,),) = self._connection.properties([window], "WM_PROTOCOLS")
        if self._ping not in words(protocols):
            return False
        self._number += 1
        self._then, self._waits = then, True
        self.start()
        self._late.start()
        self._connection.hear_messages_to_manager(True)
        self._connection.tell_window(window, "WM_PROTOCOLS", (self._ping, self._number, window))
        self._connection.flush()
        return True

    def stop(self) -> None:
        if self._waits:
            self._waits = False
            self._late.stop()
            super().stop()
            self._connection.hear_messages_to_manager(False)

    def on_event(self, data: bytes) -> None:
        kind, what, number = struct.unpack_from("=III", data, 8)
        if (kind, what, number) == (self._protocols, self._ping, self._number):
            QTimer.singleShot(0, self._late, lambda: self._end_of(number))  # not while Qt handles the event

    def _end_of(self, number: int) -> None:
        if number == self._number and self._waits:
            self._end()

    def _end(self) -> None:
        self.stop()
        self._then()
