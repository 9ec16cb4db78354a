"""The Protocol of speech synthesis backends, and its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Voice:
    """`name` is what the settings store ("espeak:en-us"); `shown` is for the user; `language` as in BCP 47."""

    name: str
    shown: str
    language: str


@dataclass(frozen=True, slots=True)
class Pcm:
    """Sound: int16 in this machine's byte order, one channel, `rate` samples a second."""

    rate: int
    data: bytes

    def __post_init__(self) -> None:
        if self.rate < 1 or len(self.data) % 2:
            raise ValueError(f"{len(self.data)} bytes at {self.rate} Hz are no sound")

    @property
    def seconds(self) -> float:
        return len(self.data) / 2 / self.rate


def without_commands(text: str) -> str:
    """`text` without `[[`, which begins phonemes in espeak-ng and Piper, and commands in `say`."""
    return re.sub(r"\[(?=\[)", "[ ", text)


class VoiceBackend(Protocol):
    """One way to synthesize speech. Its methods may be called on several threads."""

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> str:
        """A sentence that says what to install, marked by `N_`."""
        ...

    @property
    def platforms(self) -> tuple[str, ...]:
        """Prefixes of sys.platform on which it can be installed."""
        ...

    def is_available(self) -> bool:
        """Cheap: no program is started."""
        ...

    def voices(self) -> Sequence[Voice]:
        """The installed voices. May start a program; () when that fails."""
        ...

    def synthesize(self, text: str, voice: str, speed: float, stop: Event) -> Pcm:
        """`voice` without the backend's name, "" for its own choice; `speed` 1.0 is the voice's own. Blocks; once
        `stop` is set it returns soon, and the sound is not to be used. Raises SpeakerError."""
        ...
