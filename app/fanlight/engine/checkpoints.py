"""Checkpoints: small copies of the state at places a conversation returns to, for a memory that cannot be rewound by
itself."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from fanlight.engine.sequence_state import PARTIAL, SequenceState, StateBytes

_BYTES = 512 * 2**20
_MOST = 24


@dataclass(frozen=True, slots=True)
class Checkpoint:
    count: int
    """Items in the cache when it was taken."""
    position: int
    state: StateBytes


class Checkpoints:
    """In the order of their places; at most `_MOST`, and `_BYTES` in total."""

    def __init__(self, state: SequenceState) -> None:
        self._state = state
        self._taken: list[Checkpoint] = []

    @property
    def newest_count(self) -> int:
        """Items before the last one; 0 where there is none."""
        return self._taken[-1].count if self._taken else 0

    @property
    def bytes(self) -> int:
        return size_bytes(self._taken)

    def take(self, count: int, position: int) -> None:
        """One behind `count` items, whose next position is `position`; none where the state cannot be read."""
        state = self._state.read(PARTIAL)
        if state is None:
            return
        self._taken.append(Checkpoint(count, position, state))
        while len(self._taken) > 2 and (len(self._taken) > _MOST or self.bytes > _BYTES):
            del self._taken[1]  # the first is the system prompt's, the last are the likeliest to be restored

    def restore(self, count: int) -> int | None:
        """Bring the memory to the last one behind at most `count` items; returns how many are before it. Those that
        cannot be restored are gone; None when none is left."""
        while self._taken:
            newest = self._taken[-1]
            if newest.count <= count and self._write(newest):
                return newest.count
            self._taken.pop()
        return None

    def truncate(self, count: int) -> None:
        """Drop those behind more than `count` items."""
        del self._taken[bisect_right(self._taken, count, key=lambda checkpoint: checkpoint.count) :]

    def copy(self) -> tuple[Checkpoint, ...]:
        return tuple(self._taken)

    def replace(self, taken: Iterable[Checkpoint]) -> None:
        self._taken = list(taken)

    def _write(self, checkpoint: Checkpoint) -> bool:
        return self._state.write(checkpoint.state, PARTIAL) and self._state.truncate(checkpoint.position)


def size_bytes(checkpoints: Iterable[Checkpoint]) -> int:
    """Of their states."""
    return sum(checkpoint.state.nbytes for checkpoint in checkpoints)
