"""Sound picture files of every format and mode, and ways to break them; the same number always gives the same file."""

from __future__ import annotations

import functools
import random
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from fuzz.byte_changes import SIMPLE, Chance, Change, flip_bytes, shuffled, some, walk
from support.apple_pngs import for_apple
from support.picture_files import FORMATS, coded, corners, exif, noisy


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
    files = [(name, coded(image, kind, **how)) for name, kind, image, how in made]
    files += [("apple", for_apple(np.asarray(clear))), ("apple-rgb", for_apple(np.asarray(colours), pieces=4))]
    return tuple(files)


def broken(number: int, seed: int = 0) -> tuple[str, bytes]:
    """(what was done, file)"""
    chance = Chance(f"{seed}/{number}")
    name, data = chance.choice(sources())
    done = [name]
    for change in some(CHANGES, chance):
        data = change(data, chance)
        done.append(change.__name__)
    if data[:8] == b"\x89PNG\r\n\x1a\n" and chance.random() < 0.7:
        data = with_sums(data)
        done.append("with_sums")
    return " ".join(done), data


def splice(data: bytes, chance: Chance) -> bytes:
    """The head of one file and the tail of another."""
    _, other = chance.choice(sources())
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def shuffle_chunks(data: bytes, chance: Chance) -> bytes:
    """Chunks, segments or boxes in another order, missing or twice."""
    head, parts = _parts(data)
    return head + shuffled(parts, chance) if len(parts) > 1 else flip_bytes(data, chance)


CHANGES: tuple[Change, ...] = (*SIMPLE, splice, shuffle_chunks)


def _parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """(what comes before, the pieces a file is made of), as far as it can be taken apart."""
    if data[:4] == b"\x89PNG":
        return data[:8], walk(data, 8, lambda at: 12 + int.from_bytes(data[at : at + 4], "big"))
    if data[:4] == b"RIFF":
        return data[:12], walk(data, 12, lambda at: 8 + (int.from_bytes(data[at + 4 : at + 8], "little") + 1 & ~1))
    if data[4:8] == b"ftyp":
        return b"", walk(data, 0, lambda at: int.from_bytes(data[at : at + 4], "big"))
    if data[:2] == b"\xff\xd8":
        return data[:2], walk(data, 2, lambda at: 2 + int.from_bytes(data[at + 2 : at + 4], "big"))
    return b"", [data[i : i + 64] for i in range(0, len(data), 64)]


def with_sums(data: bytes) -> bytes:
    """A PNG whose check sums are right again, so that what was changed is looked at."""
    head, parts = _parts(data)
    return head + b"".join(
        part[:-4] + struct.pack(">I", zlib.crc32(part[4:-4])) if len(part) >= 12 else part for part in parts
    )
