"""One picture of every screen, without Fanlight's own windows in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QRegion, QWindow

from fanlight.desktop.capture.fading import LONGEST_SECONDS
from fanlight.desktop.capture.frame import CaptureBackend, ClearingRegions, ScreenImage, WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.desktop.capture.screen_lock import screen_lock
from fanlight.desktop.own_windows import own_windows
from fanlight.domain.desktop_errors import CaptureError

POLL_MS = 12
UNCHANGED_SECONDS = 0.3
"""Where another program's window has the very colors of ours, nothing shows that ours has gone."""
STILL_SECONDS = 0.12
"""So long no fade stands still: a step of it takes 10 ms in picom as it comes, up to 100 ms as people set it."""
_CELL = 64
"""Device pixels; programs paint what was behind a window one after the other, so each part is checked by itself."""


@dataclass(frozen=True, slots=True)
class ScreenCapture:
    """`windows` are those that can be clicked, topmost first."""

    frames: list[ScreenImage]
    windows: list[WindowBox]


OnGrabbed = Callable[[ScreenCapture | CaptureError], None]


class ScreenGrabber(QObject):
    """One grab at a time; own windows stay hidden until `restore_own_windows`."""

    def __init__(
        self, backend: CaptureBackend, parent: QObject | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self.backend, self._clock = backend, clock
        self._on_grabbed: OnGrabbed | None = None
        self._settling: _Settling | None = None
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.setTimerType(Qt.TimerType.PreciseTimer)
        self._poll.timeout.connect(self._check_settled)

    def prepare(self) -> None:
        self.backend.prepare()

    def start_grab(self, on_grabbed: OnGrabbed) -> None:
        """Call `on_grabbed` with the capture, or why there is none: before this returns when no own window is on view,
        or was a moment ago, else as soon as the screen is painted without them. A second start drops the first."""
        self.cancel()
        if (locked := screen_lock()) is not None:
            on_grabbed(locked)
            return
        own = [window for window in own_windows() if _is_on_view(window)]
        try:
            before = self.backend.grab_screens() if own else []
            clearing = self.backend.hide_own_windows(own)
        except CaptureError as error:
            on_grabbed(error)
            return
        self._on_grabbed = on_grabbed
        if clearing.is_empty:
            self._finish(self._grab())
        else:
            self._settling = _Settling(before, clearing, self._clock)
            self._poll.start()

    def cancel(self) -> None:
        self._poll.stop()
        self._on_grabbed = self._settling = None

    def restore_own_windows(self, *, activate: bool = True) -> None:
        """The own windows, as and where they were; with `activate` also the keyboard, where one of them had it."""
        self.cancel()
        self.backend.restore_own_windows(activate=activate)

    def _check_settled(self) -> None:
        assert self._settling is not None
        try:
            frames = self.backend.grab_screens()
        except CaptureError as error:
            self._finish(error)
            return
        if self._settling.is_settled(frames):
            self._finish(self._grab(frames))

    def _grab(self, frames: list[ScreenImage] | None = None) -> ScreenCapture | CaptureError:
        try:
            return ScreenCapture(frames or self.backend.grab_screens(), self.backend.list_windows())
        except CaptureError as error:
            return error

    def _finish(self, result: ScreenCapture | CaptureError) -> None:
        on_grabbed = self._on_grabbed
        self.cancel()
        if on_grabbed:
            on_grabbed(result)


def _is_on_view(window: QWindow) -> bool:
    return window.isVisible() and not window.windowState() & Qt.WindowState.WindowMinimized


class _Settling:
    """Whether the pixels of the hidden own windows have been painted over and no longer change.

    Painted over: without a compositing manager each program repaints at its own pace, and the old pixels stay until
    then. No longer changing: a compositing manager may fade windows out, all their pixels at once.
    """

    def __init__(self, before: Sequence[ScreenImage], clearing: ClearingRegions, clock: Callable[[], float]) -> None:
        self._before = self._last = before
        self._clearing, self._clock = clearing, clock
        self._started = self._still_since = clock()

    def is_settled(self, frames: Sequence[ScreenImage]) -> bool:
        last, self._last = self._last, frames
        now = self._clock()
        longest = LONGEST_SECONDS if self._clearing.may_fade else UNCHANGED_SECONDS
        if now - self._started > longest or not _same_sizes(frames, last or frames):
            return True
        clearing = self._clearing
        if not last or _changed(frames, last, clearing.covered + clearing.fading, every=False):
            self._still_since = now
            return False
        if clearing.may_fade and now - self._still_since < STILL_SECONDS:
            return False
        if clearing.covered.isEmpty() or now - self._started > UNCHANGED_SECONDS:
            return True
        return _changed(frames, self._before, clearing.covered, every=True)


def _same_sizes(frames: Sequence[ScreenImage], others: Sequence[ScreenImage]) -> bool:
    return [frame.image.size() for frame in frames] == [frame.image.size() for frame in others]


def _changed(frames: Sequence[ScreenImage], others: Sequence[ScreenImage], region: QRegion, *, every: bool) -> bool:
    """Whether every cell of `region`, or any, looks different."""
    differences = (
        frame.crop(cell) != other.crop(cell)
        for frame, other in zip(frames, others, strict=True)
        for cell in _cells(frame, region)
    )
    return all(differences) if every else any(differences)


def _cells(frame: ScreenImage, region: QRegion) -> list[Box]:
    """The parts of `region`, which is in device pixels of the virtual desktop, on this frame."""
    left, top, width, height = frame.screen.desktop
    parts = [
        Box(rect.x() - left, rect.y() - top, rect.width(), rect.height())
        for rect in region.intersected(QRect(left, top, width, height))  # type: ignore[attr-defined]
    ]
    return [
        Box(x, y, _CELL, _CELL).cut(part)
        for part in parts
        for y in range(part.top, part.bottom, _CELL)
        for x in range(part.left, part.right, _CELL)
    ]
