"""Audio devices, and the events of a recording, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from fanlight.domain.errors import SpeechError

SILENT_DBFS = -120.0


class RecordingMark(Enum):
    """Among the blocks of a recording, in the order in which things happened."""

    RELEASED = "released"
    """The key is up: the recording ends when the last word does."""
    TURN_OVER = "pause"
    """Nobody has spoken for a while, but may go on: the recording ends at its own time."""
    RESUMED = "resumed"
    """One of the two marks before it does not count."""
    ENDED = "ended"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A device that records or plays. `name` is what the settings store; `shown` is for the user; `rate` in Hz."""

    name: str
    shown: str
    channels: int
    rate: int
    default: bool = False


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """The format of audio blocks: interleaved float32, `rate` samples a second on each channel."""

    rate: int
    channels: int


EndReason = Literal["released", "discarded", "lost", "stalled", "limit"]


@dataclass(frozen=True, slots=True)
class DeviceOpened:
    """The stream runs; no block has arrived yet. `missed`: a device that was chosen but is not connected."""

    device: str
    format: SoundFormat
    missed: str = ""


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """The first block arrived, `seconds` after the request."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """The level of the last block: root mean square and peak in dBFS."""

    dbfs: float
    peak: float


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """The device is closed, or will be soon. `seconds` of sound arrived; `loudest` is their highest level in dBFS;
    `gaps` is the share of the time that was lost, 0 to 1."""

    why: EndReason
    seconds: float
    loudest: float = SILENT_DBFS
    gaps: float = 0.0


@dataclass(frozen=True, slots=True)
class RecordingRefused:
    """Nothing was recorded."""

    error: SpeechError


RecordingEvent = DeviceOpened | RecordingStarted | SoundLevel | RecordingEnded | RecordingRefused
