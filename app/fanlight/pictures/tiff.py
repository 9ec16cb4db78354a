"""What a TIFF's pages and numbers mean (TIFF 6.0, GDAL's tag for missing values); Pillow gives the numbers alone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from PIL import Image, TiffImagePlugin

_SUBFILE, _OLD_SUBFILE, _BITS, _PHOTOMETRIC, _PALETTE, _FORMAT = 254, 255, 258, 262, 320, 339
_SMALLEST, _LARGEST, _NODATA = 280, 281, 42113
_REDUCED, _MASK = 1, 4
_WHITE_IS_ZERO = 0
_UNSIGNED = 1
_MOST_PAGES = 1000
_HOLES = (-9999.0, -99999.0, -32768.0, -32767.0, -3.4028234663852886e38, -1e38, 3.4028234663852886e38, 1e20)
"""Values that maps and depth cameras write where nothing was measured, when no tag names one."""

# Gray of 12 and 16 bits that Pillow can unpack and does not list. 12 bits are packed alike in both byte orders.
for _photometric in (0, 1):
    for _order in (b"II", b"MM"):
        _key = (_order, _photometric, (1,), 1, (12,), ())
        TiffImagePlugin.OPEN_INFO.setdefault(_key, ("I;16", "I;12"))
    _key = (b"MM", _photometric, (1,), 1, (16,), ())
    TiffImagePlugin.OPEN_INFO.setdefault(_key, ("I;16B", "I;16B"))


def choose_page(image: Any, number: int = 1) -> int:
    """Go to page `number`, counted from 1, of those that are no reduced copy and no mask; to the last one where there
    are fewer. Returns how many there are."""
    whole = []
    for place in range(min(getattr(image, "n_frames", 1), _MOST_PAGES)):
        with suppress(OSError, SyntaxError, KeyError, ValueError, TypeError):  # a damaged page is none
            image.seek(place)
            kind = _first(image, _SUBFILE, 0)
            if not kind & (_REDUCED | _MASK) and _first(image, _OLD_SUBFILE, 0) != 2:
                whole.append(place)
    image.seek(whole[min(number, len(whole)) - 1] if whole else 0)
    return max(1, len(whole))


def as_seen(image: Any) -> Image.Image:
    """A loaded page in 8 bits where its numbers have another meaning than Pillow's mode."""
    if image.mode == "P":
        return _with_whole_palette(image)
    if image.mode.startswith("I") or image.mode == "F":
        return _grey(image)
    return image  # type: ignore[no-any-return]


def _grey(image: Any) -> Image.Image:
    """By BitsPerSample, SampleFormat, the smallest and largest sample, and missing values; those become white."""
    bits, kind = _first(image, _BITS, 1), _first(image, _FORMAT, _UNSIGNED)
    values = np.asarray(image)
    if image.mode == "I" and kind == _UNSIGNED and bits == 32:
        values = values.view(np.uint32)
    numbers = values.astype(np.float32 if values.dtype.itemsize <= 2 else np.float64)
    hidden = ~np.isfinite(numbers) | np.isin(numbers, _missing(image, numbers))
    shown = numbers[~hidden]
    if not np.isfinite(numbers).any():
        raise ValueError("infinite or undefined pixel values")
    if not shown.size:
        return Image.new("L", image.size, 255)
    black, white = _range(image, float(shown.min()), float(shown.max()), bits if kind == _UNSIGNED else 0)
    scaled = (np.where(hidden, white, numbers) - black) * (255 / (white - black) if white > black else 0.0)
    if _first(image, _PHOTOMETRIC, 1) == _WHITE_IS_ZERO:
        scaled = np.where(hidden, 255, 255 - scaled)
    return Image.fromarray(np.clip(scaled + 0.5, 0, 255).astype(np.uint8))


def _range(image: Any, low: float, high: float, bits: int) -> tuple[float, float]:
    """(black, white). `bits`: of a number without a sign, otherwise 0. Unit, 8-bit and 16-bit ranges as they are; wider
    ones from the darkest to the lightest pixel."""
    smallest, largest = _first(image, _SMALLEST, 0), _first(image, _LARGEST, 0)
    if bits and smallest <= low and high <= largest < 2**bits and smallest < largest:
        return float(smallest), float(largest)
    if 1 < bits <= 16:
        return 0.0, float(2**bits - 1)
    if low >= 0:
        for white in (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0):
            if high <= white:
                return 0.0, white
    return low, high


def _missing(image: Any, numbers: Any) -> list[float]:
    found = []
    with suppress(ValueError, TypeError, AttributeError):
        found.append(float(str(image.tag_v2[_NODATA]).strip(" \0")) if _NODATA in image.tag_v2 else float("nan"))
    finite = numbers[np.isfinite(numbers)]
    if image.mode == "F" and finite.size:
        found += [hole for hole in _HOLES if np.float32(hole) in (finite.min(), finite.max())]
    return [float(np.float32(value)) if image.mode == "F" else value for value in found]


def _with_whole_palette(image: Any) -> Image.Image:
    """A palette's entries have 16 bits; some programs fill in 8."""
    entries = image.tag_v2.get(_PALETTE, ())
    if entries and max(entries) <= 255 and len(entries) % 3 == 0:
        count = len(entries) // 3
        image.putpalette([entries[channel * count + i] for i in range(count) for channel in range(3)])
    return image  # type: ignore[no-any-return]


def _first(image: Any, tag: int, default: int) -> int:
    value = image.tag_v2.get(tag, default)
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, int) else default
