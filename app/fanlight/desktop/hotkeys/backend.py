"""What a way to hear a key from any program is: a backend module opens one `HotkeySession`, which tells a
`HotkeyListener`."""

from __future__ import annotations

from typing import Protocol

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.errors import HotkeyError


class HotkeyListener(Protocol):
    """May be called from inside a native event: what hears it does not act before the event is over."""

    def pressed(self, name: str) -> None: ...
    def released(self, name: str) -> None: ...
    def refused(self, name: str, error: HotkeyError) -> None:
        """What `bind` could not know yet: `name` is not bound."""

    def lost(self, error: HotkeyError) -> None:
        """The whole way does not work here; the next one is tried."""

    def changed(self) -> None:
        """`trigger` says something else now."""


class HotkeySession(Protocol):
    @property
    def words(self) -> str:
        """For the user: how keys are heard."""

    @property
    def edits(self) -> bool:
        """Whether Fanlight chooses the combination; otherwise the desktop does."""

    @property
    def asks(self) -> bool:
        """Whether `bind` may open the desktop's own question."""

    def bind(self, name: str, combination: Combination) -> None:
        """Raises HotkeyTaken and HotkeyUnavailable. Never called twice for one name without `unbind`."""

    def unbind(self, name: str) -> None:
        """At once; a key that is held is not told any more."""

    def free(self, combination: Combination) -> bool:
        """Whether nobody holds it, as far as can be known."""

    def trigger(self, name: str) -> str:
        """What to press, in the user's words; "" where that is not known."""

    def close(self) -> None: ...


class HotkeyBackend(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def needs(self) -> str:
        """What to install or do, in a sentence."""

    def available(self) -> bool:
        """Cheap: no answer of another program is waited for."""

    def start(self, listener: HotkeyListener) -> HotkeySession:
        """Raises HotkeyUnavailable."""
