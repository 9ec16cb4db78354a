"""Domain pixels for the painter."""

from __future__ import annotations

from PySide6.QtGui import QImage

from fanlight.domain.messages import Image


def to_qimage(image: Image) -> QImage:
    """A copy of the pixels: a QImage over Python's bytes would not keep them alive."""
    whole = QImage(image.rgb, image.width, image.height, 3 * image.width, QImage.Format.Format_RGB888)
    return whole.copy()
