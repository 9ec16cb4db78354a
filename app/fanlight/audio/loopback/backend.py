"""What every backend of loopback has: the sound that this computer plays, as it plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fanlight.domain.audio import SoundFormat

FORMAT = SoundFormat(16_000, 1)
"""Of all blocks: what a speech model needs, so that nothing is converted here."""
BLOCK_SAMPLES = 1_280
"""80 ms: shorter blocks wake the processor more often, longer ones delay the words."""


@dataclass(frozen=True, slots=True)
class OutputHeard:
    """What is played on this output is heard from now on: at the start, and when the system's output changes."""

    name: str


@dataclass(frozen=True, slots=True)
class OutputMissing:
    """The system has no output at the moment. Blocks come again once there is one."""


@dataclass(frozen=True, slots=True)
class LoopbackEnded:
    """Nothing more comes: the sound server is gone, or the process that hears it. `reason` is the system's own, for the
    log."""

    reason: str


LoopbackEvent = OutputHeard | OutputMissing | LoopbackEnded
OnLoopback = Callable[[bytes | LoopbackEvent], object]
"""Blocks of `FORMAT`, and events in between; LoopbackEnded is the last, unless it was closed. On a thread of its
own."""


class Loopback(Protocol):
    """A source that is open."""

    def close(self) -> None:
        """At once; waits for nothing. Nothing is reported any more."""
        ...


class LoopbackBackend(Protocol):
    name: str
    needs: str
    """What has to be there, in a sentence; marked for translation."""

    def is_available(self) -> bool:
        """Cheap: it may be asked each time a menu opens."""
        ...

    def open(self, on_loopback: OnLoopback) -> Loopback: ...
