"""Which checkpoints are kept, and which of them is restored."""

from __future__ import annotations

import numpy as np
import pytest

from fanlight.engine import checkpoints
from fanlight.engine.checkpoints import Checkpoints
from fanlight.engine.sequence_state import SequenceState, StateBytes


class CountingState(SequenceState):
    """Copies of ten bytes; `accepted` is whether a copy can be put back."""

    def __init__(self) -> None:
        self.accepted, self.truncated = True, list[int]()

    def read(self, flags: int) -> StateBytes | None:
        return np.zeros(10, np.uint8)

    def write(self, state: StateBytes, flags: int) -> bool:
        return self.accepted

    def truncate(self, position: int) -> bool:
        self.truncated.append(position)
        return True


@pytest.fixture
def state() -> CountingState:
    return CountingState()


def test_the_first_and_the_last_are_kept(state: CountingState, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Checkpoints(state)
    monkeypatch.setattr(checkpoints, "_MOST", 4)
    for count in range(10, 70, 10):
        taken.take(count, count)
    assert [one.count for one in taken.copy()] == [10, 40, 50, 60]
    monkeypatch.setattr(checkpoints, "_BYTES", 30)
    taken.take(70, 70)
    assert [one.count for one in taken.copy()] == [10, 60, 70]
    assert taken.bytes == 30


def test_the_nearest_one_before_is_restored_and_later_ones_are_gone(state: CountingState) -> None:
    taken = Checkpoints(state)
    for count in (10, 20, 30):
        taken.take(count, 2 * count)
    assert taken.restore(25) == 20
    assert state.truncated == [40]
    assert taken.newest_count == 20
    taken.truncate(10)
    assert taken.newest_count == 10
    assert taken.restore(9) is None
    assert taken.newest_count == 0


def test_without_one_that_can_be_put_back_none_is_left(state: CountingState) -> None:
    taken = Checkpoints(state)
    taken.take(10, 10)
    state.accepted = False
    assert taken.restore(10) is None
    assert taken.copy() == ()
