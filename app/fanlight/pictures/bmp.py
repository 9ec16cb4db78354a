"""BMP files that Pillow does not read: channels of any width (BITFIELDS), and a JPEG or PNG inside."""

from __future__ import annotations

import struct
from typing import Any

from PIL import Image

_BITFIELDS, _JPEG, _PNG, _ALPHA_BITFIELDS = 3, 4, 5, 6


def inner_file(data: bytes) -> bytes | None:
    """The JPEG or PNG that the pixels are, in a bitmap made for a printer."""
    if len(data) > 34 and _compression(data) in (_JPEG, _PNG):
        return data[struct.unpack_from("<I", data, 10)[0] :]
    return None


def has_odd_channels(data: bytes) -> bool:
    """Whether the masks are such as Pillow does not know: it knows 5 and 6 bits, and whole bytes."""
    if len(data) < 70 or _compression(data) not in (_BITFIELDS, _ALPHA_BITFIELDS):
        return False
    bits = struct.unpack_from("<H", data, 28)[0]
    masks = [mask for mask in _masks(data) if mask]
    widths = {mask.bit_count() for mask in masks}
    whole = {0xFF, 0xFF00, 0xFF0000, 0xFF000000}
    return (bits == 32 and not set(masks) <= whole) or (bits == 16 and not widths <= {5, 6})


def with_odd_channels(data: bytes) -> Image.Image:
    """Raises ValueError: cut off, or masks that are none. The size has to be checked before."""
    import numpy as np

    width, height, _planes, bits = struct.unpack_from("<iiHH", data, 18)
    start = struct.unpack_from("<I", data, 10)[0]
    rows, stride = abs(height), (width * bits + 31) // 32 * 4
    if bits not in (16, 32) or width <= 0 or not rows or len(data) < start + rows * stride:
        raise ValueError("truncated")
    raw = np.frombuffer(data, np.uint8, rows * stride, start).reshape(rows, stride)
    words = raw.view("<u2" if bits == 16 else "<u4")[:, :width].astype(np.uint32)
    if height > 0:
        words = words[::-1]
    *colours, alpha = (_channel(words, mask) if mask else None for mask in _masks(data))
    channels = [np.zeros((rows, width), np.uint8) if each is None else each for each in colours]
    if alpha is not None:
        channels.append(alpha)
    return Image.fromarray(np.dstack(channels))


def _channel(words: Any, mask: int) -> Any:
    import numpy as np

    shift = (mask & -mask).bit_length() - 1
    most = mask >> shift
    values = (words & np.uint32(mask)) >> np.uint32(shift)
    return (values * (255 / most)).round().astype(np.uint8)


def _compression(data: bytes) -> int:
    size = struct.unpack_from("<I", data, 14)[0]
    return int(struct.unpack_from("<I", data, 30)[0]) if size >= 40 else 0


def _masks(data: bytes) -> tuple[int, int, int, int]:
    """Red, green, blue, alpha."""
    size = struct.unpack_from("<I", data, 14)[0]
    red, green, blue, alpha = struct.unpack_from("<4I", data, 54)
    return red, green, blue, alpha if size >= 56 or _compression(data) == _ALPHA_BITFIELDS else 0
