"""What a camera sees, as large as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlight.ui.theme import applied, in_text_size
from fanlight.video.camera import CameraFrame


class CameraView(QWidget):
    """`mirrored`: left and right are changed, as in a mirror."""

    def __init__(self) -> None:
        super().__init__()
        self.mirrored = False
        self.image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(in_text_size(320), in_text_size(180))

    def sizeHint(self) -> QSize:
        return QSize(in_text_size(640), in_text_size(360))

    @property
    def wanted_size(self) -> QSize:
        """In the pixels of the screen."""
        return self.size() * self.devicePixelRatioF()

    def show_frame(self, frame: CameraFrame) -> None:
        pixels = QImage(frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32)
        self.image = pixels.copy()  # a QImage over Python's bytes would not keep them alive
        self.update()

    def clear(self) -> None:
        self.image = QImage()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(applied().sunken))
        if self.image.isNull():
            return
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect((self.width() - size.width()) // 2, (self.height() - size.height()) // 2, *size.toTuple())
        if self.mirrored:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
            place.moveLeft(self.width() - place.left() - place.width())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self.image)
