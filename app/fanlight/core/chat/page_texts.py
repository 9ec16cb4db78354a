"""Pages of documents that have no text, as scans have none, are read one after the other while the user goes on: first
those that are asked for, then those that are looked at, then from the beginning on."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.stored_documents import with_texts
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Priority
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.domain.documents import Document
from fanlight.domain.errors import FanlightError, OcrError
from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine, layout_text

if TYPE_CHECKING:
    from fanlight.documents.page_index import PageIndex

log = logging.getLogger(__name__)

SIDE = 2339
"""Pixels: A4 at 200 dots an inch."""
SHOW_AFTER = 8
"""Pages that are read in the background before they are shown and kept together: an index is made for each time."""
BUSY_MS = 1_000
"""Until it is looked again whether the model still answers."""
MOST_KNOWN = 8
"""Documents whose texts are remembered after they were read, for conversations that are opened again."""

OcrLines = tuple[TextLine, ...] | FanlightError
ReadPage = Callable[[Image, Callable[[OcrLines], object], Priority], object]
"""Reads a picture and calls back on this thread: `OcrWorker.read`."""


@dataclass(frozen=True, slots=True)
class ReadPages:
    """`document` with the texts so far; `left` more pages are to be read."""

    document: Document
    index: PageIndex
    left: int


WhenRead = Callable[[ReadPages | OcrError], object]


@dataclass
class _Reading:
    document: Document
    texts: list[str]
    left: list[int]
    """In the order in which they are read."""
    wanted: set[int] = field(default_factory=set)
    waiting: list[tuple[set[int], WhenRead]] = field(default_factory=list)
    unshown: int = 0


class PageTexts(QObject):
    """One page at a time. While `is_busy`, only those that somebody waits for."""

    pages_read = Signal(object)
    """ReadPages."""

    def __init__(
        self,
        read: ReadPage,
        file_worker: FileWorker,
        is_busy: Callable[[], bool],
        parent: QObject | None = None,
        make_timer: MakeTimer | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._file_worker, self._is_busy = read, file_worker, is_busy
        self._readings: OrderedDict[str, _Reading] = OrderedDict()
        self._known: OrderedDict[str, ReadPages] = OrderedDict()
        self._page: tuple[str, int] | None = None
        self._later = Timeout(self, self._step, BUSY_MS, make_timer)

    def begin(self, document: Document, first: Iterable[int] = (), then: WhenRead | None = None) -> None:
        """Read the pages without text; `then` is called as soon as those of `first` are read, with an OcrError where
        none can be. What is read already is told where `document` does not have it."""
        if (known := self._known.get(document.id)) is not None:
            if known.document.texts != document.texts:
                self.pages_read.emit(known)
            if then is not None:
                then(known)
            return
        if document.id not in self._readings:
            left = [number for number, text in enumerate(document.texts, 1) if not text]
            if not left or document.kind != "pdf":
                return
            self._readings[document.id] = _Reading(document, list(document.texts), left)
        reading = self._readings[document.id]
        if then is not None:
            reading.waiting.append((set(first) & set(reading.left), then))
        self.want(document.id, first)

    def want(self, document_id: str, pages: Iterable[int]) -> None:
        """Read these before the others."""
        if (reading := self._readings.get(document_id)) is not None:
            ahead = [page for page in pages if page in reading.left]
            reading.wanted |= set(ahead)
            reading.left = [*ahead, *(page for page in reading.left if page not in ahead)]
            self._readings.move_to_end(document_id, last=False)
        self._step()

    def left_of(self, document_id: str) -> int:
        """How many of its pages are to be read."""
        return len(reading.left) if (reading := self._readings.get(document_id)) is not None else 0

    def forget(self) -> None:
        """Read no more of what was begun, and keep nothing of it in memory."""
        self._readings.clear()
        self._known.clear()
        self._later.cancel()

    def _step(self) -> None:
        if self._page is not None or not self._readings:
            return
        id_, reading = next(iter(self._readings.items()))
        page = reading.left[0]
        is_wanted = page in reading.wanted
        if not is_wanted and self._is_busy():
            self._later.start(BUSY_MS)
            return
        self._page = (id_, page)
        priority = Priority.WINDOW if is_wanted else Priority.BACKGROUND
        document = reading.document
        self._file_worker.call(lambda: _drawn(document, page), lambda image: self._on_drawn(id_, page, image, priority))

    def _on_drawn(self, id_: str, page: int, image: Image | FanlightError, priority: Priority) -> None:
        if isinstance(image, FanlightError):  # damaged, or protected: said where the page is looked at
            self._on_text(id_, page, "")
        else:
            self._read(image, lambda lines: self._on_lines(id_, page, lines), priority)

    def _on_lines(self, id_: str, page: int, lines: OcrLines) -> None:
        if isinstance(lines, OcrError):
            self._give_up(lines)
        else:
            self._on_text(id_, page, "" if isinstance(lines, FanlightError) else layout_text(lines))

    def _give_up(self, error: OcrError) -> None:
        """What reads text is not installed, or damaged."""
        log.info("pages without text are not read: %s", error)
        readings, self._page = list(self._readings.values()), None
        self._readings.clear()
        for reading in readings:
            for _pages, then in reading.waiting:
                then(error)

    def _on_text(self, id_: str, page: int, text: str) -> None:
        self._page = None
        if (reading := self._readings.get(id_)) is not None:
            reading.texts[page - 1] = text
            reading.left.remove(page)
            reading.unshown += 1
            is_waited_for = any(not pages - {page} for pages, _then in reading.waiting)
            for pages, _then in reading.waiting:
                pages.discard(page)
            if is_waited_for or page in reading.wanted or reading.unshown >= SHOW_AFTER or not reading.left:
                self._show(reading)
            if not reading.left:
                del self._readings[id_]
        self._step()

    def _show(self, reading: _Reading) -> None:
        reading.unshown = 0
        document, texts, left = reading.document, tuple(reading.texts), len(reading.left)
        ready = [then for pages, then in reading.waiting if not pages]
        reading.waiting = [one for one in reading.waiting if one[0]]

        def on_indexed(found: Any) -> None:
            if isinstance(found, FanlightError):
                return
            if not left:
                self._known[document.id] = found
                while len(self._known) > MOST_KNOWN:
                    self._known.popitem(last=False)
            self.pages_read.emit(found)
            for then in ready:
                then(found)

        self._file_worker.call(lambda: _indexed(document, texts, left), on_indexed)


def _drawn(document: Document, page: int) -> Image:
    """Slow; any thread. Raises DocumentError, StoreError."""
    from fanlight.documents.files import page_pictures

    return page_pictures(document, [page], SIDE)[0]


def _indexed(document: Document, texts: tuple[str, ...], left: int) -> ReadPages:
    """Milliseconds for each hundred pages; any thread."""
    from fanlight.documents.page_index import PageIndex

    return ReadPages(with_texts(document, texts), PageIndex(texts), left)
