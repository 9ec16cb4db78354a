"""What a hotkey backend is: a module that starts one `KeyBinder`, which reports to a `HotkeySink`."""

from __future__ import annotations

from typing import Protocol

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.desktop_errors import HotkeyError


class HotkeySink(Protocol):
    """Called on the GUI thread, perhaps from inside a native event filter: an implementation queues its reaction."""

    def on_key_down(self, name: str) -> None: ...
    def on_key_up(self, name: str) -> None: ...
    def on_refused(self, name: str, error: HotkeyError) -> None:
        """The binding failed after `KeyBinder.bind` had returned: `name` is not bound."""

    def on_backend_lost(self, error: HotkeyError) -> None:
        """This backend does not work here; the next one is tried."""

    def on_trigger_changed(self) -> None:
        """`KeyBinder.trigger` returns another text."""


class KeyBinder(Protocol):
    """A backend that was started."""

    def bind(self, name: str, combination: Combination) -> None:
        """Raises HotkeyTaken and HotkeyUnavailable. Never called twice for one name without `unbind`."""

    def unbind(self, name: str) -> None:
        """Takes effect at once; a key that is held is no longer reported."""

    def is_free(self, combination: Combination) -> bool:
        """Whether no program holds it, as far as can be known."""

    def trigger(self, name: str) -> str:
        """What to press, for the user; "" where that is not known."""

    def close(self) -> None: ...


class HotkeyBackend(Protocol):
    """`binds_keys`: whether a program can bind a key here at all. `picks_combination`: whether Fanlight chooses the
    combination; else the desktop does. `asks_permission`: whether `bind` may open the desktop's own question.
    `lends_keys`: whether a key alone can be bound for seconds, without a question to the user."""

    @property
    def name(self) -> str: ...
    @property
    def needs(self) -> str:
        """What to install or do, in a sentence; translate it with `_`."""

    @property
    def binds_keys(self) -> bool: ...
    @property
    def picks_combination(self) -> bool: ...
    @property
    def asks_permission(self) -> bool: ...
    @property
    def lends_keys(self) -> bool: ...

    def is_available(self) -> bool:
        """Cheap: does not wait for another program."""

    def describe(self, command: str) -> str:
        """For the user: how the key reaches Fanlight; where it cannot, how the desktop starts `command` by a key."""

    def start(self, sink: HotkeySink) -> KeyBinder:
        """Raises HotkeyUnavailable."""
