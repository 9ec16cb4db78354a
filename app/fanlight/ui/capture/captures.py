"""The captures of this run, in memory: for the tray, and for the same rectangle again."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from fanlight.ui.capture.overlay import Selection

MOST_BYTES = 64_000_000
MOST = 12
THUMBNAIL_SIDE = 96
_numbers = itertools.count(1)


@dataclass(frozen=True, eq=False, slots=True)
class Capture:
    """`place` is where on the screens it was, None where the desktop did not say (Wayland)."""

    image: QImage
    place: Selection | None = None
    number: int = field(default_factory=lambda: next(_numbers))
    taken: datetime = field(default_factory=lambda: datetime.now().astimezone())

    @property
    def size(self) -> str:
        return f"{self.image.width()} × {self.image.height()}"

    @property
    def title(self) -> str:
        """ "640 × 480, 14:03"."""
        return f"{self.size}, {self.taken:%H:%M}"

    def thumbnail(self, side: int = THUMBNAIL_SIDE) -> QImage:
        if max(self.image.width(), self.image.height()) <= side:
            return self.image
        how = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        return self.image.scaled(side, side, *how)


class Captures(QObject):
    """Newest first. The oldest leave when there are too many, or they are too large together; the newest always
    stays."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(parent)
        self._most_bytes = most_bytes
        self._captures: list[Capture] = []

    @property
    def all(self) -> tuple[Capture, ...]:
        return tuple(self._captures)

    @property
    def bytes(self) -> int:
        return sum(capture.image.sizeInBytes() for capture in self._captures)

    def add(self, capture: Capture) -> None:
        self._captures.insert(0, capture)
        while len(self._captures) > 1 and (len(self._captures) > MOST or self.bytes > self._most_bytes):
            self._captures.pop()
        self.changed.emit()

    def forget(self, number: int) -> None:
        self._captures = [capture for capture in self._captures if capture.number != number]
        self.changed.emit()

    def find(self, number: int) -> Capture | None:
        return next((capture for capture in self._captures if capture.number == number), None)

    def clear(self) -> None:
        self._captures.clear()
        self.changed.emit()
