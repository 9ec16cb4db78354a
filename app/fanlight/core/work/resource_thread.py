"""A thread that owns one thing which is slow to load and heavy to keep, such as a speech model: it loads it for the
first order, serves orders one after the other, and frees it when none came for a while."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import FanlightError

log = logging.getLogger(__name__)


class Resource(Protocol):
    """Loaded, used and closed on one thread."""

    def close(self) -> None: ...


R = TypeVar("R", bound=Resource)
T = TypeVar("T")
Done = Callable[[Exception | None], object]


@dataclass(frozen=True, slots=True)
class _Order(Generic[R]):
    """What the thread knows of an order: nothing of who gave it. Without `work` it only loads."""

    number: int
    load: Callable[[], R]
    way: object
    work: Callable[[R, Callable[[Any], None]], None] | None = None


@dataclass(frozen=True, slots=True)
class _Client:
    """Who gave an order, and how its work is ended early."""

    say: Callable[[Any], object]
    done: Done
    stop: Callable[[], object]


class Ticket:
    """An order on its way. Nothing is heard of it after `stop`."""

    __slots__ = ("_clients", "_number")

    def __init__(self, clients: dict[int, _Client], number: int) -> None:
        self._clients, self._number = clients, number

    def stop(self) -> None:
        """On the window's thread, at any time, as often as one likes."""
        if client := self._clients.pop(self._number, None):
            client.stop()


class ResourceThread(Generic[R]):
    """Its methods are for the window's thread. The thread itself never touches a QObject: it posts what happened."""

    def __init__(
        self,
        name: str,
        dispatcher: MainThreadDispatcher,
        idle_seconds: float,
        loaded: Callable[[bool], object] = lambda _: None,
    ) -> None:
        """`loaded` is told whether the resource is in memory, whenever that is another now."""
        self._name, self._dispatcher, self._idle_seconds, self._loaded = name, dispatcher, idle_seconds, loaded
        self._orders: SimpleQueue[_Order[R] | None] = SimpleQueue()
        self._numbers = itertools.count()
        self._clients: dict[int, _Client] = {}
        self._closed = False
        self._resource: R | None = None
        """The thread's own, and so is the way it was loaded."""
        self._way: object = None
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)

    def prepare(self, load: Callable[[], R], way: object = None) -> None:
        """Load it now: an order will come soon. What goes wrong is said at that order, which tries again."""
        self._put(_Order(next(self._numbers), load, way))

    def submit(
        self,
        load: Callable[[], R],
        work: Callable[[R, Callable[[T], None]], None],
        say: Callable[[T], object],
        done: Done,
        stop: Callable[[], object],
        way: object = None,
    ) -> Ticket:
        """`load` and `work` are called on the resource's thread and must not hold a QObject. What `work` gives to its
        second argument reaches `say` on the window's thread, then `done` is called once, last; neither after the order
        was stopped, or all was closed. `stop` ends `work` early. A resource that was loaded another `way` is loaded
        anew."""
        order = _Order(next(self._numbers), load, way, work)
        if not self._closed:
            self._clients[order.number] = _Client(say, done, stop)
            self._put(order)
        return Ticket(self._clients, order.number)

    def close(self, deadline_seconds: float) -> bool:
        """Stop, free the resource, wait. Whether the thread has ended in time (one that never started has)."""
        self._closed = True
        while self._clients:
            self._clients.popitem()[1].stop()
        self._orders.put(None)
        if self._thread.ident is not None:
            self._thread.join(deadline_seconds)
        return not self._thread.is_alive()

    def _put(self, order: _Order[R]) -> None:
        if self._closed:
            return
        self._orders.put(order)
        if self._thread.ident is None:
            self._thread.start()

    def _say(self, number: int, said: object) -> None:
        if client := self._clients.get(number):
            client.say(said)

    def _end(self, number: int, error: Exception | None) -> None:
        if client := self._clients.pop(number, None):
            client.done(error)

    # On the resource's thread.

    def _main(self) -> None:
        while True:
            try:
                order = self._orders.get(timeout=None if self._resource is None else self._idle_seconds)
            except Empty:
                self._free()
                continue
            if order is None:
                break
            if order.work is None or order.number in self._clients:  # else it was stopped while it waited
                self._dispatcher(partial(self._end, order.number, self._serve(order)))
        self._free()

    def _serve(self, order: _Order[R]) -> Exception | None:
        try:
            if self._way != order.way:
                self._free()
            resource = self._resource or self._load(order)
            if order.work is not None:
                order.work(resource, partial(self._post_said, order.number))
        except FanlightError as error:
            log.info("%s: %s", self._name, error)
            return error
        except Exception as error:
            log.exception("an order of the thread “%s” ended with a bug", self._name)
            return error
        return None

    def _post_said(self, number: int, said: object) -> None:
        self._dispatcher(partial(self._say, number, said))

    def _load(self, order: _Order[R]) -> R:
        started = monotonic()
        self._resource, self._way = order.load(), order.way
        log.info("%s: loaded after %.1f s", self._name, monotonic() - started)
        self._dispatcher(partial(self._loaded, True))
        return self._resource

    def _free(self) -> None:
        resource, self._resource = self._resource, None
        if resource is not None:
            resource.close()
            self._dispatcher(partial(self._loaded, False))
