"""The end of several workers, within one deadline for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from fanlight.core.work.worker import Worker

Close = Callable[[float], object]
"""Closes something else, and waits for it at most the given number of seconds."""


def shutdown(workers: Sequence[Worker[Any]], deadline_seconds: float, closers: Sequence[Close] = ()) -> bool:
    """Ask all to stop, then wait for all once, and deliver what ended meanwhile. `closers` are called between the two
    with the seconds that are left. Whether every worker ended in time: one that did not is left to the process's end.
    """
    until = monotonic() + deadline_seconds
    for worker in workers:
        worker.close()
    for close in closers:
        close(max(0.0, until - monotonic()))
    ended = [worker.join(max(0.0, until - monotonic())) for worker in workers]
    for worker in workers:
        worker.drain()
    return all(ended)
