"""Long work on a thread of its own: the main thread can handle Ctrl+C while C code computes."""

from __future__ import annotations

import queue
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from fanlight.domain.stop import StopFlag

T = TypeVar("T")

_END = object()


def in_background(work: Callable[[StopFlag], Iterator[T]]) -> Generator[T, None, None]:
    """What `work` yields, in order, and what it raises. Left early, it sets the flag and waits for the thread."""
    stop = StopFlag()
    results: queue.SimpleQueue[object] = queue.SimpleQueue()

    def run() -> None:
        for item in work(stop):
            results.put(item)
            if stop.is_set():
                break

    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
    try:
        future: Future[None] = executor.submit(run)
        future.add_done_callback(lambda _: results.put(_END))
        while (item := _next_of(results)) is not _END:
            yield item  # type: ignore[misc]  # everything but _END came out of `work`
        future.result()
    finally:
        stop.set()
        executor.shutdown()


def _next_of(results: queue.SimpleQueue[object]) -> object:
    while True:
        try:
            return results.get(timeout=0.2)  # Windows delivers Ctrl+C between waits only
        except queue.Empty:
            continue
