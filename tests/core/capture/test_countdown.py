"""The countdown by a clock that the test moves."""

from __future__ import annotations

from typing import Any

from fanlight.core.capture.countdown import Countdown


def test_each_second_is_shown_once_and_the_last_number_stays_until_stop(qtbot: Any) -> None:
    now = [100.0]
    countdown = Countdown(clock=lambda: now[0])
    shown: list[int] = []
    ends: list[bool] = []
    countdown.seconds_left_changed.connect(shown.append)
    countdown.finished.connect(lambda: ends.append(countdown.is_running))
    countdown.start(2.5)
    for seconds in (0.2, 0.3, 0.6, 0.6):
        now[0] += seconds
        countdown._count_down()
    assert shown == [3, 2, 1]
    now[0] += 1
    qtbot.waitUntil(lambda: ends == [False])
    assert shown == [3, 2, 1]
    countdown.stop()
    assert shown == [3, 2, 1, 0]


def test_stopping_ends_it_without_a_signal_of_its_end(qtbot: Any) -> None:
    countdown = Countdown()
    ends: list[None] = []
    countdown.finished.connect(lambda: ends.append(None))
    countdown.start(60)
    countdown.stop()
    assert not countdown.is_running
    assert ends == []
