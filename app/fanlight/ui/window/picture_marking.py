"""A picture that was found by what is written in it: it is read once more, and the words are marked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from fanlight.core.kept_pictures import SIDE
from fanlight.core.ocr.ocr_worker import OcrResult, OcrWorker
from fanlight.core.picture_search.pixels import pixels_of
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image, Picture
from fanlight.domain.picture_marks import PictureMarks, marks_in
from fanlight.domain.search import SearchQuery

Show = Callable[[int, int, PictureMarks], None]
"""Gets an entry, the number of its picture, and the places in that."""


class PictureMarking(QObject):
    def __init__(self, file_worker: FileWorker, texts: OcrWorker, show: Show, parent: QObject) -> None:
        super().__init__(parent)
        self._file_worker, self._texts, self._show = file_worker, texts, show
        self._asked = 0

    def stop(self) -> None:
        """Nothing more is marked."""
        self._asked += 1

    def mark(self, entry: int, pictures: list[Picture], query: SearchQuery) -> None:
        """One after the other. What cannot be read stays as it is."""
        self.stop()
        self._next(self._asked, entry, list(enumerate(pictures)), query)

    def _next(self, asked: int, entry: int, left: list[tuple[int, Picture]], query: SearchQuery) -> None:
        if asked != self._asked or not left:
            return
        number, picture = left[0]

        def on_lines(image: Image, lines: OcrResult) -> None:
            if asked != self._asked:
                return
            if not isinstance(lines, FanlightError):
                self._show(entry, number, marks_in(lines, (image.width, image.height), query))
            self._next(asked, entry, left[1:], query)

        def on_pixels(image: Image | FanlightError) -> None:
            if asked != self._asked:
                return
            if isinstance(image, FanlightError):
                self._next(asked, entry, left[1:], query)
            else:
                self._texts.read(image, lambda lines: on_lines(image, lines))

        self._file_worker.call(lambda: pixels_of(picture.data, SIDE), on_pixels)
