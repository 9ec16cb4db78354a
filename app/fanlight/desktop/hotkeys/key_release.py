"""Keeps the keyboard grabbed until the keys that closed a window are up.

Esc, Enter or a letter closes an overlay or a panel while the key is still down. If the grab ended at once, the key's
auto-repeat and its release would go to the program below: into a text, or to a button that Enter presses.
"""

from __future__ import annotations

import logging
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer

from fanlight.desktop import xcb
from fanlight.desktop.hotkeys import x11

log = logging.getLogger(__name__)

POLL_MS = 8
LONGEST_SECONDS = 10.0
"""A key may be stuck, or something lies on it."""


class KeyReleaseGuard(QObject):
    """Works on X11 only; does nothing elsewhere. Polls the server for the keys that are down instead of waiting for
    events: a release can be lost."""

    def __init__(self, parent: QObject | None = None, connection: xcb.XcbConnection | None = None) -> None:
        super().__init__(parent)
        self._connection: xcb.XcbConnection | None = None
        self._modifiers: frozenset[int] = frozenset()
        if connection is not None:
            self._use(connection)
        self._keys: frozenset[int] = frozenset()
        self._until = 0.0
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.setTimerType(Qt.TimerType.PreciseTimer)
        self._poll.timeout.connect(self.poll)

    def hold_keyboard(self) -> bool:
        """Grab the whole keyboard until the keys that are down now are up; modifiers are not waited for, they produce
        no character. Whether it was grabbed: False, where no key is down, leaves the keyboard as it is."""
        connection = self._connected()
        if connection is None:
            return False
        keys = connection.keys_down().codes - self._modifiers
        if not keys or not connection.grab_keyboard():
            return False
        self._keys, self._until = keys, monotonic() + LONGEST_SECONDS
        self._poll.start()
        return True

    def abandon(self) -> None:
        """A window has grabbed the keyboard, or is about to: it is not released for these keys any more."""
        self._poll.stop()
        self._keys = frozenset()

    def release_keyboard(self) -> None:
        if self._poll.isActive() and self._connection is not None:
            self._connection.ungrab_keyboard()
        self.abandon()

    def poll(self) -> None:
        """Release the keyboard if its time has come; called every POLL_MS while it is held."""
        assert self._connection is not None
        down = self._connection.keys_down().codes - self._modifiers
        if late := monotonic() > self._until:
            log.warning("a key is down for %g s: the keyboard is let go", LONGEST_SECONDS)
        typed = down - self._keys  # another key is typed, which ends the repeat of the held one
        self._keys &= down
        if late or typed or not self._keys:
            self.release_keyboard()

    def _connected(self) -> xcb.XcbConnection | None:
        if self._connection is None and x11.is_available():
            try:
                self._use(xcb.qt_connection())
            except (OSError, ConnectionError) as error:
                log.warning("keys that are held cannot be seen: %s", error)
        return self._connection

    def _use(self, connection: xcb.XcbConnection) -> None:
        self._modifiers = frozenset(code for codes in connection.modifier_codes() for code in codes)
        self._connection = connection
