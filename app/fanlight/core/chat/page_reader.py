"""A page of a document, drawn for the screen on a file thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.documents.passages import PageLine
from fanlight.domain.documents import Document
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image

LONGEST_SIDE = 2400
"""Pixels of a drawn page: letters stay sharp at four times the size of a small window."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """`lines`: its runs of text, with their places on it."""

    document: Document
    number: int
    image: Image
    lines: tuple[PageLine, ...]


class PageReader(QObject):
    page_drawn = Signal(object)
    """A DrawnPage: the last that was asked for."""
    failed = Signal(object)

    def __init__(self, file_worker: FileWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._file_worker = file_worker
        self._job: Job[NothingToLoad] | None = None
        self._passwords: dict[str, str] = {}

    def unlock(self, document: Document, password: str) -> None:
        """Use it for this document from now on; which is right, `draw` tells."""
        self._passwords[document.id] = password

    def draw(self, document: Document, number: int) -> None:
        """Of a PDF. What was asked for before, and is not drawn yet, is not wanted any more."""
        self.stop()
        password = self._passwords.get(document.id, "")
        self._job = self._file_worker.call(lambda: _drawn(document, number, password), self._on_drawn)

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _on_drawn(self, found: DrawnPage | FanlightError) -> None:
        self._job = None
        if isinstance(found, DrawnPage):
            self.page_drawn.emit(found)
        else:
            self.failed.emit(found)


def _drawn(document: Document, number: int, password: str) -> DrawnPage:
    """Slow; any thread. Raises DocumentError, StoreError."""
    from fanlight.documents.files import page_with_lines

    image, lines = page_with_lines(document, number, LONGEST_SIDE, password)
    return DrawnPage(document, number, image, tuple(lines))
