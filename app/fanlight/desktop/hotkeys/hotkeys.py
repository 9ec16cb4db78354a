"""The keys that Fanlight hears from every program, by name, over the best way that works here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Qt, Signal

from fanlight.desktop.hotkeys import macos, null, portal, windows, x11
from fanlight.desktop.hotkeys.backend import HotkeyBackend, HotkeySession
from fanlight.desktop.hotkeys.combination import OFFERS, Combination
from fanlight.domain.errors import HotkeyError, HotkeyTaken, HotkeyUnavailable

log = logging.getLogger(__name__)

BACKENDS: tuple[HotkeyBackend, ...] = (portal, x11, windows, macos, null)
"""Best first; the last one is always available and hears nothing."""


class Hotkeys(QObject):
    """Lives on the GUI thread. `pressed` and `released` come in turn for each name, auto-repeat is filtered; a key that
    is unbound while it is held is released first. Slots run outside of the native event: they may do anything."""

    pressed = Signal(str)
    released = Signal(str)
    failed = Signal(str, object)
    """A name and the HotkeyError that came after `bind`: it is not bound any more."""
    tried = Signal(str, bool)
    """Down or up, while `trying`: for a test of the key, in place of `pressed` and `released`."""
    changed = Signal()
    """`way`, `backend`, what is bound or a trigger is another one now."""

    _arrived = Signal(str, bool)

    def __init__(self, parent: QObject | None = None, backends: Sequence[HotkeyBackend] = BACKENDS) -> None:
        super().__init__(parent)
        self._rest: Iterator[HotkeyBackend] = iter(backends)
        self._wanted: dict[str, Combination] = {}
        self._held: set[str] = set()
        self._told: set[str] = set()
        self._brief: set[str] = set()
        self._tried: set[str] = set()
        self.trying = False
        self._arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._listener = _Listener(self)
        self.backend, self._way = self._next()

    @property
    def way(self) -> str:
        return self._way.words

    @property
    def edits(self) -> bool:
        return self._way.edits

    @property
    def asks(self) -> bool:
        """Whether the desktop may ask the user when a key is bound: do it while our own window has the focus."""
        return self._way.asks

    def bind(self, name: str, combination: str, briefly: bool = False) -> None:
        """`name` is told from now on; what it was bound to before is let go. Raises HotkeyTaken, with an offer, and
        HotkeyUnavailable; then `name` is bound to nothing. `briefly`: a key alone, for seconds; nobody is told."""
        self.unbind(name)
        wanted = Combination.parse(combination, briefly)
        if wanted in self._wanted.values():
            raise HotkeyTaken(wanted.shown, "" if briefly else self._offer(), own=True)
        try:
            self._way.bind(name, wanted)
        except HotkeyTaken as taken:
            raise HotkeyTaken(wanted.shown, "" if briefly else self._offer()) from taken
        self._wanted[name] = wanted
        if briefly:
            self._brief.add(name)
        else:
            self.changed.emit()

    def unbind(self, name: str) -> None:
        """Other programs have the key again when this returns."""
        if self._wanted.pop(name, None) is None:
            return
        self._way.unbind(name)
        self._let_go(name)
        if name in self._brief:
            self._brief.discard(name)
        else:
            self.changed.emit()

    def bound(self, name: str) -> bool:
        return name in self._wanted

    def held(self, name: str) -> bool:
        """Whether the key is down, as far as was told."""
        return name in self._told

    def trigger(self, name: str) -> str:
        """What to press, for the user; "" where `name` is not bound or the desktop does not say."""
        return self._way.trigger(name) if name in self._wanted else ""

    def close(self) -> None:
        """No key is held by Fanlight when this returns. Nothing is heard any more."""
        for name in tuple(self._wanted):
            self.unbind(name)
        self._way.close()

    def _next(self) -> tuple[str, HotkeySession]:
        for backend in self._rest:
            if not backend.available():
                continue
            try:
                return backend.name, backend.start(self._listener)
            except HotkeyUnavailable as error:
                log.warning("hotkeys by %s: %s", backend.name, error)
        return null.name, null.start(self._listener)

    def _offer(self) -> str:
        """A combination that nobody holds; "" where there is none."""
        for text in OFFERS:
            candidate = Combination.parse(text)
            if candidate not in self._wanted.values() and self._way.free(candidate):
                return candidate.text
        return ""

    # What the way says.

    def hear(self, name: str, down: bool) -> None:
        if name not in self._wanted or (name in self._held) == down:
            return
        (self._held.add if down else self._held.discard)(name)
        self._arrived.emit(name, down)

    def refuse(self, name: str, error: HotkeyError) -> None:
        if self._wanted.pop(name, None) is None:
            return
        self._let_go(name)
        if isinstance(error, HotkeyTaken) and not error.offer:
            error = HotkeyTaken(error.combination, self._offer())
        self.failed.emit(name, error)
        self.changed.emit()

    def lose(self, error: HotkeyError) -> None:
        """The next way takes over what is bound."""
        log.warning("hotkeys by %s are lost: %s", self.backend, error)
        wanted, self._wanted = self._wanted, {}
        for name in wanted:
            self._let_go(name)
        self._way.close()
        self.backend, self._way = self._next()
        for name, combination in wanted.items():
            try:
                self.bind(name, combination.text)
            except HotkeyError as second:
                self.failed.emit(name, second)
        self.changed.emit()

    def _let_go(self, name: str) -> None:
        if name in self._held:
            self._held.discard(name)
            self._arrived.emit(name, False)

    def _tell(self, name: str, down: bool) -> None:
        if (self.trying and down) or name in self._tried:
            (self._tried.add if down else self._tried.discard)(name)
            self.tried.emit(name, down)
        elif down and name in self._wanted:
            self._told.add(name)
            self.pressed.emit(name)
        elif not down and name in self._told:
            self._told.discard(name)
            self.released.emit(name)


class _Listener:
    """The way's side of Hotkeys."""

    def __init__(self, hotkeys: Hotkeys) -> None:
        self._hotkeys = hotkeys

    def pressed(self, name: str) -> None:
        self._hotkeys.hear(name, True)

    def released(self, name: str) -> None:
        self._hotkeys.hear(name, False)

    def refused(self, name: str, error: HotkeyError) -> None:
        self._hotkeys.refuse(name, error)

    def lost(self, error: HotkeyError) -> None:
        self._hotkeys.lose(error)

    def changed(self) -> None:
        self._hotkeys.changed.emit()
