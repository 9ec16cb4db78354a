"""A way to hear keys without any keyboard: a test presses them."""

from __future__ import annotations

from dataclasses import dataclass, field

from fanlight.desktop.hotkeys.backend import HotkeySink
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.desktop_errors import HotkeyTaken, HotkeyUnavailable


@dataclass
class PaperBinder:
    """`taken` are combinations that other programs hold."""

    sink: HotkeySink
    taken: set[str] = field(default_factory=set)
    bound: dict[str, Combination] = field(default_factory=dict)
    closed: bool = False

    def bind(self, name: str, combination: Combination) -> None:
        if not self.is_free(combination):
            raise HotkeyTaken(combination.shown)
        self.bound[name] = combination

    def unbind(self, name: str) -> None:
        self.bound.pop(name, None)

    def is_free(self, combination: Combination) -> bool:
        return combination.text not in self.taken and combination not in self.bound.values()

    def trigger(self, name: str) -> str:
        return self.bound[name].shown

    def close(self) -> None:
        self.closed = True


@dataclass
class PaperBackend:
    """`binders` is every one that was started; `broken` makes the start fail."""

    name: str = "paper"
    needs: str = "Nothing."
    there: bool = True
    broken: bool = False
    taken: set[str] = field(default_factory=set)
    binds_keys: bool = True
    picks_combination: bool = True
    asks_permission: bool = False
    lends_keys: bool = True
    binders: list[PaperBinder] = field(default_factory=list)

    @property
    def binder(self) -> PaperBinder:
        return self.binders[-1]

    def is_available(self) -> bool:
        return self.there

    def describe(self, command: str) -> str:
        return "Keys are pressed by the test."

    def start(self, sink: HotkeySink) -> PaperBinder:
        if self.broken:
            raise HotkeyUnavailable("It does not work today.")
        self.binders.append(PaperBinder(sink, self.taken))
        return self.binder
