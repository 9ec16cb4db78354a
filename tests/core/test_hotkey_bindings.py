"""A key that another program has: it is reported once, tried again, and the report ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanlight.core.hotkey_bindings import RETRY_MS, HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.desktop_errors import HotkeyTaken
from fanlight.domain.setting_values import SHOT_HOTKEY
from fanlight.settings import Settings
from support.hotkey_ways import PaperBackend
from support.timers import ManualClock


class Bound:
    def __init__(self, home: Path, **settings: Any) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.clock, self.backend = ManualClock(), PaperBackend(taken={SHOT_HOTKEY})
        self.store = SettingsStore(Settings(**settings), home / "settings.json")
        self.bindings = HotkeyBindings(self.store, Hotkeys(backends=(self.backend,)), make_timer=self.clock.timer)
        self.problems: list[HotkeyTaken] = []
        self.over: list[HotkeyTaken] = []
        self.bindings.problem.connect(self.problems.append)
        self.bindings.recovered.connect(self.over.append)
        self.bindings.start()

    @property
    def is_bound(self) -> bool:
        return self.bindings.hotkeys.is_bound("shot")


@pytest.fixture
def bound(qapp: Any, home: Path) -> Bound:
    return Bound(home)


def test_a_key_that_another_program_lets_go_is_bound_and_the_report_ends(bound: Bound) -> None:
    assert [error.combination for error in bound.problems] == [bound.problems[0].combination]
    assert "tries again" in bound.problems[0].text
    bound.clock.advance(5 * RETRY_MS)
    assert not bound.is_bound
    assert (len(bound.problems), bound.over) == (1, [])
    bound.backend.taken.clear()
    bound.clock.advance(RETRY_MS)
    assert bound.is_bound
    assert bound.over == bound.problems
    assert bound.bindings.error is None
    bound.clock.advance(5 * RETRY_MS)
    assert len(bound.over) == 1


def test_when_the_user_comes_to_the_window_it_is_tried_at_once(bound: Bound) -> None:
    bound.backend.taken.clear()
    bound.bindings.retry()
    assert bound.is_bound
    assert len(bound.over) == 1


def test_another_key_ends_the_report_too_and_is_reported_itself_where_it_is_taken(bound: Bound) -> None:
    bound.backend.taken.add("Ctrl+Alt+X")
    bound.store.choose(shot_hotkey="Ctrl+Alt+X")
    assert bound.over == bound.problems[:1]
    assert len(bound.problems) == 2
    bound.store.choose(shot_hotkey="Ctrl+Alt+S")
    assert bound.over == bound.problems
    assert bound.is_bound


def test_while_another_key_is_recorded_nothing_is_tried_and_the_report_stays(bound: Bound) -> None:
    bound.bindings.pause(True)
    bound.backend.taken.clear()
    bound.clock.advance(5 * RETRY_MS)
    bound.bindings.retry()
    assert not bound.is_bound
    assert bound.over == []
    bound.bindings.pause(False)
    assert bound.is_bound
    assert bound.over == bound.problems


def test_switched_off_it_is_no_problem_any_more(bound: Bound) -> None:
    bound.bindings.switch(False)
    assert bound.over == bound.problems
    bound.backend.taken.clear()
    bound.clock.advance(5 * RETRY_MS)
    assert not bound.is_bound


def test_a_key_that_fanlight_itself_uses_is_not_tried_again(qapp: Any, home: Path) -> None:
    bound = Bound(home)
    bound.backend.taken.clear()
    bound.bindings.hotkeys.bind("talk", "Ctrl+Alt+M")
    bound.store.choose(shot_hotkey="Ctrl+Alt+M")
    assert bound.bindings.error is not None
    assert "tries again" not in bound.bindings.error.text
