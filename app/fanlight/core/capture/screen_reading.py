"""Reads the text on frozen screens while they are shown, what is near the pointer first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.screen_text import ScreenCode, ScreenText
from fanlight.core.ocr.ocr_worker import PartRead, PartReaderPort, ReadingJob
from fanlight.desktop.capture import CapturedImage, ScreenImage
from fanlight.desktop.capture.geometry import Box
from fanlight.domain.errors import FanlightError
from fanlight.domain.found_items import code_item


class ScreenReading(QObject):
    """`is_reading`, until all screens are read; `problem`: why one could not be."""

    changed = Signal()
    """More was read, or all of a screen."""

    def __init__(self, texts: PartReaderPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._jobs: list[ReadingJob] = []
        self._unfinished: list[ScreenText] = []
        self.problem: FanlightError | None = None

    @property
    def is_reading(self) -> bool:
        return bool(self._unfinished)

    def is_read(self, text: ScreenText) -> bool:
        """Nothing more comes into it."""
        return text not in self._unfinished

    def read(self, frame: ScreenImage, text: ScreenText, near: tuple[float, float]) -> None:
        """After the screens that are being read, into `text`; `near` is in the frame's device pixels."""
        picture = CapturedImage(frame.image)
        self._unfinished.append(text)
        self._jobs.append(
            self._texts.read_from(
                near,
                picture.to_image,
                lambda part: self._on_part(text, part),
                lambda error: self._on_done(text, error),
            )
        )

    def stop(self) -> None:
        """Nothing more is read, and nothing is said of it."""
        for job in self._jobs:
            job.stop()
        self._jobs.clear()
        self._unfinished.clear()
        self.problem = None

    def _on_part(self, text: ScreenText, part: PartRead) -> None:
        text.add(part.lines)
        text.add_codes(
            ScreenCode(Box(round(one.left), round(one.top), round(one.width), round(one.height)), code_item(one.text))
            for one in part.codes
        )
        self.changed.emit()

    def _on_done(self, text: ScreenText, error: FanlightError | None) -> None:
        self._unfinished.remove(text)
        self.problem = self.problem or error
        self.changed.emit()
