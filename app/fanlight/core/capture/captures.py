"""The captures of this run, in memory: for the tray, and for the same rectangle again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QLocale, QObject, QTime, Signal

from fanlight.core.capture.selection import SelectionKind
from fanlight.desktop.capture import Box, CapturedImage, ScreenImage
from fanlight.desktop.capture.geometry import placed
from fanlight.domain.desktop_errors import CaptureEmpty
from fanlight.i18n import _

MOST_BYTES = 64_000_000
MOST = 12
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class CapturePlace:
    """Where a capture was: `device` on its screen and `desktop` on the virtual desktop (what `fanlight shot --region`
    takes), both in device pixels; `rect` on the desktop in Qt's logical ones. The screen may be switched off later."""

    screen_name: str
    rect: Box
    device: Box
    desktop: Box
    kind: SelectionKind = "region"


@dataclass(frozen=True, eq=False, slots=True)
class Capture:
    """`place` is None where the desktop does not report the position (Wayland). `drawn_on`: squares where the user has
    drawn on it, or redacted it (`pictures/differences.py`)."""

    image: CapturedImage
    place: CapturePlace | None = None
    drawn_on: frozenset[tuple[int, int]] = frozenset()
    number: int = field(default_factory=lambda: next(_numbers))
    taken: datetime = field(default_factory=lambda: datetime.now().astimezone())

    @classmethod
    def of_part(cls, frame: ScreenImage, device: Box, kind: SelectionKind = "region") -> Capture:
        """Raises CaptureEmpty: nothing of `device` is on the screen, or the screen is no longer there."""
        part = device.cut(frame.screen.device)
        if not part.area:
            raise CaptureEmpty(_("The rectangle has no pixels."))
        if not frame.is_on_screen():
            raise CaptureEmpty(
                _("The screen {name} is no longer there.").format(name=frame.screen_name), _("Capture again.")
            )
        origin = frame.screen.desktop
        place = CapturePlace(
            frame.screen_name, frame.screen.logical(part), part, part.moved(origin.left, origin.top), kind
        )
        return cls(CapturedImage(frame.crop(part)), place)

    @classmethod
    def of_region(cls, frames: Sequence[ScreenImage], desktop: Box) -> Capture:
        """The part of `desktop` on the screen that has most of it. Raises CaptureEmpty."""
        index, device = placed(desktop, [frame.screen for frame in frames])
        return cls.of_part(frames[index], device)

    @property
    def size(self) -> str:
        return f"{self.image.width} × {self.image.height}"

    @property
    def title(self) -> str:
        """ "640 × 480, 14:03"."""
        return f"{self.size}, {self.time}"

    @property
    def time(self) -> str:
        """When it was taken, as the locale writes it."""
        return QLocale().toString(QTime(self.taken.hour, self.taken.minute), QLocale.FormatType.ShortFormat)


class CaptureHistory(QObject):
    """Newest first. The oldest are dropped when there are more than MOST, or more than `most_bytes` together; the
    newest always stays."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(parent)
        self._most_bytes = most_bytes
        self._captures: list[Capture] = []

    @property
    def all(self) -> tuple[Capture, ...]:
        return tuple(self._captures)

    @property
    def byte_count(self) -> int:
        return sum(capture.image.byte_count for capture in self._captures)

    def add(self, capture: Capture) -> None:
        self._captures.insert(0, capture)
        while len(self._captures) > 1 and (len(self._captures) > MOST or self.byte_count > self._most_bytes):
            self._captures.pop()
        self.changed.emit()

    def discard(self, number: int) -> None:
        self._captures = [capture for capture in self._captures if capture.number != number]
        self.changed.emit()

    def find(self, number: int) -> Capture | None:
        return next((capture for capture in self._captures if capture.number == number), None)

    def before(self, capture: Capture) -> Capture | None:
        """The newest other one of the same rectangle, as large."""
        place = capture.place
        same = (
            other
            for other in self._captures
            if other.place is not None and place is not None and other.number != capture.number
            if other.place.desktop == place.desktop and other.size == capture.size
        )
        return next(same, None)

    def clear(self) -> None:
        self._captures.clear()
        self.changed.emit()
