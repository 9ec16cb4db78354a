"""A capture of a region that its user scrolls: pictures of it, several a second, become one long picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fanlight.core.capture.captures import CapturePlace
from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.desktop_errors import CaptureEmpty, CaptureError
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _

if TYPE_CHECKING:
    from fanlight.pictures.stitching import Stitcher

TICK_MS = 80
"""Between two pictures; where stitching takes longer, it waits for that."""
PREVIEW_WIDTH = 200
"""Pixels; the part of the page that the last frame shows, and as much above it."""

Grab = Callable[[], CapturedImage]
"""The region, on the GUI thread. Raises CaptureError."""


@dataclass(frozen=True, slots=True)
class ScrollingView:
    """What is shown meanwhile. `outcome` is a word of `pictures.stitching.Stitched`, "" before the first frame; the
    last frame lies in the picture from `top` on; `preview` is a part of it, smaller."""

    outcome: str = ""
    height: int = 0
    top: int = 0
    preview: CapturedImage | None = None


class ScrollingCapture(QObject):
    """Begins when it is made. Each ends with one of `finished` and `failed`, unless `stop` ends it."""

    changed = Signal(object)
    """A ScrollingView."""
    finished = Signal(object)
    """A CapturedImage."""
    failed = Signal(object)

    def __init__(
        self,
        place: CapturePlace,
        grab: Grab,
        file_worker: FileWorker,
        parent: QObject | None = None,
        *,
        is_cut: bool = False,
    ) -> None:
        """`is_cut`: the bar stands below `place`, where the user has chosen more."""
        super().__init__(parent)
        self.place, self._grab, self._file_worker = place, grab, file_worker
        self.is_cut = is_cut
        self.view = ScrollingView()
        self._stitcher: Stitcher | None = None
        self._busy = self._wanted = self._over = False
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.take_frame)
        self._timer.start()

    def finish(self) -> None:
        """Make the picture of what is there, with the frame that is being stitched."""
        self._timer.stop()
        self._wanted = True
        if not self._busy and not self._over:
            self._deliver()

    def stop(self) -> None:
        """No signal comes any more."""
        self._timer.stop()
        self._over, self._stitcher = True, None

    def take_frame(self) -> None:
        """At each tick."""
        if self._busy or self._over:
            return
        try:
            image = self._grab()
        except CaptureError as error:
            self._fail(error)
            return
        self._busy = True
        stitcher = self._stitcher
        self._file_worker.call(lambda: _stitched(stitcher, image), self._on_stitched)

    def _on_stitched(self, result: tuple[Stitcher, ScrollingView] | FanlightError) -> None:
        self._busy = False
        if self._over:
            return
        if isinstance(result, FanlightError):
            self._fail(result)
            return
        self._stitcher, self.view = result
        self.changed.emit(self.view)
        if self.view.outcome == "full":
            self._timer.stop()
        if self._wanted:
            self._deliver()

    def _deliver(self) -> None:
        stitcher = self._stitcher
        if stitcher is None:
            self._fail(CaptureEmpty(_("Nothing was captured yet."), _("Capture again, and scroll.")))
            return
        self._busy = True
        self._file_worker.call(lambda: CapturedImage.of_pixels(stitcher.picture()), self._on_picture)

    def _on_picture(self, result: CapturedImage | FanlightError) -> None:
        if self._over:
            return
        self.stop()
        (self.failed if isinstance(result, FanlightError) else self.finished).emit(result)

    def _fail(self, error: FanlightError) -> None:
        self.stop()
        self.failed.emit(error)


def _stitched(stitcher: Stitcher | None, image: CapturedImage) -> tuple[Stitcher, ScrollingView]:
    from fanlight.pictures.stitching import Stitcher

    pixels = image.to_pixels()
    if stitcher is None:
        stitcher = Stitcher(pixels)
        outcome, top = "still", 0
    elif pixels.shape != (stitcher.frame_height, stitcher.width):
        raise CaptureEmpty(_("The screens have changed."), _("Capture again."))
    else:
        step = stitcher.add(pixels)
        outcome, top = step.outcome.value, step.top
    end = min(stitcher.height, top + stitcher.frame_height)
    part = stitcher.rows(max(0, end - 2 * stitcher.frame_height), end)
    small = CapturedImage.of_pixels(part).scaled_to_width(PREVIEW_WIDTH)
    return stitcher, ScrollingView(outcome, stitcher.height, top, small)
