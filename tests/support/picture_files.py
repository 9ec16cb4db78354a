"""Picture files of every format, made on the spot."""

from __future__ import annotations

import random
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")

RED, GREEN, BLUE, YELLOW = (220, 20, 30), (20, 180, 40), (30, 40, 210), (240, 220, 20)


def corners(width: int = 120, height: int = 80) -> Image.Image:
    """Red top left, green top right, blue bottom left, yellow bottom right."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    x, y = width // 2, height // 2
    for left, top, colour in ((0, 0, RED), (x, 0, GREEN), (0, y, BLUE), (x, y, YELLOW)):
        draw.rectangle((left, top, left + width - x, top + height - y), fill=colour)
    return image


def noisy(width: int = 160, height: int = 100) -> Image.Image:
    """Pixels that do not compress, so that a cut anywhere takes some away."""
    return Image.frombytes("RGB", (width, height), random.Random(width).randbytes(width * height * 3))


def coded(image: Image.Image, kind: str, **how: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def exif(orientation: int = 1, **more: str) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = more.get("make", "SecretCam")
    block.get_ifd(0x8825)[1] = "N"
    return block.tobytes()
