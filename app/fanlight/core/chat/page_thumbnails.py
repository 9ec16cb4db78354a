"""Below a question about a document: the first page that the model was given of it, drawn on a file thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.turns import THUMBNAIL_SIDE
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.domain.documents import Document
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image

MOST_KEPT = 48
"""Thumbnails in memory: 10 MB."""


class PageThumbnails(QObject):
    """One is drawn after the other, of the conversation on the screen; those drawn last are kept for when it is opened
    again."""

    def __init__(self, file_worker: FileWorker, current: Callable[[], Conversation], parent: QObject) -> None:
        super().__init__(parent)
        self._file_worker, self._current = file_worker, current
        self._drawn: OrderedDict[tuple[str, int], Image] = OrderedDict()
        self._job: Job[NothingToLoad] | None = None

    def show_missing(self) -> None:
        """What is known is shown at once."""
        conversation = self._current()
        for document, page in conversation.pages.to_draw():
            if (known := self._drawn.get((document.id, page))) is not None:
                self._drawn.move_to_end((document.id, page))
                conversation.pages.show_thumbnail(document.id, page, known)
            elif self._job is None:
                self._draw(document, page)

    def _draw(self, document: Document, page: int) -> None:
        self._job = self._file_worker.call(
            lambda: _thumbnail(document, page), lambda found: self._on_drawn(document.id, page, found)
        )

    def _on_drawn(self, id_: str, page: int, found: Image | FanlightError) -> None:
        self._job = None
        if isinstance(found, FanlightError):  # said where the page itself is asked for
            return
        self._drawn[id_, page] = found
        while len(self._drawn) > MOST_KEPT:
            self._drawn.popitem(last=False)
        self.show_missing()


def _thumbnail(document: Document, page: int) -> Image:
    """Slow; any thread."""
    from fanlight.documents.thumbnails import page_thumbnail

    return page_thumbnail(document, page, THUMBNAIL_SIDE)
