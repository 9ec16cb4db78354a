"""How often an encode checks whether it is to end."""

from __future__ import annotations

import pytest

from fanlight.domain.stop import StopFlag
from fanlight.engine.encode_stop import EncodeStop


class Computer:
    """Computes graphs of 1,000 nodes, each of which takes `seconds`."""

    def __init__(self, seconds: float, *, on_card: bool) -> None:
        self.seconds, self.now = seconds, 100.0
        self.stop = EncodeStop(on_card=on_card, clock=lambda: self.now)
        self.checks: list[float] = []
        """Times since the start."""

    def encode(self) -> bool:
        """Whether all was computed."""
        self.checks, start = [], self.now
        for _node in range(1_000):
            wanted = self.stop.on_node(None, True, None)
            self.now += self.seconds
            if wanted:
                self.checks.append(self.now - start)
                if not self.stop.on_node(None, False, None):
                    return False
        return True


def test_on_the_processor_every_second_node_is_followed_by_a_check() -> None:
    computer = Computer(0.00001, on_card=False)
    with computer.stop.stop_on(StopFlag()):
        assert computer.encode()
        assert computer.encode()
    assert len(computer.checks) == 500


def test_a_fast_card_is_seldom_waited_for() -> None:
    computer = Computer(0.00002, on_card=True)
    with computer.stop.stop_on(StopFlag()):
        for _again in range(3):
            assert computer.encode()
    assert len(computer.checks) <= 2


@pytest.mark.parametrize("seconds", [0.0005, 0.005, 0.05])
def test_a_slow_card_can_be_stopped_within_a_fifth_of_a_second(seconds: float) -> None:
    computer = Computer(seconds, on_card=True)
    with computer.stop.stop_on(StopFlag()):
        assert computer.encode()
        assert computer.encode()
    apart = [later - earlier for earlier, later in zip(computer.checks, computer.checks[1:], strict=False)]
    assert max(apart) <= 0.2


def test_the_flag_and_the_deadline_end_it() -> None:
    for on_card in (False, True):
        computer, flag = Computer(0.001, on_card=on_card), StopFlag()
        flag.set()
        with computer.stop.stop_on(flag):
            assert not computer.encode()
        assert computer.encode()
        with computer.stop.stop_at(computer.now + 0.5):
            assert not computer.encode()
        assert 0.5 <= computer.checks[-1] <= 0.7
