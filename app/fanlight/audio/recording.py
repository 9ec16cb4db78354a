"""The sound of one recording: its blocks, levels and gaps, and when it ends. No thread, device or clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fanlight.audio.levels import measure_level
from fanlight.domain.audio import (
    SILENT_DBFS,
    EndReason,
    RecordingEnded,
    RecordingEvent,
    RecordingMark,
    RecordingStarted,
    SoundFormat,
)

LEVEL_SECONDS = 1 / 30


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """In seconds. `last_word`: after the key is up, for as long as somebody speaks (`Recording.finish` ends it before).
    `post_roll`: after a turn that a pause has ended. A device with latency may deliver that up to `late` afterwards."""

    first_block: float = 4.0
    last_word: float = 0.5
    post_roll: float = 0.3
    late: float = 1.0
    stall: float = 3.0
    longest: float = 1800.0


class RecordingBuffer:
    """`on_block` gets blocks and marks in order, `on_event` the events. Times are in seconds of one clock."""

    def __init__(
        self,
        sound_format: SoundFormat,
        on_block: Callable[[bytes | RecordingMark], object],
        on_event: Callable[[RecordingEvent], object],
        requested_at: float,
        limits: RecordingLimits,
    ) -> None:
        self._on_block, self._on_event, self._limits = on_block, on_event, limits
        self._bytes_a_second = 4 * sound_format.rate * sound_format.channels
        self._requested_at = requested_at
        self._opened_at: float | None = None
        self._first_at: float | None = None
        self._last_at = 0.0
        self._bytes = 0
        self._anchor = (0.0, 0.0)  # a time, and the seconds of sound that had arrived by then
        self._released_at: float | None = None
        self._until_silent = False
        self.complete = False
        """Its words are final: nobody waits for more of it."""
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
        """The device runs since `now`."""
        self._opened_at = now

    def block(self, data: bytes, lost: bool, now: float) -> None:
        if self._first_at is None:
            self._first_at = now
            self._anchor = now, len(data) / self._bytes_a_second
            self._on_event(RecordingStarted(now - self._requested_at))
        self._bytes += len(data)
        self._last_at = now
        if lost:
            self._lost += max(0.0, self._due(now) - self.seconds)
            self._anchor = now, self.seconds
        self._on_block(data)
        if now - self._level_at >= LEVEL_SECONDS:
            self._level_at = now
            measured = measure_level(data)
            self._loudest = max(self._loudest, measured.dbfs)
            self._on_event(measured)

    def release(self, now: float, until_silent: bool) -> None:
        if self._released_at is None:
            self._released_at, self._until_silent = now, until_silent
            self._on_block(RecordingMark.RELEASED if until_silent else RecordingMark.TURN_OVER)

    def resume(self) -> None:
        """The key is down again before the recording was over."""
        if self._released_at is not None:
            self._released_at = None
            self._on_block(RecordingMark.RESUMED)

    def over(self, now: float) -> EndReason | None:
        """Why the recording ends now; None while it goes on."""
        limits = self._limits
        if self._first_at is None:
            waits_since = self._requested_at if self._opened_at is None else self._opened_at
            return "stalled" if now - waits_since >= limits.first_block else None
        if self._released_at is not None:
            until = max(self._released_at, self._first_at)
            until += limits.last_word if self._until_silent else limits.post_roll
            if now >= until and (self.seconds >= self._due(until) - 0.1 or now >= until + limits.late):
                return "released"
        if now - self._last_at >= limits.stall:
            return "stalled"
        return "limit" if self.seconds >= limits.longest else None

    def ended(self, why: EndReason) -> None:
        """Report the end. The event comes before the mark: the transcript may be final soon after that."""
        whole = self.seconds + self._lost
        self._on_event(RecordingEnded(why, self.seconds, self._loudest, self._lost / whole if whole else 0.0))
        self._on_block(RecordingMark.DISCARDED if why == "discarded" else RecordingMark.ENDED)

    def _due(self, now: float) -> float:
        """How many seconds of sound should have arrived by then."""
        at, seconds = self._anchor
        return seconds + now - at
