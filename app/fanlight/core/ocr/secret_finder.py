"""What should not be shown to others is found in a picture: its text is read, and its QR codes; or faces are looked
for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fanlight.core.ocr.ocr_worker import PartRead, PartReaderPort, ReadingJob
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image
from fanlight.domain.reading import FaceBox, TextLine
from fanlight.domain.secret_places import SecretPlace, face_places, secret_codes, secret_places


class SecretFinder(QObject):
    """Of several pictures that are searched, the last one counts."""

    found = Signal(object)
    """A tuple of SecretPlace; empty where there are none."""
    failed = Signal(object)
    """Why the text cannot be read."""
    changed = Signal()
    """`is_searching`."""

    def __init__(self, texts: PartReaderPort, parent: QObject) -> None:
        super().__init__(parent)
        self._texts = texts
        self._job: ReadingJob | None = None
        self._looks_for_faces = False

    @property
    def is_searching(self) -> bool:
        return self._job is not None

    @property
    def looks_for_faces(self) -> bool:
        return self.is_searching and self._looks_for_faces

    def find(self, load_image: Callable[[], Image]) -> None:
        """`load_image` is called on the reader's thread."""
        self.stop()
        lines, codes = list[TextLine](), list[TextLine]()

        def on_part(part: PartRead) -> None:
            lines.extend(part.lines)
            codes.extend(part.codes)

        def on_done(error: FanlightError | None) -> None:
            self._end(error, lambda: (*secret_places(lines), *secret_codes(codes)))

        self._looks_for_faces = False
        self._job = self._texts.read_from((0.0, 0.0), load_image, on_part, on_done)
        self.changed.emit()

    def find_faces(self, load_image: Callable[[], Image]) -> None:
        """As `find`."""
        self.stop()
        boxes: list[FaceBox] = []

        def on_done(error: FanlightError | None) -> None:
            self._end(error, lambda: face_places(boxes))

        self._looks_for_faces = True
        self._job = self._texts.find_faces(load_image, boxes.extend, on_done)
        self.changed.emit()

    def _end(self, error: FanlightError | None, places: Callable[[], tuple[SecretPlace, ...]]) -> None:
        self._job = None
        self.changed.emit()
        if error is not None:
            self.failed.emit(error)
        else:
            self.found.emit(places())

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._job = None
            self.changed.emit()
