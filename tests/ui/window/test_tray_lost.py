"""The tray ends while the window is hidden: nothing runs that cannot be seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import FanlightError
from fanlight.settings import Settings
from fanlight.ui.window.tray import Tray, TrayState
from fanlight.ui.window.tray_controller import LOST_POLLS, MOST_POLLS, POLL_MS, TrayController
from support.timers import ManualClock

pytestmark = pytest.mark.gui


class Desktop:
    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.there, self.hidden = there, False
        self.asked = self.shown = 0
        monkeypatch.setattr(Tray, "available", lambda _tray: self._is_there())
        monkeypatch.setattr(Tray, "show", lambda _tray: self._show())
        self.clock = ManualClock()
        store = SettingsStore(Settings(), home / "settings.json")
        self.controller = TrayController(Tray(TrayState), store, lambda: self.hidden, make_timer=self.clock.timer)
        self.back: list[bool] = []
        self.problems: list[FanlightError] = []
        self.controller.window_wanted.connect(lambda: self.back.append(True))
        self.controller.problem.connect(self.problems.append)

    def _is_there(self) -> bool:
        self.asked += 1
        return self.there

    def _show(self) -> None:
        self.shown += 1


def test_a_hidden_window_comes_back_with_one_sentence(qapp: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop(home, monkeypatch, there=True)
    desktop.hidden, desktop.there = True, False
    desktop.clock.advance((LOST_POLLS - 1) * POLL_MS)
    assert desktop.back == [], "it may be restarting"
    desktop.clock.advance(POLL_MS)
    assert desktop.back == [True]
    assert [error.message.startswith("The desktop's tray is gone") for error in desktop.problems] == [True]
    desktop.hidden, desktop.there = False, True
    desktop.clock.advance(POLL_MS)
    assert desktop.shown == 2, "its icon is in the next one, too"
    assert len(desktop.problems) == 1


def test_a_tray_that_is_restarted_is_waited_for(qapp: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop(home, monkeypatch, there=True)
    desktop.hidden = True
    for there in (False, True, False, True):
        desktop.there = there
        desktop.clock.advance(POLL_MS)
    assert desktop.back == []


def test_while_the_window_is_on_view_the_tray_is_not_asked_for(
    qapp: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop(home, monkeypatch, there=True)
    before = desktop.asked
    desktop.clock.advance(100 * POLL_MS)
    assert desktop.asked == before


def test_where_there_never_was_a_tray_a_window_that_was_hidden_by_command_stays_so(
    qapp: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop(home, monkeypatch, there=False)
    desktop.hidden = True
    desktop.clock.advance((MOST_POLLS + 10) * POLL_MS)
    assert desktop.back == []
