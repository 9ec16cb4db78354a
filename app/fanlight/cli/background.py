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
    begins, begun, ended = threading.Lock(), threading.Event(), threading.Event()

    def run() -> None:
        with begins:
            if stop.is_set():
                return
            begun.set()
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
        with begins:
            stop.set()
        if begun.is_set():  # the executor does not know of a thread whose start was interrupted by a signal
            if stop_requested() and not ended.wait(PATIENCE_SECONDS):
                complain(_("Stopping as soon as the current step ends."), _("Press Ctrl+C again to stop at once."))
            while not ended.wait(0.2):  # as in `_next_of`
                pass
        executor.shutdown()


def _next_of(results: queue.SimpleQueue[object]) -> object:
    while True:
        try:
            return results.get(timeout=0.2)  # Windows delivers Ctrl+C between waits only
        except queue.Empty:
            continue
