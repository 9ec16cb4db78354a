"""Windows of Fanlight's that were hidden a moment ago: a compositing manager may still be fading them out."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtGui import QRegion, QWindow

from fanlight.desktop import xcb

LONGEST_SECONDS = 1.0
"""No longer is a fade waited for. That of picom takes 0.33 s as it comes."""


class HiddenWindows:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._hidden: list[tuple[float, QRegion]] = []

    def note(self, window: QWindow | None) -> None:
        """It is being hidden now."""
        if window is not None and xcb.is_x11() and (box := xcb.qt_connection().box(int(window.winId()))):
            self._hidden = [*self._recent(), (self._clock(), QRegion(*box))]

    def region(self) -> QRegion:
        """Where windows were until less than LONGEST_SECONDS ago, in device pixels of the virtual desktop."""
        self._hidden = self._recent()
        region = QRegion()
        for _hidden_at, place in self._hidden:
            region += place
        return region

    def _recent(self) -> list[tuple[float, QRegion]]:
        since = self._clock() - LONGEST_SECONDS
        return [one for one in self._hidden if one[0] >= since]


hidden_windows = HiddenWindows()
"""Of this process."""
