"""Sound on its way from a microphone: where it comes from, what happens meanwhile, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from fanlight.domain.errors import SpeechError

SILENT_DBFS = -120.0


class RecordingMark(Enum):
    """Beside the blocks of a hold, in the order in which things happened."""

    RELEASED = "released"
    ENDED = "ended"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """Something that records. `name` is what the settings keep; `shown` is for the user."""

    name: str
    shown: str
    channels: int
    rate: int
    default: bool = False


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """Of the blocks: interleaved float32, `rate` samples a second on each channel."""

    rate: int
    channels: int


Why = Literal["released", "forgotten", "lost", "stalled", "limit"]


@dataclass(frozen=True, slots=True)
class DeviceOpened:
    """The device is open; nothing came yet. `missed` is the device that was chosen and is not there."""

    device: str
    format: SoundFormat
    missed: str = ""


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """The first block is there, so many seconds after it was asked for."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """Of the last blocks: root mean square and peak, in decibels below full scale."""

    dbfs: float
    peak: float


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """The device is closed, or will be soon. `seconds` came; `loudest` is the loudest level in them; `gaps` is the
    share of time from which nothing came, 0 to 1."""

    why: Why
    seconds: float
    loudest: float = SILENT_DBFS
    gaps: float = 0.0


@dataclass(frozen=True, slots=True)
class RecordingRefused:
    """Nothing was recorded."""

    error: SpeechError


RecordingEvent = DeviceOpened | RecordingStarted | SoundLevel | RecordingEnded | RecordingRefused
