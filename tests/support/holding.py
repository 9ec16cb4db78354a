"""One recording of a microphone, on real threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from fanlight.audio.microphone import Microphone, Recording
from fanlight.domain.audio import RecordingEnded, RecordingEvent, RecordingMark, RecordingRefused


class Held:
    """One recording, and all that came of it."""

    def __init__(self, microphone: Microphone, device: str = "") -> None:
        self.taken: list[bytes | RecordingMark] = []
        self.heard: list[RecordingEvent] = []
        self._over = threading.Event()
        self.recording: Recording = microphone.record(device, self.taken.append, self._on_event)

    def _on_event(self, event: RecordingEvent) -> None:
        self.heard.append(event)
        if isinstance(event, (RecordingEnded, RecordingRefused)):
            self._over.set()

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.heard if isinstance(event, kind)]

    def end(self, seconds: float = 20.0) -> RecordingEnded | RecordingRefused:
        assert self._over.wait(seconds), f"it did not end: {self.heard}"
        until(lambda: self.marks and self.marks[-1] is not RecordingMark.RELEASED)
        last = self.heard[-1]
        assert isinstance(last, (RecordingEnded, RecordingRefused))
        return last

    @property
    def marks(self) -> list[RecordingMark]:
        return [item for item in self.taken if isinstance(item, RecordingMark)]

    @property
    def blocks(self) -> int:
        return len(self.taken) - len(self.marks)


def until(holds: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)
