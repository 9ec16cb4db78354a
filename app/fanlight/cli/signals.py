"""Ctrl+C, `kill`, and a terminal that goes away end a command cleanly; asked twice, at once.

The first signal raises StoppedBySignal in the main thread: what is finished is kept. A second one ends the process
without its teardown, in which the threads of native libraries may still compute and would crash.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_NUMBERS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
_received: list[int] = []


class StoppedBySignal(KeyboardInterrupt):
    """`status` is the exit status."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


def stop_requested() -> bool:
    """Whether the first signal has come."""
    return bool(_received)


@contextmanager
def ending_signals() -> Iterator[None]:
    """Signals that are ignored stay so: nohup, and a shell's background jobs. Only in the main thread."""
    _received.clear()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in _NUMBERS:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, _on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _on_signal(number: int, _frame: FrameType | None) -> None:
    if _received:
        if marker := sys.modules.get("fanlight.engine.run_marker"):
            marker.remove_all()  # ended on purpose
        os._exit(128 + _received[0])
    _received.append(number)
    raise StoppedBySignal(number)
