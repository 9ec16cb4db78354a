"""What a short recording says about a microphone, in words."""

from __future__ import annotations

from fanlight.domain.audio import (
    DeviceOpened,
    RecordingEnded,
    RecordingEvent,
    RecordingRefused,
    RecordingStarted,
    SoundLevel,
)

SLOW_SECONDS, MUTED_DBFS, SOFT_DBFS, NOISY_DBFS, CLIPS_DBFS = 0.25, -65.0, -45.0, -35.0, -0.2
QUIET_SHARE = 0.2
"""The softest fifth of the levels is the noise between the words."""


class Checkup:
    """Hears what happens to a recording; then it has something to say."""

    def __init__(self) -> None:
        self.device = ""
        self.first_seconds: float | None = None
        self._rate = self._channels = 0
        self._levels: list[SoundLevel] = []
        self._ended: RecordingEnded | None = None
        self._refused: RecordingRefused | None = None

    def add_event(self, event: RecordingEvent) -> None:
        match event:
            case DeviceOpened(device, arrives_as, _):
                self.device, self._rate, self._channels = device, arrives_as.rate, arrives_as.channels
            case RecordingStarted(seconds):
                self.first_seconds = seconds
            case SoundLevel():
                self._levels.append(event)
            case RecordingEnded():
                self._ended = event
            case RecordingRefused():
                self._refused = event

    @property
    def works(self) -> bool:
        return self._refused is None and self.first_seconds is not None and self.loudest > MUTED_DBFS

    @property
    def noise(self) -> float:
        """In decibels below full scale."""
        levels = sorted(level.dbfs for level in self._levels)
        return levels[int(len(levels) * QUIET_SHARE)] if levels else -120.0

    @property
    def loudest(self) -> float:
        return max((level.dbfs for level in self._levels), default=-120.0)

    def words(self, text: str | None) -> list[str]:
        """Sentences. `text` is what was heard in it; None where nothing listened."""
        if self._refused is not None:
            return [self._refused.error.text]
        if self.first_seconds is None:
            return ["Nothing was recorded."]
        channels = "one channel" if self._channels == 1 else f"{self._channels} channels"
        return [
            f"“{self.device}” opens, with {self._rate:,} samples a second on {channels}.",
            self._speed(self.first_seconds),
            self._loudness(),
            *self._losses(),
            *([] if text is None else [f"Heard: {text}" if text else "No words were heard in it."]),
        ]

    def _speed(self, seconds: float) -> str:
        said = f"The first sound came after {seconds:.2f} s."
        if seconds <= SLOW_SECONDS:
            return said
        return f"{said} That is slow: wait for “Listening”, or turn on “Keep the microphone open” in the settings."

    def _loudness(self) -> str:
        if self.loudest < MUTED_DBFS:
            return "It is silent: it may be muted, or the system lets no program listen."
        said = f"Noise is at {self.noise:.0f} dB, the loudest sound at {self.loudest:.0f} dB."
        if max((level.peak for level in self._levels), default=-120.0) > CLIPS_DBFS:
            return f"{said} It is cut off at the top: turn the microphone down."
        if self.noise > NOISY_DBFS:
            return f"{said} That is noisy: words may be misheard."
        if self.loudest < SOFT_DBFS:
            return f"{said} That is soft: speak closer, or turn the microphone up."
        return said

    def _losses(self) -> list[str]:
        ended = self._ended
        if ended is None or ended.why == "released":
            return [f"{ended.gaps:.0%} of it was lost."] if ended is not None and ended.gaps > 0.01 else []
        return ["It went away while it recorded."] if ended.why in ("lost", "stalled") else []
