"""Sound picture files of every format and mode, and ways to break them; the same number always gives the same file."""

from __future__ import annotations

import functools
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageCms

from support.picture_files import FORMATS, coded, corners, exif, noisy

Chance = random.Random


@functools.cache
def sources() -> tuple[tuple[str, bytes], ...]:
    """(name, file)"""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    colours, small = noisy(70, 50), corners(60, 40)
    clear = colours.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(colours.size))
    wide = Image.frombytes("I;16", (40, 30), random.Random(1).randbytes(2400))
    real = Image.frombytes("F", (40, 30), struct.pack("<1200f", *(i / 1200 for i in range(1200))))
    frames: dict[str, Any] = {"save_all": True, "append_images": [small, small.rotate(90)]}
    made: list[tuple[str, str, Image.Image, dict[str, Any]]] = [
        ("fax", "TIFF", small.convert("1"), {"compression": "group4"}),
        ("big-tiff", "TIFF", colours, {"big_tiff": True}),
        ("progressive", "JPEG", colours, {"progressive": True}),
        ("restarts", "JPEG", colours, {"restart_marker_rows": 1}),
        ("cmyk", "JPEG", colours.convert("CMYK"), {}),
        ("cmyk-tiff", "TIFF", colours.convert("CMYK"), {}),
        ("sixteen", "PNG", wide, {}),
        ("sixteen-tiff", "TIFF", wide, {}),
        ("real", "TIFF", real, {}),
        ("lossless", "WEBP", colours, {"lossless": True}),
        ("palette", "PNG", small.convert("P"), {"transparency": 3}),
        ("key", "PNG", small, {"transparency": (220, 20, 30)}),
    ]
    large = noisy(30, 20).resize((900, 600), Image.Resampling.BICUBIC)
    made += [(f"large-{kind}", kind, large, {}) for kind in ("PNG", "JPEG", "WEBP", "GIF")]
    told = {"exif": exif(6), "icc_profile": profile}
    made += [(f"plain-{kind}", kind, colours, {}) for kind in FORMATS]
    made += [(f"frames-{kind}", kind, small, frames) for kind in ("PNG", "GIF", "WEBP", "TIFF", "AVIF", "MPO")]
    made += [(f"told-{kind}", kind, colours, told) for kind in ("PNG", "JPEG", "WEBP", "TIFF", "AVIF")]
    made += [(f"clear-{kind}", kind, clear, {}) for kind in ("PNG", "WEBP", "TIFF", "AVIF")]
    for kind in ("PNG", "GIF", "BMP", "TIFF"):
        made += [(f"{mode}-{kind}", kind, small.convert(mode), {}) for mode in ("1", "L", "P")]
    for way in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        made.append((f"tiff-{way}", "TIFF", colours, {"compression": way}))
    return tuple((name, coded(image, kind, **how)) for name, kind, image, how in made)


def broken(number: int, seed: int = 0) -> tuple[str, bytes]:
    """(what was done, file)"""
    chance = Chance(f"{seed}/{number}")
    name, data = chance.choice(sources())
    done = [name]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice(CHANGES)
        data = change(data, chance)
        done.append(change.__name__)
    if data[:8] == b"\x89PNG\r\n\x1a\n" and chance.random() < 0.7:
        data = with_sums(data)
        done.append("with_sums")
    return " ".join(done), data


def flip_bytes(data: bytes, chance: Chance) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 60))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: Chance) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def cut_out(data: bytes, chance: Chance) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 2, 16, 400)) :]


def lie_in_the_header(data: bytes, chance: Chance) -> bytes:
    """Sizes, counts and offsets stand in the first bytes."""
    return _with_number(data, chance, min(len(data), chance.choice((32, 64, 300))))


def lie_anywhere(data: bytes, chance: Chance) -> bytes:
    return _with_number(data, chance, len(data))


def _with_number(data: bytes, chance: Chance, limit: int) -> bytes:
    size = chance.choice((1, 2, 4))
    value = chance.choice((0, 1, 2, 127, 128, 255, 10_000, 65_535, 2**20, 2**31 - 1, 2**31, 2**32 - 1))
    number = (value & (256**size - 1)).to_bytes(size, chance.choice(("big", "little")))
    at = chance.randrange(max(1, limit))
    return b"".join((data[:at], number, data[at + size :]))


def zeros(data: bytes, chance: Chance) -> bytes:
    at, size = chance.randrange(len(data) + 1), chance.choice((4, 64, 1000))
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


def insert(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.choice((1, 3, 50, 5000))) + data[at:]


def splice(data: bytes, chance: Chance) -> bytes:
    """The head of one file and the tail of another."""
    _, other = chance.choice(sources())
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def shuffle_chunks(data: bytes, chance: Chance) -> bytes:
    """Chunks, segments or boxes in another order, missing or twice."""
    head, parts = _parts(data)
    if len(parts) < 2:
        return flip_bytes(data, chance)
    first, second = chance.randrange(len(parts)), chance.randrange(len(parts))
    match chance.randrange(4):
        case 0:
            parts[first], parts[second] = parts[second], parts[first]
        case 1:
            del parts[first]
        case 2:
            parts.insert(second, parts[first])
        case _:
            chance.shuffle(parts)
    return head + b"".join(parts)


CHANGES: tuple[Callable[[bytes, Chance], bytes], ...] = (
    flip_bytes, cut, cut_out, lie_in_the_header, lie_in_the_header, lie_anywhere, zeros, insert, splice, shuffle_chunks,
)  # fmt: skip


def _parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """(what comes before, the pieces a file is made of), as far as it can be taken apart."""
    if data[:4] == b"\x89PNG":
        return data[:8], _walk(data, 8, lambda at: 12 + int.from_bytes(data[at : at + 4], "big"))
    if data[:4] == b"RIFF":
        return data[:12], _walk(data, 12, lambda at: 8 + (int.from_bytes(data[at + 4 : at + 8], "little") + 1 & ~1))
    if data[4:8] == b"ftyp":
        return b"", _walk(data, 0, lambda at: int.from_bytes(data[at : at + 4], "big"))
    if data[:2] == b"\xff\xd8":
        return data[:2], _walk(data, 2, lambda at: 2 + int.from_bytes(data[at + 2 : at + 4], "big"))
    return b"", [data[i : i + 64] for i in range(0, len(data), 64)]


def _walk(data: bytes, at: int, size: Callable[[int], int]) -> list[bytes]:
    parts = []
    while at < len(data):
        length = size(at)
        if length < 4 or at + length > len(data):
            parts.append(data[at:])
            break
        parts.append(data[at : at + length])
        at += length
    return parts


def with_sums(data: bytes) -> bytes:
    """A PNG whose check sums are right again, so that what was changed is looked at."""
    head, parts = _parts(data)
    return head + b"".join(
        part[:-4] + struct.pack(">I", zlib.crc32(part[4:-4])) if len(part) >= 12 else part for part in parts
    )
