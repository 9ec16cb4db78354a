"""The keys of a quick panel that has no focus.

The program below keeps the keyboard, so the panel's keys come the way global hotkeys come: each key alone is held, no
other is read. What the panel holds the program below cannot be typed into, so it holds them only as long as the
user is surely about to use them: until the focus moves, the panel is pinned or typed into, an answer was read in peace
(`HOLD_MS` without a key of ours), or it closes. Esc is held a little longer than the letters: to the end of the panel,
as long as the focus did not move.

Not taken: grabbing the whole keyboard (the user could not type at all), and looking at every key and handing on what
is not ours (a program that promises to read no keys must not).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from fanlight.core.work.throttle import Timeout
from fanlight.desktop.focus import window_with_keyboard
from fanlight.domain.errors import FanlightError

log = logging.getLogger(__name__)

HOLD_MS = 20_000
LOOK_MS = 100
PREFIX = "panel:"
ESCAPE = "Escape"


class KeyHolder(Protocol):
    """What the panel needs of desktop.hotkeys.Hotkeys."""

    @property
    def key_pressed(self) -> SignalInstance: ...
    @property
    def lends_keys(self) -> bool: ...

    def bind(self, name: str, combination: str, *, lent: bool = False) -> None: ...

    def unbind(self, name: str) -> None: ...


class PanelKeys(QObject):
    pressed = Signal(str)
    """One of the keys: "e", "1", "Escape"."""
    changed = Signal()
    """`live` is another now."""

    def __init__(self, holder: KeyHolder | None, parent: QObject) -> None:
        super().__init__(parent)
        self._holder = holder
        self._held: set[str] = set()
        self._focus = 0
        self._until = Timeout(self, self._rest, HOLD_MS)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._watch)
        if holder is not None:
            holder.key_pressed.connect(self._hear)

    @property
    def live(self) -> bool:
        """Whether keys besides Esc are heard now."""
        return bool(self._held - {ESCAPE})

    def hold(self, keys: Iterable[str]) -> None:
        """These and Esc, from now on. A key that another program holds is left to it."""
        if self._holder is None or not self._holder.lends_keys:
            return
        self._focus = window_with_keyboard()
        for key in (ESCAPE, *keys):
            if key not in self._held:
                try:
                    self._holder.bind(PREFIX + key, key.upper() if len(key) == 1 else key, lent=True)
                except FanlightError as error:
                    log.info("the panel goes without a key: %s", error)
                else:
                    self._held.add(key)
        self._until.start()
        self._look.start()
        self.changed.emit()

    def let_go(self, keep: Iterable[str] = ()) -> None:
        """The program below has its keys again when this returns."""
        kept = set(keep)
        self._until.cancel()
        for key in self._held - kept:
            if self._holder is not None:
                self._holder.unbind(PREFIX + key)
        self._held &= kept
        if not self._held:
            self._look.stop()
        self.changed.emit()

    def wait(self) -> None:
        """Something is going on that the user waits for: the time to use the keys begins anew."""
        if self.live:
            self._until.start()

    def _rest(self) -> None:
        self.let_go(keep=(ESCAPE,))

    def _watch(self) -> None:
        if window_with_keyboard() != self._focus:
            self.let_go()

    def _hear(self, name: str) -> None:
        key = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and key in self._held:
            self.wait()
            self.pressed.emit(key)
