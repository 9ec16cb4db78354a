"""A system that knows hotkeys by number, played by a table."""

from __future__ import annotations

import pytest

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.desktop.hotkeys.numbered import NumberedHotkeys
from fanlight.domain.desktop_errors import HotkeyTaken

SPACE, ESCAPE = Combination.parse("Ctrl+Alt+Space"), Combination.parse("Escape", alone=True)


class Table(NumberedHotkeys[str]):
    """`held` is what the system gave away, by number; `others` are combinations that other programs have."""

    def __init__(self, *others: Combination) -> None:
        super().__init__()
        self.others, self.held = others, dict[int, str]()

    def _register(self, number: int, combination: Combination) -> str:
        if combination in self.others or combination.shown in self.held.values():
            raise HotkeyTaken(combination.shown)
        assert number not in self.held
        self.held[number] = combination.shown
        return combination.shown

    def _release(self, number: int, handle: str) -> None:
        assert self.held.pop(number) == handle


def test_what_is_bound_is_told_and_can_be_let_go() -> None:
    way = Table()
    way.bind("shot", SPACE)
    way.bind("forget", ESCAPE)
    assert (way.trigger("shot"), way.trigger("forget"), way.trigger("talk")) == (SPACE.shown, ESCAPE.shown, "")
    way.unbind("shot")
    way.unbind("shot")
    assert list(way.held.values()) == [ESCAPE.shown]
    assert way.trigger("shot") == ""


def test_a_key_that_is_taken_is_refused_and_nothing_is_kept_of_it() -> None:
    way = Table(SPACE)
    with pytest.raises(HotkeyTaken):
        way.bind("shot", SPACE)
    assert way.trigger("shot") == ""
    way.bind("shot", ESCAPE)
    assert way.trigger("shot") == ESCAPE.shown


def test_looking_whether_a_key_is_free_leaves_it_free() -> None:
    way = Table(SPACE)
    assert not way.is_free(SPACE)
    assert way.is_free(ESCAPE)
    assert way.held == {}
    way.bind("forget", ESCAPE)
    assert not way.is_free(ESCAPE)


def test_closing_gives_all_back() -> None:
    way = Table()
    way.bind("shot", SPACE)
    way.bind("forget", ESCAPE)
    way.close()
    assert way.held == {}
