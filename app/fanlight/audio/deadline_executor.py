"""Calls into the sound library, which may hang: a stalled device blocks them for half a minute and more.

They are made on a thread of their own, in order. A call past its deadline is abandoned with its thread, and the next
call gets a new thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """The call was abandoned."""


class _Call(Generic[T]):
    """One call; `undo` is called with the result when the call returns after it was abandoned."""

    def __init__(self, work: Callable[[], T], undo: Callable[[T], object] | None) -> None:
        self._work, self._undo = work, undo
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._is_abandoned = False
        self._result: T | None = None
        self._error: BaseException | None = None

    @property
    def over(self) -> bool:
        return self._over.is_set()

    def run(self) -> None:
        result, error = None, None
        try:
            result = self._work()
        except BaseException as caught:  # raised again for the caller
            error = caught
        with self._lock:
            self._result, self._error = result, error
            self._over.set()
            late = self._is_abandoned
        if late and error is None and self._undo is not None:
            self._undo(result)  # type: ignore[arg-type]

    def wait(self, seconds: float) -> T:
        self._over.wait(seconds)
        with self._lock:
            if not self._over.is_set():
                self._is_abandoned = True
                raise DeadlineExceeded
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]


class DeadlineExecutor:
    """Makes calls, each with a deadline. `run_within` is for one thread at a time."""

    def __init__(self, name: str = "sound library") -> None:
        self._name = name
        self._calls: SimpleQueue[_Call[object] | None] | None = None
        self._abandoned: list[_Call[object]] = []

    @property
    def hanging(self) -> bool:
        """Whether an abandoned call still runs."""
        self._abandoned = [call for call in self._abandoned if not call.over]
        return bool(self._abandoned)

    def run_within(self, work: Callable[[], T], seconds: float, undo: Callable[[T], object] | None = None) -> T:
        """What `work` returns or raises. Raises DeadlineExceeded after `seconds`; if the call returns later, `undo` is
        called with the result on the abandoned thread."""
        if self._calls is None:
            self._calls = SimpleQueue()
            threading.Thread(target=_serve, args=(self._calls,), name=self._name, daemon=True).start()
        call = _Call(work, undo)
        self._calls.put(call)  # type: ignore[arg-type]
        try:
            return call.wait(seconds)
        except DeadlineExceeded:
            log.warning("a call into the sound library took more than %.1f s and was abandoned", seconds)
            self._calls.put(None)
            self._calls = None
            self._abandoned.append(call)  # type: ignore[arg-type]
            raise

    def close(self) -> None:
        if self._calls is not None:
            self._calls.put(None)
            self._calls = None


def _serve(calls: SimpleQueue[_Call[object] | None]) -> None:
    while (call := calls.get()) is not None:
        call.run()
