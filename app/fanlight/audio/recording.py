"""One hold of the key, as far as its sound goes: what came, when it is enough, and what is odd about it. No thread, no
device, no clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fanlight.audio.levels import level
from fanlight.domain.audio import (
    SILENT_DBFS,
    RecordingEnded,
    RecordingEvent,
    RecordingMark,
    RecordingStarted,
    SoundFormat,
    Why,
)

LEVEL_SECONDS = 1 / 30


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """In seconds. `post_roll` is recorded past the release, so that the last syllable is there; what a device sends
    late may come `late` after that."""

    first_block: float = 4.0
    post_roll: float = 0.3
    late: float = 1.0
    stall: float = 3.0
    longest: float = 1800.0


class RecordingBuffer:
    """`take` gets the blocks and marks in order, `hear` what happened. Times are those of one clock, in seconds."""

    def __init__(
        self,
        arrives_as: SoundFormat,
        take: Callable[[bytes | RecordingMark], object],
        hear: Callable[[RecordingEvent], object],
        wanted_at: float,
        patience: RecordingLimits,
    ) -> None:
        self._take, self._hear, self._patience = take, hear, patience
        self._bytes_a_second = 4 * arrives_as.rate * arrives_as.channels
        self._wanted_at = wanted_at
        self._opened_at: float | None = None
        self._first_at: float | None = None
        self._last_at = 0.0
        self._bytes = 0
        self._anchor = (0.0, 0.0)  # a time, and the seconds of sound that had come by then
        self._released_at: float | None = None
        self._level_at = 0.0
        self._loudest = SILENT_DBFS
        self._lost = 0.0

    @property
    def began(self) -> bool:
        return self._first_at is not None

    @property
    def seconds(self) -> float:
        return self._bytes / self._bytes_a_second

    def open(self, now: float) -> None:
        """The device runs."""
        self._opened_at = now

    def block(self, data: bytes, lost: bool, now: float) -> None:
        if self._first_at is None:
            self._first_at = now
            self._anchor = now, len(data) / self._bytes_a_second
            self._hear(RecordingStarted(now - self._wanted_at))
        self._bytes += len(data)
        self._last_at = now
        if lost:
            self._lost += max(0.0, self._due(now) - self.seconds)
            self._anchor = now, self.seconds
        self._take(data)
        if now - self._level_at >= LEVEL_SECONDS:
            self._level_at = now
            heard = level(data)
            self._loudest = max(self._loudest, heard.dbfs)
            self._hear(heard)

    def release(self, now: float) -> None:
        if self._released_at is None:
            self._released_at = now
            self._take(RecordingMark.RELEASED)

    def go_on(self) -> None:
        """The key is down again before all was over: one hold."""
        self._released_at = None

    def over(self, now: float) -> Why | None:
        """Why it ends now, if it does."""
        patience = self._patience
        if self._first_at is None:
            waits_since = self._wanted_at if self._opened_at is None else self._opened_at
            return "stalled" if now - waits_since >= patience.first_block else None
        if self._released_at is not None:
            until = max(self._released_at, self._first_at) + patience.post_roll
            if now >= until and (self.seconds >= self._due(until) - 0.1 or now >= until + patience.late):
                return "released"
        if now - self._last_at >= patience.stall:
            return "stalled"
        return "limit" if self.seconds >= patience.longest else None

    def ended(self, why: Why) -> None:
        """Says so, to both; first to the one who shows it, for the other is quick to have the last words."""
        whole = self.seconds + self._lost
        self._hear(RecordingEnded(why, self.seconds, self._loudest, self._lost / whole if whole else 0.0))
        self._take(RecordingMark.FORGOTTEN if why == "forgotten" else RecordingMark.ENDED)

    def _due(self, now: float) -> float:
        """How many seconds of sound should have come by then."""
        at, seconds = self._anchor
        return seconds + now - at
