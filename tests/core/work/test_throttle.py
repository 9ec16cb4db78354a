"""Delayed calls: one of many requests, one after the last, one after a while."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.work import throttle
from fanlight.core.work.throttle import Debounce, Throttle, Timeout
from support.timers import ManualClock


class Calls:
    """The moments at which it was called."""

    def __init__(self) -> None:
        self.clock, self.at = ManualClock(), list[int]()

    def __call__(self) -> None:
        self.at.append(self.clock.now)


def test_a_throttle_makes_one_call_of_many_requests_and_keeps_its_pace() -> None:
    calls, parent = Calls(), QObject()
    frame = Throttle(parent, calls, 33, calls.clock.timer)
    for _ in range(10):  # one every 10 ms
        frame.request()
        assert frame.pending
        calls.clock.advance(10)
    calls.clock.advance(100)
    assert calls.at == [33, 73, 113]
    assert not frame.pending


def test_a_debounce_waits_for_the_last_request() -> None:
    calls, parent = Calls(), QObject()
    typed = Debounce(parent, calls, 400, calls.clock.timer)
    for _ in range(5):
        typed.request()
        calls.clock.advance(300)
    calls.clock.advance(500)
    assert calls.at == [1600]


def test_a_timeout_can_be_another_one_once_and_starts_again() -> None:
    calls, parent = Calls(), QObject()
    late = Timeout(parent, calls, 100, calls.clock.timer)
    calls.clock.advance(500)
    late.start()
    calls.clock.advance(50)
    late.start(200)
    calls.clock.advance(500)
    late.start()
    calls.clock.advance(500)
    assert calls.at == [750, 1150]


def test_what_is_canceled_is_not_called() -> None:
    calls, parent = Calls(), QObject()
    for one in (Throttle, Debounce):
        delayed = one(parent, calls, 10, calls.clock.timer)
        delayed.request()
        delayed.cancel()
        assert not delayed.pending
    calls.clock.advance(100)
    assert calls.at == []


def test_a_call_may_request_the_next() -> None:
    calls, parent = Calls(), QObject()

    def again() -> None:
        calls()
        if len(calls.at) < 3:
            frame.request()

    frame = Throttle(parent, again, 20, calls.clock.timer)
    frame.request()
    calls.clock.advance(100)
    assert calls.at == [20, 40, 60]


def test_without_a_clock_the_event_loop_calls_and_not_after_the_parents_end(qtbot: Any) -> None:
    made: list[str] = []
    parent, gone = QObject(), QObject()
    Throttle(gone, lambda: made.append("gone"), 0).request()
    gone.deleteLater()
    frame = Throttle(parent, lambda: made.append("frame"), 5)
    frame.request()
    qtbot.waitUntil(lambda: made == ["frame"])


def test_the_timer_can_be_replaced_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, parent = Calls(), QObject()
    monkeypatch.setattr(throttle, "QtTimer", calls.clock.timer)
    Debounce(parent, calls, 10).request()
    calls.clock.advance(10)
    assert calls.at == [10]
