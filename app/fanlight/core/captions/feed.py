"""Blocks of sound on their way from the thread that hears them to the speech thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from fanlight.audio.levels import measure_level
from fanlight.audio.loopback.backend import FORMAT

MOST_SECONDS = 60.0
"""Of sound that waits, while the user dictates or the computer is too slow; the oldest is lost then. 4 MB."""
SILENT_DBFS = -90.0
TAIL_SECONDS = 0.6
"""So long after Fanlight's voice has ended its sound may still be on its way."""
_BYTES_A_SECOND = 4 * FORMAT.rate * FORMAT.channels


@dataclass(frozen=True, slots=True)
class TimedBlock:
    """`at` is when it had arrived, in seconds of the feed's clock."""

    at: float
    data: bytes

    @property
    def seconds(self) -> float:
        return len(self.data) / _BYTES_A_SECOND


class CaptionFeed:
    """From any thread."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._blocks: deque[TimedBlock] = deque()
        self._waiting_seconds = 0.0
        self._is_muted, self._muted_until = False, 0.0
        self.last_sound_at = clock()
        """When it was last not silent."""
        self.lost_seconds = 0.0
        """Dropped since nobody took them."""

    def put(self, data: bytes) -> bool:
        """Whether nothing was waiting: somebody has to be told."""
        now = self._clock()
        if measure_level(data).peak > SILENT_DBFS:
            self.last_sound_at = now
        with self._lock:
            if self._is_muted or now < self._muted_until:
                data = bytes(len(data))
            was_empty = not self._blocks
            self._add(TimedBlock(now, data))
        return was_empty

    def take(self, most_seconds: float = MOST_SECONDS) -> list[TimedBlock]:
        """The oldest that wait, so many seconds of them at least while there are any."""
        taken, seconds = [], 0.0
        with self._lock:
            while self._blocks and seconds < most_seconds:
                taken.append(self._blocks.popleft())
                seconds += taken[-1].seconds
            self._waiting_seconds -= seconds
        return taken

    @property
    def is_empty(self) -> bool:
        return not self._blocks

    def mute(self, on: bool) -> None:
        """Fanlight itself speaks: what is played meanwhile counts as silence, so that the time goes on."""
        with self._lock:
            if self._is_muted and not on:
                self._muted_until = self._clock() + TAIL_SECONDS
            self._is_muted = on

    def _add(self, block: TimedBlock) -> None:
        self._blocks.append(block)
        self._waiting_seconds += block.seconds
        while self._waiting_seconds > MOST_SECONDS:
            lost = self._blocks.popleft().seconds
            self._waiting_seconds -= lost
            self.lost_seconds += lost
