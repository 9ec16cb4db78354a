"""A way to hear keys without any keyboard: a test presses them."""

from __future__ import annotations

from dataclasses import dataclass, field

from fanlight.desktop.hotkeys.backend import HotkeyListener
from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.errors import HotkeyTaken, HotkeyUnavailable


@dataclass
class PaperWay:
    """`taken` are combinations that other programs hold."""

    listener: HotkeyListener
    taken: set[str] = field(default_factory=set)
    edits: bool = True
    asks: bool = False
    words: str = "Keys are pressed by the test."
    bound: dict[str, Combination] = field(default_factory=dict)
    closed: bool = False

    def bind(self, name: str, combination: Combination) -> None:
        if not self.free(combination):
            raise HotkeyTaken(combination.shown)
        self.bound[name] = combination

    def unbind(self, name: str) -> None:
        self.bound.pop(name, None)

    def free(self, combination: Combination) -> bool:
        return combination.text not in self.taken and combination not in self.bound.values()

    def trigger(self, name: str) -> str:
        return self.bound[name].shown

    def close(self) -> None:
        self.closed = True


@dataclass
class PaperBackend:
    """`ways` is every way that was started; `broken` makes the start fail."""

    name: str = "paper"
    needs: str = "Nothing."
    there: bool = True
    broken: bool = False
    taken: set[str] = field(default_factory=set)
    edits: bool = True
    asks: bool = False
    ways: list[PaperWay] = field(default_factory=list)

    @property
    def way(self) -> PaperWay:
        return self.ways[-1]

    def available(self) -> bool:
        return self.there

    def start(self, listener: HotkeyListener) -> PaperWay:
        if self.broken:
            raise HotkeyUnavailable("It does not work today.")
        self.ways.append(PaperWay(listener, self.taken, self.edits, self.asks))
        return self.way
