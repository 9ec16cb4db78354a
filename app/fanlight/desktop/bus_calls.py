"""Method calls on the session bus that wait for a reply: each ends once, with the reply, an error, or a timeout."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer

from fanlight.i18n import _


class BusError(Exception):
    """`name` is D-Bus's, or "" when the bus itself failed."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text or name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Reply:
    sender: str
    body: tuple[Any, ...]


Then = Callable[[Reply | BusError], None]


class PendingCalls(QObject):
    """By the serial number of the message. `then` is called at most once for each."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._calls: dict[int, tuple[Then, float]] = {}
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._time_out)

    def add(self, serial: int, then: Then, timeout_seconds: float) -> None:
        self._calls[serial] = then, time.monotonic() + timeout_seconds
        self._start_timer()

    def end(self, serial: int, reply: Reply | BusError) -> None:
        if call := self._calls.pop(serial, None):
            call[0](reply)

    def fail_all(self, reason: str) -> None:
        calls, self._calls = self._calls, {}
        for then, _deadline in calls.values():
            then(BusError("", reason))

    def clear(self) -> None:
        """End them without a reply."""
        self._calls.clear()

    def stop_timer(self) -> None:
        self._timer.stop()

    def _start_timer(self) -> None:
        """Until the earliest deadline."""
        if self._calls:
            until = min(deadline for _then, deadline in self._calls.values())
            self._timer.start(max(0, int((until - time.monotonic()) * 1000) + 1))

    def _time_out(self) -> None:
        now = time.monotonic()
        for serial in [serial for serial, (_then, deadline) in self._calls.items() if deadline <= now]:
            self.end(serial, BusError("org.freedesktop.DBus.Error.NoReply", _("There was no answer in time.")))
        self._start_timer()
