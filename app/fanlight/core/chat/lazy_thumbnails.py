"""Small pictures that are drawn on a file thread, one after the other: those that are in view first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image

MOST_KEPT = 400
"""Some 30 MB."""


class LazyThumbnails(QObject):
    """By key. One that cannot be drawn is not tried again."""

    ready = Signal(object, object)
    """A key, and its Image."""

    def __init__(
        self, draw: Callable[[Hashable], Callable[[], Image]], file_worker: FileWorker, parent: QObject | None = None
    ) -> None:
        """`draw` makes of a key what is called on a file thread; that may raise FanlightError."""
        super().__init__(parent)
        self._draw, self._file_worker = draw, file_worker
        self._kept: OrderedDict[Hashable, Image] = OrderedDict()
        self._failed: set[Hashable] = set()
        self._wanted: list[Hashable] = []
        self._job: Job[NothingToLoad] | None = None

    def want(self, keys: Iterable[Hashable]) -> None:
        """These, and no longer those that were wanted before."""
        self._wanted = []
        for key in keys:
            if (known := self._kept.get(key)) is not None:
                self.ready.emit(key, known)
            elif key not in self._failed:
                self._wanted.append(key)
        self._draw_next()

    def stop(self) -> None:
        self._wanted = []
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _draw_next(self) -> None:
        if self._job is None and self._wanted:
            key = self._wanted.pop(0)
            self._job = self._file_worker.call(self._draw(key), lambda found: self._on_drawn(key, found))

    def _on_drawn(self, key: Hashable, found: Image | FanlightError) -> None:
        self._job = None
        if isinstance(found, FanlightError):
            self._failed.add(key)
        else:
            self._kept[key] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            self.ready.emit(key, found)
        self._draw_next()
