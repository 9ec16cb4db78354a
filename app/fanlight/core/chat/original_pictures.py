"""A picture with all of its pixels, read on a file thread when somebody looks closer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.domain.documents import Document
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image, Picture
from fanlight.domain.picture_regions import PictureRegion
from fanlight.i18n import _

PAGE_SIDE = 4677
"""Pixels of a page: A4 at 400 dots an inch."""
MOST_PIXELS = 80_000_000
"""A larger picture is shown smaller: it would take gigabytes."""


@dataclass(frozen=True, slots=True)
class Original:
    """`read`: slow; any thread. Raises FanlightError."""

    name: str
    read: Callable[[], Image]
    attachment: Attachment | None = None
    """What it is in a conversation, or in the question to come: it can be replaced there."""
    is_sent: bool = False
    """It is in a conversation."""
    is_replaced: bool = False
    """What is drawn on it takes its place; otherwise that is another picture beside it."""
    caption: str = ""
    """Shown above it."""
    regions: Sequence[PictureRegion] = ()
    """Places in it that an answer names, drawn on it."""
    note: str = ""
    """What is shown below it: what is said at that moment of a clip."""


def originals_of(attachments: Sequence[Attachment], *, are_sent: bool = False) -> list[Original]:
    """Of the pictures among them."""
    return [
        Original(one.picture.name or _("Picture"), partial(_whole_picture, one.picture), one, are_sent, not are_sent)
        for one in attachments
        if one.picture is not None
    ]


def originals_of_pages(document: Document) -> list[Original]:
    """Of all pages of a PDF."""
    name = _("{name}, page {page}")
    return [
        Original(name.format(name=document.name, page=number), partial(_whole_page, document, number))
        for number in range(1, document.page_count + 1)
    ]


class OriginalReader(QObject):
    """Of several that are asked for, the last one counts."""

    ready = Signal(object, object)
    """An Original, and its Image."""
    failed = Signal(object)

    def __init__(self, file_worker: FileWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._file_worker = file_worker
        self._job: Job[NothingToLoad] | None = None

    def read(self, original: Original) -> None:
        self.stop()
        self._job = self._file_worker.call(original.read, lambda found: self._on_read(original, found))

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _on_read(self, original: Original, found: Image | FanlightError) -> None:
        self._job = None
        if isinstance(found, FanlightError):
            self.failed.emit(found)
        else:
            self.ready.emit(original, found)


def _whole_picture(picture: Picture) -> Image:
    """Of one that is not kept, what the model is sent."""
    from fanlight.pictures.files import read_bytes

    if not (data := picture.data):
        return picture.image
    shrunk = min(1.0, (MOST_PIXELS / max(1, picture.width * picture.height)) ** 0.5)
    return read_bytes(data, picture.name, max(1, int(max(picture.width, picture.height) * shrunk)), page=1).image


def _whole_page(document: Document, number: int) -> Image:
    from fanlight.documents.files import page_pictures

    return page_pictures(document, [number], PAGE_SIDE)[0]
