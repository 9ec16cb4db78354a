"""A limit of speed, the speed that is shown, and a connection that stalls; on a clock of the test's own."""

from __future__ import annotations

import pytest

from fanlight.fetch.pacing import BLOCK_BYTES, LEAST_BLOCK, Pacer, Speed, StallWatch


class Clock:
    """Time passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("limit", [1_000, 100_000, 5_000_000])
def test_a_limit_holds_over_time(clock: Clock, limit: int) -> None:
    pacer = Pacer(limit, clock, clock.sleep)
    sent = 0
    while sent < 20 * limit:
        count = pacer.block_bytes()
        pacer.wait_for(count)
        sent += count
    assert sent / (clock.now - 100.0) == pytest.approx(limit, rel=0.06)


def test_what_was_not_used_is_not_made_up_for(clock: Clock) -> None:
    pacer = Pacer(1000, clock, clock.sleep)
    clock.now += 3600
    start = clock.now
    for _unused in range(100):
        pacer.wait_for(100)
    assert clock.now - start > 8.9


def test_without_a_limit_nothing_waits(clock: Clock) -> None:
    pacer = Pacer(0, clock, clock.sleep)
    pacer.wait_for(10**9)
    assert clock.now == 100.0
    assert pacer.block_bytes() == BLOCK_BYTES


def test_a_limit_that_is_lifted_ends_the_wait(clock: Clock) -> None:
    pacer = Pacer(10, clock)

    def pause(seconds: float) -> None:
        clock.sleep(seconds)
        pacer.set_limit(0)

    pacer._pause = pause
    pacer.wait_for(10_000)
    assert clock.now < 101


def test_blocks_are_small_where_the_limit_is_low(clock: Clock) -> None:
    assert Pacer(100, clock).block_bytes() == LEAST_BLOCK
    assert Pacer(200_000, clock).block_bytes() == 20_000
    assert Pacer(10**9, clock).block_bytes() == BLOCK_BYTES


def test_the_speed_is_that_of_the_last_seconds(clock: Clock) -> None:
    speed = Speed(clock)
    assert speed.bytes_per_second == 0
    for _unused in range(20):
        clock.now += 1
        speed.add(1000)
    for _unused in range(10):
        clock.now += 1
        speed.add(50)
    assert speed.bytes_per_second == pytest.approx(50, rel=0.1)


@pytest.mark.parametrize(("each", "stalls"), [(0, True), (1, True), (99, True), (101, False), (10_000, False)])
def test_a_connection_stalls_below_its_least_speed(clock: Clock, each: int, stalls: bool) -> None:
    watch = StallWatch(10.0, 100.0, clock)
    seen = []
    for _unused in range(25):
        clock.now += 1
        seen.append(watch.is_stalled(each))
    assert any(seen) == stalls
    assert not any(seen[:9])  # it takes its time
