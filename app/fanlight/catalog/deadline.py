"""Calls into file systems that may never return: a network drive whose server is gone."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Gathered(Generic[T]):
    """What was given until the deadline; `complete`: that was all."""

    items: tuple[T, ...]
    complete: bool


def gather_within(seconds: float, sources: Mapping[str, Callable[[], Iterator[T]]]) -> dict[str, Gathered[T]]:
    """Run each on a thread of its own, all at once, until they end. One that gives nothing for `seconds` is abandoned
    with its thread; it stops at the next thing that it gives."""
    late = threading.Event()
    found: dict[str, list[T]] = {name: [] for name in sources}
    ended: dict[str, threading.Event] = {name: threading.Event() for name in sources}
    heard_at = dict.fromkeys(sources, time.monotonic())

    def run(name: str) -> None:
        try:
            for item in sources[name]():
                if late.is_set():
                    return
                found[name].append(item)
                heard_at[name] = time.monotonic()
        except Exception:
            log.exception("the models of %s cannot be listed", name)
        ended[name].set()

    for name in sources:
        threading.Thread(target=run, args=(name,), name="other programs", daemon=True).start()
    for name, event in ended.items():
        while not event.wait(_POLL_SECONDS) and time.monotonic() - heard_at[name] < seconds:
            pass
    complete = {name: event.is_set() for name, event in ended.items()}
    late.set()
    return {name: Gathered(tuple(found[name]), complete[name]) for name in sources}
