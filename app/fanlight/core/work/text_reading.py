"""The text in pictures, read on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.resource_thread import ResourceThread, Ticket
from fanlight.domain.errors import FanlightError, OcrError
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import TextLine
from fanlight.domain.stop import StopFlag

LoadReader = Callable[[], TextReader]
"""Slow, on the reader's thread. Raises ReadingError."""
Result = tuple[TextLine, ...] | FanlightError
Then = Callable[[Result], object]

IDLE_SECONDS = 120.0
"""So long the networks stay in memory (some 150 MB) after a picture."""


class TextReading(QObject):
    """Pictures are read one after the other. A reader that cannot be loaded is tried again at the next one: the user
    may have installed it."""

    def __init__(self, load: LoadReader, parent: QObject | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(parent)
        self._load = load
        self._thread: ResourceThread[TextReader] = ResourceThread(
            "text reader", MainThreadDispatcher(self), idle_seconds
        )

    def prepare(self) -> None:
        """Load the reader now: a picture will come soon. What goes wrong is said at the first picture."""
        self._thread.prepare(self._load)

    def read(self, image: Image, then: Then) -> Ticket:
        """`then` is called later, once, on this thread, with what was read or why nothing was; never after the ticket's
        `stop`, or `close`."""
        flag = StopFlag()

        def work(reader: TextReader, say: Then) -> None:
            say(reader.read(image, flag))

        def done(error: Exception | None) -> None:
            if error is not None:
                then(error if isinstance(error, FanlightError) else _bug())

        return self._thread.submit(self._load, work, then, done, flag.set)

    def close(self, deadline_seconds: float) -> bool:
        """Stop, free the reader, wait. Whether the thread has ended in time (one that never started has)."""
        return self._thread.close(deadline_seconds)


def _bug() -> OcrError:
    return OcrError("The text in the picture could not be read.", "The log says why.")
