"""The global hotkeys, by name, over the best backend that works here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Qt, Signal

from fanlight.desktop.hotkeys import macos, null, portal, windows, x11
from fanlight.desktop.hotkeys.backend import HotkeyBackend, KeyBinder
from fanlight.desktop.hotkeys.combination import OFFERS, Combination
from fanlight.domain.desktop_errors import HotkeyError, HotkeyTaken, HotkeyUnavailable

log = logging.getLogger(__name__)

BACKENDS: tuple[HotkeyBackend, ...] = (portal, x11, windows, macos, null)
"""Best first; the last one is always available and binds nothing."""


class Hotkeys(QObject):
    """Lives on the GUI thread. `key_pressed` and `key_released` alternate for each name, auto-repeat is filtered; a key
    that is unbound while it is held is released first. They are emitted outside of the native event: slots may do
    anything."""

    key_pressed = Signal(str)
    key_released = Signal(str)
    binding_failed = Signal(str, object)
    """A name and the HotkeyError that came after `bind`: it is not bound any more."""
    test_key_changed = Signal(str, bool)
    """Down or up, while `is_testing`: in place of `key_pressed` and `key_released`."""
    changed = Signal()
    """`backend`, what is bound, or a trigger."""

    _key_changed = Signal(str, bool)

    def __init__(self, parent: QObject | None = None, backends: Sequence[HotkeyBackend] = BACKENDS) -> None:
        super().__init__(parent)
        self._rest: Iterator[HotkeyBackend] = iter(backends)
        self._wanted: dict[str, Combination] = {}
        self._down: set[str] = set()
        """As the backend reported it, perhaps within the present native event."""
        self._pressed: set[str] = set()
        """Those whose `key_pressed` was emitted last."""
        self._lent: set[str] = set()
        self._tested: set[str] = set()
        self.is_testing = False
        self._key_changed.connect(self._emit_key, Qt.ConnectionType.QueuedConnection)
        self.backend, self._binder = self._start_next()

    @property
    def lends_keys(self) -> bool:
        """Whether a key alone can be bound for seconds, without a question to the user."""
        return self.backend.lends_keys

    def bind(self, name: str, combination: str, *, lent: bool = False) -> None:
        """Report `name` from now on; its previous combination is unbound first. Raises HotkeyTaken, with an offer, and
        HotkeyUnavailable; then `name` is not bound. `lent`: for seconds, and Esc and Enter may be alone; `changed` is
        not emitted."""
        self.unbind(name)
        wanted = Combination.parse(combination, alone=lent)
        if wanted in self._wanted.values():
            raise HotkeyTaken(wanted.shown, "" if lent else self._offer(), own=True)
        try:
            self._binder.bind(name, wanted)
        except HotkeyTaken as taken:
            raise HotkeyTaken(wanted.shown, "" if lent else self._offer()) from taken
        self._wanted[name] = wanted
        if lent:
            self._lent.add(name)
        else:
            self.changed.emit()

    def unbind(self, name: str) -> None:
        """Other programs have the key again when this returns."""
        if self._wanted.pop(name, None) is None:
            return
        self._binder.unbind(name)
        self._release(name)
        if name in self._lent:
            self._lent.discard(name)
        else:
            self.changed.emit()

    def is_bound(self, name: str) -> bool:
        return name in self._wanted

    def is_pressed(self, name: str) -> bool:
        """Whether the key is down, as far as was reported."""
        return name in self._pressed

    def trigger(self, name: str) -> str:
        """What to press, for the user; "" where `name` is not bound or the desktop does not say."""
        return self._binder.trigger(name) if name in self._wanted else ""

    def close(self) -> None:
        """No key is held by Fanlight when this returns, and none is reported any more."""
        for name in tuple(self._wanted):
            self.unbind(name)
        self._binder.close()

    def _start_next(self) -> tuple[HotkeyBackend, KeyBinder]:
        for backend in self._rest:
            if not backend.is_available():
                continue
            try:
                return backend, backend.start(self)
            except HotkeyUnavailable as error:
                log.warning("hotkeys by %s: %s", backend.name, error)
        return null, null.start(self)

    def _offer(self) -> str:
        """A combination that no program holds; "" where there is none."""
        for text in OFFERS:
            candidate = Combination.parse(text)
            if candidate not in self._wanted.values() and self._binder.is_free(candidate):
                return candidate.text
        return ""

    # HotkeySink: what the backend reports.

    def on_key_down(self, name: str) -> None:
        if name in self._wanted and name not in self._down:
            self._down.add(name)
            self._key_changed.emit(name, True)

    def on_key_up(self, name: str) -> None:
        if name in self._wanted:
            self._release(name)

    def on_refused(self, name: str, error: HotkeyError) -> None:
        if self._wanted.pop(name, None) is None:
            return
        self._release(name)
        if isinstance(error, HotkeyTaken) and not error.offer:
            error = HotkeyTaken(error.combination, self._offer())
        self.binding_failed.emit(name, error)
        self.changed.emit()

    def on_backend_lost(self, error: HotkeyError) -> None:
        """The next backend takes over what is bound."""
        log.warning("hotkeys by %s are lost: %s", self.backend.name, error)
        wanted, self._wanted = self._wanted, {}
        for name in wanted:
            self._release(name)
        self._binder.close()
        self.backend, self._binder = self._start_next()
        for name, combination in wanted.items():
            try:
                self.bind(name, combination.text, lent=name in self._lent)
            except HotkeyError as second:
                self.binding_failed.emit(name, second)
        self.changed.emit()

    def on_trigger_changed(self) -> None:
        self.changed.emit()

    def _release(self, name: str) -> None:
        if name in self._down:
            self._down.discard(name)
            self._key_changed.emit(name, False)

    def _emit_key(self, name: str, down: bool) -> None:
        if (self.is_testing and down) or name in self._tested:
            (self._tested.add if down else self._tested.discard)(name)
            self.test_key_changed.emit(name, down)
        elif down and name in self._wanted:
            self._pressed.add(name)
            self.key_pressed.emit(name)
        elif not down and name in self._pressed:
            self._pressed.discard(name)
            self.key_released.emit(name)
