"""Small pictures of a document's pages, drawn on a file thread, one after the other: those that are in view first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.domain.documents import Document
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image

SIDE = 160
MOST_KEPT = 400
"""30 MB."""


class StripThumbnails(QObject):
    drawn = Signal(object, int, object)
    """A Document, a page, an Image."""

    def __init__(self, file_worker: FileWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._file_worker = file_worker
        self._kept: OrderedDict[tuple[str, int], Image] = OrderedDict()
        self._wanted: list[tuple[Document, int]] = []
        self._job: Job[NothingToLoad] | None = None

    def want(self, document: Document, pages: Iterable[int]) -> None:
        """These, and no longer those that were wanted before."""
        self._wanted = []
        for page in pages:
            if (known := self._kept.get((document.id, page))) is not None:
                self.drawn.emit(document, page, known)
            else:
                self._wanted.append((document, page))
        self._draw_next()

    def stop(self) -> None:
        self._wanted = []
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _draw_next(self) -> None:
        if self._job is None and self._wanted:
            document, page = self._wanted.pop(0)
            self._job = self._file_worker.call(
                lambda: _small_page(document, page), lambda found: self._on_drawn(document, page, found)
            )

    def _on_drawn(self, document: Document, page: int, found: Image | FanlightError) -> None:
        self._job = None
        if not isinstance(found, FanlightError):
            self._kept[document.id, page] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            self.drawn.emit(document, page, found)
        self._draw_next()


def _small_page(document: Document, page: int) -> Image:
    """Slow; any thread."""
    from fanlight.documents.thumbnails import page_thumbnail

    return page_thumbnail(document, page, SIDE)
