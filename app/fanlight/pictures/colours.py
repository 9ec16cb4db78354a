"""Conversion of any Pillow mode to the model's input: 8 bits a channel, sRGB, on white."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from PIL import ImageCms

_BAND = 4_000_000
"""Pixels converted at a time."""

LEAST_HALVED = 250_000
"""Pixels of a result that is made on two threads."""

_PLAIN = ("L", "RGB", "CMYK", "YCbCr", "LAB", "RGBA")


def eight_bits(image: Image.Image, sixteen: bool = False) -> Image.Image:
    """`image` in one of L, RGB, CMYK, YCbCr, LAB and RGBA; wider values are scaled, never clipped. `sixteen`: values of
    mode I have 16 bits, as in a PNG."""
    if image.mode.startswith("I;16"):
        return _widened(image.convert("I"), 65535)
    if image.mode in ("I", "F"):
        return _widened(image, 65535 if sixteen else None)
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in _PLAIN:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def scaled(image: Image.Image, goal: tuple[int, int], sixteen: bool = False) -> Image.Image:
    """`eight_bits`, scaled down: a box filter to twice the goal, then a Lanczos filter. Large pictures are converted in
    bands, since a copy of 100 million pixels in another mode takes half a gigabyte."""
    if image.size == goal:
        return eight_bits(image, sixteen)
    factor = min(image.width // (2 * goal[0]), image.height // (2 * goal[1]))
    if factor < 2 or image.mode in ("I", "F"):  # their range depends on all pixels
        return _lanczos(eight_bits(image, sixteen), goal)
    rows = factor * max(1, _BAND // (image.width * factor))
    whole: Image.Image | None = None
    for top in range(0, image.height, rows):
        band = eight_bits(image.crop((0, top, image.width, min(top + rows, image.height))), sixteen).reduce(factor)
        if whole is None:
            whole = Image.new(band.mode, (band.width, math.ceil(image.height / factor)))
            whole.info = band.info
        whole.paste(band, (0, top // factor))
    assert whole is not None
    return _lanczos(whole, goal, (image.width / factor, image.height / factor))


def _lanczos(image: Image.Image, goal: tuple[int, int], size: tuple[float, float] | None = None) -> Image.Image:
    """`resize` of the `size` at the top left, all by default: large ones on two threads, a half each, which a
    screenshot waits half as long for. The filter looks across the border, so the halves fit."""
    (width, height), (across, down) = size or image.size, goal

    def part(top: int, rows: int) -> Image.Image:
        box = (0, top * height / down, width, (top + rows) * height / down)
        return image.resize((across, rows), Image.Resampling.LANCZOS, box)

    half = down // 2
    if across * down < LEAST_HALVED or down % 2:  # the border of an uneven number is rounded
        return part(0, down)
    with ThreadPoolExecutor(1) as other:
        try:
            lower = other.submit(part, half, half)
        except RuntimeError:  # the system gives no more threads
            return part(0, down)
        upper = part(0, half)
    whole = Image.new(upper.mode, goal)
    whole.info = upper.info
    whole.paste(upper)
    whole.paste(lower.result(), (0, half))
    return whole


def _widened(image: Image.Image, white: float | None) -> Image.Image:
    """Mode I or F as L: 0 is black and `white` is white; without it, the range is guessed from the values."""
    low, high = _range(image) if white is None else (0.0, white)
    scale = 255 / (high - low) if high > low else 0.0
    offset = 0.5 - low * scale
    return image.point(lambda value: value * scale + offset).convert("L")


def _range(image: Image.Image) -> tuple[float, float]:
    """(black, white): unit, 8-bit and 16-bit ranges as they are; otherwise from the darkest to the lightest pixel."""
    extremes = image.getextrema()
    low, high = float(extremes[0]), float(extremes[1])  # type: ignore[arg-type]
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("infinite or undefined pixel values")
    if low >= 0:
        for white in (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0):
            if high <= white:
                return 0.0, white
    return low, high


def on_white(image: Image.Image) -> Image.Image:
    """sRGB on white from the result of `eight_bits`."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    opaque = _srgb(image.convert("RGB") if alpha else image)
    if alpha is None:
        return opaque
    white = Image.new("RGB", image.size, "white")
    white.paste(opaque, mask=alpha)
    return white


def _srgb(image: Image.Image) -> Image.Image:
    """Apply the embedded color profile; without a sound one the picture is taken as sRGB."""
    profile = image.info.get("icc_profile")
    if not profile and image.mode != "LAB":
        return image if image.mode == "RGB" else image.convert("RGB")
    from PIL import ImageCms

    if image.mode == "LAB":
        return _transformed(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile or b""))
        if image.mode == "YCbCr" or (image.mode == "L" and source.profile.xcolor_space.strip() == "RGB"):
            image = image.convert("RGB")
        return _transformed(image, source)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError, AttributeError):
        pass  # a broken profile, or one for other channels: the colors are close enough without it
    return image.convert("RGB")


def _transformed(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    from PIL import ImageCms

    target = ImageCms.createProfile("sRGB")
    result = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    if result is None:
        raise ValueError("no transform")
    return result
