"""Another page of an attached file that has several: the first is attached, the user goes to others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachment_reader import Source, read_attachment
from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError

MOST_FILES = 24


@dataclass
class _PagedFile:
    source: Source
    name: str
    page: int = 1
    """Attached, or being read."""
    wanted: int = 1
    """The last that was chosen: it is read next."""


class PageChoice(QObject):
    problem = Signal(object)

    def __init__(self, file_worker: FileWorker, longest_side: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._file_worker, self._longest_side = file_worker, longest_side
        self._files: OrderedDict[int, _PagedFile] = OrderedDict()

    def remember(self, key: int, source: Source, name: str) -> None:
        """Where the pages of the attachment with this key are read from. The last MOST_FILES are known."""
        self._files[key] = _PagedFile(source, name)
        while len(self._files) > MOST_FILES:
            self._files.popitem(last=False)

    def choose(self, attachments: Attachments, key: int, page: int) -> None:
        """Attach page number `page` in place of the one that is; if it cannot be read, that one stays. Of several that
        are chosen while one is read, the last counts."""
        if (file := self._files.get(key)) is None:
            return
        file.wanted = page
        if page != file.page and (before := attachments.expect_page(key)) is not None:
            self._read(attachments, key, file, before)

    def _read(self, attachments: Attachments, key: int, file: _PagedFile, before: Attachment) -> None:
        page_before, file.page = file.page, file.wanted
        page, side = file.page, self._longest_side()
        detail = before.picture.detail if before.picture is not None else "normal"

        def on_read(found: Attachment | FanlightError) -> None:
            if file.wanted != page:
                file.page = page_before
                self._read(attachments, key, file, before)
            elif isinstance(found, Attachment):
                attachments.resolve(key, found)
            else:
                file.page = file.wanted = page_before
                attachments.resolve(key, before)
                self.problem.emit(found)

        self._file_worker.call(lambda: read_attachment(file.source, file.name, side, page, detail), on_read)
