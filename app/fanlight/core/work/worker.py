"""The seam between threads and Qt: a `ModelThread` owns one engine, a `Job` is one piece of its work.

A job is born on the window's thread, connected, then submitted. It says what its work yields and ends with exactly one
`done`, always last. The model's thread never touches a QObject: it knows orders and posts what happened.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag

log = logging.getLogger(__name__)

Load = Callable[[Callable[[float], None], StopFlag], Engine]
"""Loads the engine on the thread that calls it; gets a progress callback (0 to 1) and a flag. Raises ModelError."""

Work = Callable[[Engine, StopFlag], Generator[object, None, None]]

QUICK, PANEL, WINDOW, COMMAND, BACKGROUND = range(5)
"""Urgencies, first served first. Only background work is interrupted for others, and not for quick work."""

_URGENCIES = {Slot.PANEL: PANEL, Slot.WINDOW: WINDOW, Slot.COMMAND: COMMAND}


class Job(QObject):
    """One piece of work for the model."""

    said = Signal(object)
    """What the work yields: Events, or numbers of tokens for `count`."""
    done = Signal(object)
    """None, or the exception that ended it. Exactly once, after everything was said."""

    def __init__(
        self, work: Work, urgency: int = WINDOW, builds_on: Sequence[Job] = (), answers: Slot | None = None
    ) -> None:
        """`answers`: the seat, where it is an answer, which others wait for."""
        super().__init__()
        self.work, self.urgency, self.answers = work, urgency, answers
        self.builds_on = tuple(builds_on)
        self.flag = StopFlag()
        self.over = False

    @classmethod
    def generate(
        cls, messages: Sequence[Message], sampling: Sampling, builds_on: Sequence[Job] = (), slot: Slot = Slot.WINDOW
    ) -> Job:
        """An answer, as urgent as the `slot` it is asked from. `builds_on` are prefills of the same beginning: the one
        that runs is let finish, for all it does is needed here; those that still wait are not needed any more."""
        urgency = _URGENCIES[Slot(slot)]
        return cls(lambda engine, flag: engine.generate(messages, sampling, flag, slot), urgency, builds_on, slot)

    @classmethod
    def prefill(cls, messages: Sequence[Message], slot: Slot = Slot.WINDOW) -> Job:
        return cls(lambda engine, flag: engine.prefill(messages, flag, slot), BACKGROUND)

    @classmethod
    def count(cls, images: Sequence[Image]) -> Job:
        """Says (image id, tokens) for each picture."""

        def work(engine: Engine, flag: StopFlag) -> Generator[object, None, None]:
            for image in images:
                if flag.is_set():
                    return
                yield image.id, engine.image_tokens(image)

        return cls(work, QUICK)

    def stop(self) -> None:
        """Soon `done`; from any thread, at any time, as often as one likes."""
        self.flag.set()


@dataclass(frozen=True, order=True)
class _Order:
    """What the model's thread knows of a job."""

    urgency: int
    number: int
    work: Work = field(compare=False)
    flag: StopFlag = field(compare=False)


class ModelThread(QObject):
    """Loads one engine on a thread of its own, serves jobs there, the most urgent first, and closes it there."""

    progress = Signal(float)
    loaded = Signal(object)
    """The engine's ModelInfo."""
    failed = Signal(object)
    """Why it could not be loaded; each job submitted from now on ends with the same error."""
    turned = Signal()
    """`serving` is another one now."""

    def __init__(self, load: Load, after: ModelThread | None = None) -> None:
        """`after` is the thread of the model before this one: its memory is free before this one loads. Keep it until
        `join` says that it has ended: a QObject must not be left to its other thread."""
        super().__init__()
        self._dispatcher = MainThreadDispatcher(self)
        self._jobs: dict[int, Job] = {}
        self.serving: Job | None = None
        self._numbers = itertools.count()
        self._load, self._after = load, after
        self._loading = StopFlag()
        self._ready = threading.Condition()
        self._orders: list[_Order] = []
        self._running: _Order | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._main, name="model", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> None:
        """A background job that runs gives way at once to an answer, unless that builds on it; an answer is let
        finish. A closed thread ends the job with no error."""
        order = _Order(job.urgency, next(self._numbers), job.work, job.flag)
        self._jobs[order.number] = job
        with self._ready:
            if self._closing:
                self._dispatcher(partial(self._end, order.number, None))
                return
            helpers = [helper.flag for helper in job.builds_on]
            for waiting in self._orders:
                if waiting.flag in helpers:
                    waiting.flag.set()
            running = self._running
            waits = QUICK < order.urgency < BACKGROUND
            if running and running.urgency == BACKGROUND and waits and running.flag not in helpers:
                running.flag.set()
            heapq.heappush(self._orders, order)
            self._ready.notify()

    def close(self) -> None:
        """Stop everything; returns at once. Every job still gets its `done`, then the engine is closed."""
        with self._ready:
            self._closing = True
            self._loading.set()
            for order in self._orders:
                order.flag.set()
            if self._running:
                self._running.flag.set()
            self._ready.notify()

    def join(self, deadline_seconds: float | None = None) -> bool:
        """Whether the thread has ended (a thread that never started has)."""
        if self._thread.ident is not None:
            self._thread.join(deadline_seconds)
        return not self._thread.is_alive()

    def drain(self) -> None:
        """After `join`, without an event loop: all that was said and done is heard now."""
        self._dispatcher.drain()

    # On the window's thread, called through the post.

    def _begin(self, number: int) -> None:
        self.serving = self._jobs[number]
        self.turned.emit()

    def _say(self, number: int, event: object) -> None:
        self._jobs[number].said.emit(event)

    def _end(self, number: int, error: Exception | None) -> None:
        job = self._jobs.pop(number)
        job.over = True
        if self.serving is job:
            self.serving = None
            self.turned.emit()
        job.done.emit(error)

    # On the model's thread.

    def _main(self) -> None:
        engine: Engine | None = None

        def load() -> None:
            nonlocal engine
            if self._after is not None:
                self._after.join()
            engine = self._load(self._progress, self._loading)
            self._dispatcher(partial(self.loaded.emit, engine.info))

        why = _attempt(load)
        if why is not None:
            self._dispatcher(partial(self.failed.emit, why))
        while (order := self._next()) is not None:
            if not order.flag.is_set() and engine is not None:
                self._dispatcher(partial(self._begin, order.number))
                self._dispatcher(partial(self._end, order.number, _attempt(partial(self._serve, engine, order))))
            else:
                self._dispatcher(partial(self._end, order.number, why))
        if engine is not None:
            _attempt(engine.close)

    def _next(self) -> _Order | None:
        with self._ready:
            self._running = None
            self._ready.wait_for(lambda: self._orders or self._closing)
            self._running = heapq.heappop(self._orders) if self._orders else None
            return self._running

    def _serve(self, engine: Engine, order: _Order) -> None:
        with closing(order.work(engine, order.flag)) as events:
            for event in events:
                self._dispatcher(partial(self._say, order.number, event))

    def _progress(self, share: float) -> None:
        self._dispatcher(partial(self.progress.emit, share))


def _attempt(call: Callable[[], None]) -> Exception | None:
    """The job loop's net: a bug in one job is logged and said, the next job runs."""
    started = monotonic()
    try:
        call()
    except FanlightError as error:
        log.info("after %.1f s: %s", monotonic() - started, error)
        return error
    except Exception as error:
        log.exception("a job ended after %.1f s with a bug", monotonic() - started)
        return error
    return None
