"""A video from its begin to its end as a strip of pictures, on which a part of it is dragged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlight.domain.clips import Clip
from fanlight.domain.messages import Image
from fanlight.i18n import _
from fanlight.ui.theme import applied, in_text_size
from fanlight.ui.widgets.pixels import to_qimage

_HEIGHT, _WIDTH = 64, 460
_HANDLE, _NEAR = 5, 14
_DIMMED = 190
"""Of 255: how much of what is outside the part is covered."""
_LEAST_SHARE = 0.005
"""Of the video, that a part which is dragged has."""


class ClipTimeline(QWidget):
    """For the mouse; the keyboard has the boxes beside it."""

    part_dragged = Signal(float, float)
    """From and to so many seconds."""

    def __init__(self, clip: Clip, frames: Sequence[tuple[float, Image]]) -> None:
        """`frames`: pictures of it with their times in seconds."""
        super().__init__()
        self._clip = clip
        self._frames = [(seconds, to_qimage(image)) for seconds, image in frames]
        self._part = (clip.start, clip.end)
        self._held: int | None = None
        """Of the two ends, which one is dragged."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Pictures of the video"))

    def sizeHint(self) -> QSize:
        return QSize(in_text_size(_WIDTH), in_text_size(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(in_text_size(_WIDTH) // 2, in_text_size(_HEIGHT))

    def show_part(self, begin: float, end: float) -> None:
        self._part = (begin, max(begin, end))
        self.update()

    def place_of(self, seconds: float) -> float:
        """Where from the left that time is."""
        inside = self.width() - 2 * _HANDLE
        return _HANDLE + inside * min(1.0, max(0.0, seconds / max(1e-6, self._clip.seconds)))

    def time_at(self, x: float) -> float:
        share = (x - _HANDLE) / max(1, self.width() - 2 * _HANDLE)
        return self._clip.seconds * min(1.0, max(0.0, share))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), applied()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        strip = QRectF(self.rect()).adjusted(_HANDLE, 1, -_HANDLE, -1)
        painter.fillRect(strip, QColor(theme.sunken))
        self._paint_frames(painter, strip)
        left, right = (self.place_of(end) for end in self._part)
        cover = QColor(theme.window)
        cover.setAlpha(_DIMMED)
        painter.fillRect(QRectF(strip.left(), strip.top(), left - strip.left(), strip.height()), cover)
        painter.fillRect(QRectF(right, strip.top(), strip.right() - right, strip.height()), cover)
        accent = QColor(theme.accent)
        painter.setPen(QPen(accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left, strip.top(), right - left, strip.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        for x in (left, right):
            painter.drawRoundedRect(QRectF(x - _HANDLE, 0, 2 * _HANDLE, self.height()), 3, 3)
        painter.setBrush(QColor(theme.on_accent))
        for x in (left, right):
            painter.drawRect(QRectF(x - 0.5, self.height() / 3, 1, self.height() / 3))
        painter.end()

    def _paint_frames(self, painter: QPainter, strip: QRectF) -> None:
        """Side by side, each of what is shown there; nothing where no picture is known."""
        if not self._frames:
            return
        first = self._frames[0][1]
        wide = strip.height() * max(0.6, min(2.0, first.width() / max(1, first.height())))
        count = max(1, round(strip.width() / wide))
        step = strip.width() / count
        for place in range(count):
            slot = QRectF(strip.left() + place * step, strip.top(), step, strip.height())
            seconds = self.time_at(slot.center().x())
            if not self._clip.start <= seconds <= self._clip.end and not self._clip.is_whole:
                continue
            frame = min(self._frames, key=lambda one: abs(one[0] - seconds))[1]
            scale = max(slot.width() / frame.width(), slot.height() / frame.height())
            width, height = slot.width() / scale, slot.height() / scale
            source = QRectF((frame.width() - width) / 2, (frame.height() - height) / 2, width, height)
            painter.drawImage(slot, frame, source)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x()
            self._held = min((0, 1), key=lambda one: abs(self.place_of(self._part[one]) - x))
            if self._part[0] == self._part[1]:
                self._held = int(self.time_at(x) > self._part[0])
            self._drag(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._held is not None:
            self._drag(x)
            return
        near = any(abs(self.place_of(end) - x) <= _NEAR for end in self._part)
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None

    def _drag(self, x: float) -> None:
        least, seconds = _LEAST_SHARE * self._clip.seconds, self.time_at(x)
        begin, end = self._part
        if self._held == 0:
            begin = max(0.0, min(seconds, end - least))
        else:
            end = min(self._clip.seconds, max(seconds, begin + least))
        self.part_dragged.emit(begin, end)
