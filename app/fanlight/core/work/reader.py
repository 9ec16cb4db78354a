"""Files are read on a thread of their own, one after the other: a large photo takes a second."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject

from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.domain.errors import FanlightError, InputError

log = logging.getLogger(__name__)
T = TypeVar("T")


class Reader(QObject):
    """What is asked for is answered in order, on the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dispatcher = MainThreadDispatcher(self)
        self._thread = ThreadPoolExecutor(1, "reader")

    def call(self, work: Callable[[], T], then: Callable[[T | FanlightError], object]) -> None:
        """`work` there, then `then` here, with its result or why there is none."""
        self._thread.submit(work).add_done_callback(lambda future: self._dispatcher(lambda: _tell(future, then)))

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)


def _tell(future: Future[T], then: Callable[[T | FanlightError], object]) -> None:
    if future.cancelled():
        return
    error = future.exception()
    if error is None:
        then(future.result())
    elif isinstance(error, FanlightError):
        then(error)
    else:
        log.error("reading a file ended with a bug", exc_info=error)
        then(InputError("The file cannot be read.", "The log says why. Another copy of it may work."))
