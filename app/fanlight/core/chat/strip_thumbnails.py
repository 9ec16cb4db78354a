"""Small pictures of a document's pages, drawn on a file thread, one after the other: those that are in view first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.lazy_thumbnails import LazyThumbnails
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.documents import Document
from fanlight.domain.messages import Image

SIDE = 160


class StripThumbnails(QObject):
    drawn = Signal(object, int, object)
    """A Document, a page, an Image."""

    def __init__(self, file_worker: FileWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._thumbnails = LazyThumbnails(self._drawing, file_worker, self)
        self._thumbnails.ready.connect(self._on_ready)

    def want(self, document: Document, pages: Iterable[int]) -> None:
        """These, and no longer those that were wanted before."""
        self._document = document
        self._thumbnails.want([(document.id, page) for page in pages])

    def stop(self) -> None:
        self._thumbnails.stop()

    def _drawing(self, key: Hashable) -> Callable[[], Image]:
        document = self._document
        assert document is not None
        assert isinstance(key, tuple)
        return lambda: _small_page(document, key[1])

    def _on_ready(self, key: tuple[str, int], image: Image) -> None:
        if self._document is not None and key[0] == self._document.id:
            self.drawn.emit(self._document, key[1], image)


def _small_page(document: Document, page: int) -> Image:
    """Slow; any thread."""
    from fanlight.documents.thumbnails import page_thumbnail

    return page_thumbnail(document, page, SIDE)
