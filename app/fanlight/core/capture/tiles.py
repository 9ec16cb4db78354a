"""A long capture as the model gets it: in parts that follow one another, since it would be too small in one."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect

from fanlight.core.chat.attachment_reader import attachment_of
from fanlight.core.chat.turns import Attachment
from fanlight.desktop.capture import CapturedImage
from fanlight.domain.detail import Detail

LONG = 2.0
"""Ratio of height to width from which a capture has parts."""
LEAST_ROWS = 1200
_PART_RATIO = 1.4
_MOST_PARTS = 8
"""A longer one has higher parts, which are smaller for the model; its text is read in all of its pixels."""
_OVERLAP = 0.06
PARTS = (
    "The {count} pictures are parts of one long picture, from top to bottom. Each begins with the last lines of the "
    "one before it."
)  # to the model
FIRST_PARTS = PARTS.replace("The {count}", "The first {count}")


def is_long(image: CapturedImage) -> bool:
    return image.height >= max(LEAST_ROWS, LONG * image.width)


def parts_of(image: CapturedImage, longest_side: int) -> list[tuple[int, int]]:
    """Top and height of each, from top to bottom; one where it is not long."""
    if not is_long(image):
        return [(0, image.height)]
    high = max(_PART_RATIO * image.width, float(min(longest_side, 2 * image.width)))
    step = high * (1 - _OVERLAP)
    count = min(_MOST_PARTS, max(2, math.ceil((image.height - high) / step) + 1))
    high = math.ceil(image.height / (count - (count - 1) * _OVERLAP))
    step = (image.height - high) / (count - 1)
    return [(round(number * step), high) for number in range(count)]


def attachments_of(
    image: CapturedImage, name: str, longest_side: int, *, kept: bool, detail: Detail = "normal"
) -> list[Attachment]:
    """Its parts, or the whole of it; on any thread. Raises PictureError."""
    return [
        attachment_of(part.to_picture(name, longest_side, kept=kept, detail=detail))
        for part in (cut(image, top, high) for top, high in parts_of(image, longest_side))
    ]


def with_parts(question: str, count: int, others: int = 0) -> str:
    """The question about so many parts, and `others` behind them, as the model gets it."""
    told = PARTS if not others else FIRST_PARTS
    return f"{question}\n\n{told.format(count=count)}" if count > 1 else question


def cut(image: CapturedImage, top: int, high: int) -> CapturedImage:
    if high == image.height:
        return image
    return CapturedImage(image.qimage.copy(QRect(0, top, image.width, min(high, image.height - top))))
