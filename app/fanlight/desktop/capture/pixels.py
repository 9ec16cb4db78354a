"""The pixels of a capture, as the desktop gave them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from fanlight.domain.detail import Detail, side_of
from fanlight.domain.messages import Image, Picture

if TYPE_CHECKING:
    from fanlight.pictures.scroll_cells import Pixels


@dataclass(frozen=True, slots=True)
class CapturedImage:
    """Device pixels (Format_RGB32, a devicePixelRatio of 1) that are never painted on, so any thread may read them."""

    qimage: QImage = field(default_factory=QImage)
    """For widgets; everything else takes `to_picture`."""

    @property
    def width(self) -> int:
        return self.qimage.width()

    @property
    def height(self) -> int:
        return self.qimage.height()

    @property
    def byte_count(self) -> int:
        return self.qimage.sizeInBytes()

    def to_picture(self, name: str, longest_side: int, *, kept: bool, detail: Detail = "normal") -> Picture:
        """Scaled and encoded for the model, on any thread: milliseconds, or up to 0.5 s where the PNG is `kept`.
        `longest_side`: with normal detail. Raises PictureError."""
        from fanlight.desktop import mime

        side = side_of(detail, longest_side, self.width, self.height)
        picture = mime.from_qimage(self.qimage, name, side, kept)
        image = picture.image.in_detail(detail)
        return replace(picture, image=image, detail=detail)

    @classmethod
    def of_pixels(cls, pixels: Pixels) -> CapturedImage:
        """With a copy of them."""
        from fanlight.pictures.scroll_cells import to_memory

        height, width = pixels.shape
        return cls(QImage(to_memory(pixels), width, height, 4 * width, QImage.Format.Format_RGB32).copy())

    def to_pixels(self) -> Pixels:
        """A copy."""
        from fanlight.pictures.scroll_cells import from_memory

        plain = self.qimage.convertToFormat(QImage.Format.Format_RGB32)
        return from_memory(plain.constBits(), plain.width(), plain.height(), plain.bytesPerLine())

    def scaled_to_width(self, width: int) -> CapturedImage:
        return CapturedImage(self.qimage.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))

    def to_image(self) -> Image:
        """All its pixels, on any thread: some 20 ms for 4K. Raises PictureError."""
        return self.to_picture("", max(self.width, self.height), kept=False).image

    def thumbnail(self, side: int) -> QImage:
        """At most `side` long; nothing is enlarged."""
        if max(self.width, self.height) <= side:
            return self.qimage
        how = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        return self.qimage.scaled(side, side, *how)
