"""The keys of a quick panel that does not have the focus.

The program below keeps the keyboard focus, so the panel's keys are grabbed as global hotkeys, one by one; no other key
is read. A grabbed key cannot be typed into the program below, so the keys are held only while the user is likely to use
them: until the focus moves, the panel is pinned or typed into, `HOLD_MS` pass without a key of the panel, or it closes.
Esc is held longer than the letters: until the panel closes, unless the focus moves.

Refused: grabbing the whole keyboard (the user could not type at all), and reading every key and passing on those that
are not the panel's (Fanlight promises not to read other keys).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from fanlight.core.work.throttle import Timeout
from fanlight.desktop.focus import window_with_keyboard
from fanlight.domain.errors import FanlightError

log = logging.getLogger(__name__)

HOLD_MS = 20_000
FOCUS_POLL_MS = 100
PREFIX = "panel:"
ESCAPE = "Escape"


class KeyLender(Protocol):
    """What the panel needs of desktop.hotkeys.Hotkeys."""

    @property
    def key_pressed(self) -> SignalInstance: ...
    @property
    def lends_keys(self) -> bool: ...

    def bind(self, name: str, combination: str, *, lent: bool = False) -> None: ...

    def unbind(self, name: str) -> None: ...


class PanelKeys(QObject):
    key_pressed = Signal(str)
    """One of the keys: "e", "1", "Escape"."""
    changed = Signal()
    """`are_live`."""

    def __init__(
        self, lender: KeyLender | None, parent: QObject, focused_window: Callable[[], int] = window_with_keyboard
    ) -> None:
        super().__init__(parent)
        self._lender, self._focused_window = lender, focused_window
        self._held: set[str] = set()
        self._focus = 0
        self._hold_timer = Timeout(self, self._release_letters, HOLD_MS)
        self._focus_poll = QTimer(self, interval=FOCUS_POLL_MS)
        self._focus_poll.timeout.connect(self._check_focus)
        if lender is not None:
            lender.key_pressed.connect(self._on_key_pressed)

    @property
    def are_live(self) -> bool:
        """Whether keys besides Esc are held."""
        return bool(self._held - {ESCAPE})

    def hold(self, keys: Iterable[str]) -> None:
        """These and Esc, from now on. A key that another program holds is left to it."""
        if self._lender is None or not self._lender.lends_keys:
            return
        self._focus = self._focused_window()
        for key in (ESCAPE, *keys):
            if key not in self._held:
                try:
                    self._lender.bind(PREFIX + key, key.upper() if len(key) == 1 else key, lent=True)
                except FanlightError as error:
                    log.info("the panel goes without a key: %s", error)
                else:
                    self._held.add(key)
        self._hold_timer.start()
        self._focus_poll.start()
        self.changed.emit()

    def release(self, keep: Iterable[str] = ()) -> None:
        """The program below has its keys again when this returns."""
        kept = set(keep)
        self._hold_timer.cancel()
        for key in self._held - kept:
            if self._lender is not None:
                self._lender.unbind(PREFIX + key)
        self._held &= kept
        if not self._held:
            self._focus_poll.stop()
        self.changed.emit()

    def extend(self) -> None:
        """Restart the time for which the keys are held: the user is waiting for something."""
        if self.are_live:
            self._hold_timer.start()

    def _release_letters(self) -> None:
        self.release(keep=(ESCAPE,))

    def _check_focus(self) -> None:
        if self._focused_window() != self._focus:
            self.release()

    def _on_key_pressed(self, name: str) -> None:
        key = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and key in self._held:
            self.extend()
            self.key_pressed.emit(key)
