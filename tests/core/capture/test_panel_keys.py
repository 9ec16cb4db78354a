"""A panel's keys by a clock and a focus that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.capture.panel_keys import HOLD_MS, PanelKeys
from support.panels import FakeKeys
from support.timers import ManualClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    made = ManualClock()
    monkeypatch.setattr("fanlight.core.work.throttle.QtTimer", made.timer)
    return made


@pytest.fixture
def parent(qtbot: Any) -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()


def test_letters_are_given_back_after_a_while_and_esc_is_kept(clock: ManualClock, parent: QObject) -> None:
    lender = FakeKeys()
    keys = PanelKeys(lender, parent, lambda: 1)
    keys.hold("ed")
    assert set(lender.held.values()) == {"Escape", "E", "D"}
    clock.advance(HOLD_MS - 1)
    keys.extend()
    clock.advance(HOLD_MS - 1)
    assert keys.are_live
    clock.advance(1)
    assert set(lender.held.values()) == {"Escape"}
    assert not keys.are_live
    keys.release()
    assert not lender.held


def test_when_the_focus_moves_all_are_given_back(clock: ManualClock, parent: QObject) -> None:
    lender, focus = FakeKeys(), [1]
    keys = PanelKeys(lender, parent, lambda: focus[0])
    keys.hold("e")
    keys._check_focus()
    assert lender.held
    focus[0] = 2
    keys._check_focus()
    assert not lender.held


def test_only_keys_that_are_held_are_reported(clock: ManualClock, parent: QObject) -> None:
    lender = FakeKeys(taken=("D",))
    keys = PanelKeys(lender, parent, lambda: 1)
    pressed: list[str] = []
    keys.key_pressed.connect(pressed.append)
    keys.hold("ed")
    lender.press("E")
    lender.key_pressed.emit("panel:d")
    lender.key_pressed.emit("shot")
    assert pressed == ["e"]
    keys.release()
