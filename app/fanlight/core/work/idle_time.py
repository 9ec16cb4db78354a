"""When there is time for work that nobody waits for."""

from __future__ import annotations

import time
from collections.abc import Callable

BETWEEN_MS, LATER_MS = 500, 30_000
"""Until the next piece of work; and until it is looked again whether there is one, and whether there is time for it."""
QUIET_SECONDS = 30.0
"""Since the user last did something in Fanlight."""
BUSY_PERCENT = 50.0
"""Of all processors, by whatever program."""


class IdleTime:
    """`busy` says whether Fanlight has other work to do."""

    def __init__(
        self,
        busy: Callable[[], bool],
        computer_is_free: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._busy, self._computer_is_free, self._clock = busy, computer_is_free or is_free, clock
        self._used = clock()

    def note_use(self) -> None:
        """The user does something."""
        self._used = self._clock()

    def is_now(self) -> bool:
        quiet = self._clock() - self._used >= QUIET_SECONDS
        return quiet and not self._busy() and self._computer_is_free()


def is_free() -> bool:
    """Whether the computer has time: it is not on battery, and no program keeps its processors busy."""
    import psutil

    return not _on_battery() and psutil.cpu_percent(interval=None) < BUSY_PERCENT


def _on_battery() -> bool:
    import psutil

    try:
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    except OSError:  # a container may have no /sys
        return False
    return battery is not None and battery.power_plugged is False
