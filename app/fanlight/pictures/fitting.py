"""From pixels that are decoded to a `Picture`: scaled for the model, padded, and kept as PNG. Nothing here reads a
file."""

from __future__ import annotations

import math
from io import BytesIO

from PIL import Image

from fanlight.domain.detail import within
from fanlight.domain.messages import Image as Pixels
from fanlight.domain.messages import Picture
from fanlight.pictures.colours import eight_bits, on_white, scaled
from fanlight.pictures.limits import MAX_BYTES, check_size, subject_of
from fanlight.pictures.refusals import refusals

THINNEST = 32
"""Largest ratio of the sides; thinner pictures (a ruler, a gradient) are padded with white: image encoders round the
short side of a one-pixel line to zero and fail."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def picture_of(image: Image.Image, name: str = "", longest_side: int = 1536, kept: bool = True) -> Picture:
    """Pixels from a clipboard or a screenshot; `data` is a PNG, fast rather than small. Without `kept` `data` is empty,
    which takes a fraction of the time."""
    subject = subject_of(name)
    with refusals(subject, "png"):
        check_size(image.size, subject)
        data, kind = coded(image) if kept else (b"", "png")
        shown = for_model(image, image.size, 1, longest_side, kind)
        return Picture(Pixels.of(*shown.size, shown.tobytes()), data, kind, *image.size, name)


def for_model(
    image: Image.Image, turned_size: tuple[int, int], orientation: int, longest_side: int, kind: str
) -> Image.Image:
    """Upright, RGB. `turned_size`: the original's upright size; `image` may be a smaller draft of it, not yet
    rotated."""
    goal = within(turned_size, longest_side)
    across = goal[::-1] if orientation >= 5 else goal
    small = scaled(image, across, sixteen=kind == "png")
    return _padded(turned(on_white(small), orientation))


def turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def coded(image: Image.Image) -> tuple[bytes, str]:
    """(data, format): PNG; JPEG where a PNG would exceed MAX_BYTES."""
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    if file.tell() <= MAX_BYTES:
        return file.getvalue(), "png"
    file = BytesIO()
    on_white(eight_bits(image)).save(file, "JPEG", quality=90)
    return file.getvalue(), "jpeg"


def _padded(image: Image.Image) -> Image.Image:
    least = math.ceil(max(image.size) / THINNEST)
    width, height = max(image.width, least), max(image.height, least)
    if (width, height) == image.size:
        return image
    canvas = Image.new("RGB", (width, height), "white")
    canvas.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
    return canvas
