"""The text in pictures, read on a thread of its own: loaded at the first picture, freed when none came for a while."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic

from PySide6.QtCore import QObject

from fanlight.domain.chat import Image
from fanlight.domain.errors import FanlightError, ReadingError
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import TextLine
from fanlight.domain.stop import StopFlag
from fanlight.ui.post import Post

log = logging.getLogger(__name__)

LoadReader = Callable[[], TextReader]
"""Slow, on the reader's thread. Raises ReadingError."""
Result = tuple[TextLine, ...] | FanlightError
Then = Callable[[Result], object]

IDLE_SECONDS = 120.0
"""So long the networks stay in memory (some 150 MB) after a picture."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What the reader's thread knows of a picture to read; without one it only loads the reader."""

    number: int
    image: Image | None
    flag: StopFlag


class Reading:
    """One picture on its way. Nothing is heard of it after `stop`."""

    __slots__ = ("_flag", "_forget")

    def __init__(self, flag: StopFlag, forget: Callable[[], object]) -> None:
        self._flag, self._forget = flag, forget

    def stop(self) -> None:
        """On the window's thread, at any time, as often as one likes."""
        self._flag.set()
        self._forget()


class TextReading(QObject):
    """Pictures are read one after the other. The thread never touches a QObject: it posts what happened."""

    def __init__(self, load: LoadReader, parent: QObject | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(parent)
        self._post = Post(self)
        self._load, self._idle_seconds = load, idle_seconds
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[Then, StopFlag]] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._main, name="text reader", daemon=True)

    def prepare(self) -> None:
        """Load the reader now: a picture will come soon. What goes wrong is said at the first picture."""
        self._submit(_Order(next(self._numbers), None, StopFlag()))

    def read(self, image: Image, then: Then) -> Reading:
        """`then` is called later, once, on this thread, with what was read or why nothing was; never after `stop` or
        `close`."""
        order = _Order(next(self._numbers), image, StopFlag())
        if not self._closed:
            self._waiting[order.number] = then, order.flag
            self._submit(order)
        return Reading(order.flag, partial(self._waiting.pop, order.number, None))

    def close(self, deadline_seconds: float) -> bool:
        """Stop, free the reader, wait. Whether the thread has ended in time (one that never started has)."""
        self._closed = True
        for _, flag in self._waiting.values():
            flag.set()
        self._waiting.clear()
        self._orders.put(None)
        if self._thread.ident is not None:
            self._thread.join(deadline_seconds)
        return not self._thread.is_alive()

    def _submit(self, order: _Order) -> None:
        if self._closed:
            return
        self._orders.put(order)
        if self._thread.ident is None:
            self._thread.start()

    def _tell(self, number: int, result: Result) -> None:
        if waiting := self._waiting.pop(number, None):
            waiting[0](result)

    # On the reader's thread.

    def _main(self) -> None:
        reader: TextReader | None = None
        while True:
            try:
                order = self._orders.get(timeout=None if reader is None else self._idle_seconds)
            except Empty:
                _close(reader)
                reader = None
                continue
            if order is None:
                break
            if order.flag.is_set():
                continue
            reader, result = self._served(reader, order)
            if order.image is not None and not order.flag.is_set():
                self._post(partial(self._tell, order.number, result))
        _close(reader)

    def _served(self, reader: TextReader | None, order: _Order) -> tuple[TextReader | None, Result]:
        """The reader, loaded if it was not, and what it read. One that can not be loaded is tried again next time: the
        user may have installed it."""
        started = monotonic()
        try:
            if reader is None:
                reader = self._load()
                log.info("the text reader is loaded after %.1f s", monotonic() - started)
            return reader, () if order.image is None else reader.read(order.image, order.flag)
        except FanlightError as error:
            log.info("after %.1f s: %s", monotonic() - started, error)
            return reader, error
        except Exception:
            log.exception("reading a picture ended after %.1f s with a bug", monotonic() - started)
            return reader, ReadingError("The text in the picture could not be read.", "The log says why.")


def _close(reader: TextReader | None) -> None:
    if reader is not None:
        reader.close()
