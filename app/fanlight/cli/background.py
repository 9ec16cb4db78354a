"""Long work on a thread of its own: the main thread can handle Ctrl+C while C code computes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from fanlight.cli.output import complain
from fanlight.cli.signals import stop_requested
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _

T = TypeVar("T")
PATIENCE_SECONDS = 0.3
"""After this it is said that a stopped command still waits."""

_END = object()


def in_background(work: Callable[[StopFlag], Iterator[T]]) -> Generator[T, None, None]:
    """What `work` yields, in order, and what it raises. Left early, it sets the flag and waits for the thread; a second
    signal does not wait (see `cli.signals`)."""
    stop = StopFlag()
    results: queue.SimpleQueue[object] = queue.SimpleQueue()

    ended = threading.Event()

    def run() -> None:
        try:
            for item in work(stop):
                results.put(item)
                if stop.is_set():
                    break
        finally:
            ended.set()

    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
    try:
        future: Future[None] = executor.submit(run)  # a signal may come before this returns
        future.add_done_callback(lambda _unused: results.put(_END))
        while (item := _next_of(results)) is not _END:
            yield item  # type: ignore[misc]  # everything but _END came out of `work`
        future.result()
    finally:
        stop.set()
        if stop_requested() and not ended.wait(PATIENCE_SECONDS):
            complain(_("Stopping as soon as the current step ends."), _("Press Ctrl+C again to stop at once."))
        executor.shutdown()


def _next_of(results: queue.SimpleQueue[object]) -> object:
    while True:
        try:
            return results.get(timeout=0.2)  # Windows delivers Ctrl+C between waits only
        except queue.Empty:
            continue
