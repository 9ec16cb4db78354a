"""PNG files that Xcode has packed for Apple's programs show what they show there."""

from __future__ import annotations

import struct
import time
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fanlight.domain.errors import PictureError
from fanlight.pictures import limits
from fanlight.pictures.decode import read_bytes
from fanlight.pictures.png import SIGNATURE, chunk
from support.apple_pngs import PREMULTIPLIED, SKIPPED, for_apple
from support.drawn_pictures import CORNERS, near, seen
from support.picture_files import RED, corners, exif, noisy

WHITE = (255, 255, 255)


def with_alpha(alpha: int) -> NDArray[np.uint8]:
    return np.dstack([np.asarray(corners()), np.full((80, 120), alpha, np.uint8)])


@pytest.mark.parametrize("flags", [PREMULTIPLIED, SKIPPED])
@pytest.mark.parametrize("pieces", [1, 7])
def test_channels_are_in_their_order(flags: bytes, pieces: int) -> None:
    assert near(seen(for_apple(with_alpha(255), flags, pieces=pieces)), CORNERS, by=1)
    assert near(seen(for_apple(np.asarray(corners()), flags, pieces=pieces)), CORNERS, by=1)


@pytest.mark.parametrize("flags", [PREMULTIPLIED, SKIPPED])
def test_colors_are_divided_by_the_alpha_before_they_are_put_on_white(flags: bytes) -> None:
    pixels = with_alpha(128)
    pixels[:40, :60, 3] = 0
    mixed = [tuple((value * 128 + 255 * 127) // 255 for value in colour) for colour in CORNERS]
    assert near(seen(for_apple(pixels, flags)), (WHITE, *mixed[1:]), by=3)


def test_a_fourth_channel_that_is_no_alpha_hides_nothing() -> None:
    plain = for_apple(with_alpha(255), SKIPPED)
    start = plain.index(b"IDAT") + 4
    rows = bytearray(zlib.decompress(plain[start : plain.index(b"IEND") - 8], -15))
    for row in range(80):
        rows[row * 481 + 4 : (row + 1) * 481 : 4] = bytes(120)
    packed = zlib.compress(bytes(rows))[2:-4]
    assert near(seen(plain[: start - 8] + chunk(b"IDAT", packed) + chunk(b"IEND", b"")), CORNERS, by=1)


def test_what_is_kept_is_a_png_for_everybody() -> None:
    picture = read_bytes(for_apple(with_alpha(255), PREMULTIPLIED, chunk(b"eXIf", exif(6)[6:])))
    assert (picture.kind, picture.width, picture.height) == ("png", 80, 120)
    assert b"CgBI" not in picture.data
    assert b"SecretCam" not in picture.data
    assert read_bytes(picture.data).image == picture.image


def test_compression_that_was_left_as_it_is_is_read_too() -> None:
    assert near(seen(for_apple(with_alpha(255), header=True)), CORNERS, by=1)


def test_more_behind_the_pixels_does_no_harm() -> None:
    data = for_apple(with_alpha(255))
    end = data.index(b"IEND") - 4
    assert near(seen(data[:end] + chunk(b"IDAT", b"more") + chunk(b"tEXt", b"x\0y") + data[end:]), CORNERS, by=1)


def test_pixels_that_are_missing_or_damaged_are_said() -> None:
    data = for_apple(np.asarray(noisy()))
    with pytest.raises(PictureError, match="cut off"):
        read_bytes(data[: len(data) // 2])
    at = data.index(b"IDAT") + 4
    with pytest.raises(PictureError, match="damaged"):
        read_bytes(data[:at] + b"\xff" * 20 + data[at + 20 :])
    with pytest.raises(PictureError, match=r"damaged|cut off"):
        read_bytes(SIGNATURE + chunk(b"CgBI", SKIPPED) + chunk(b"IEND", b""))


def test_channels_of_16_bits_are_a_variant_that_is_not_read() -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 16, 6, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(9))[2:-4])
    with pytest.raises(PictureError, match="a PNG picture of a variant that Fanlight cannot read"):
        read_bytes(SIGNATURE + chunk(b"CgBI", SKIPPED) + head + body)


def test_more_pixels_than_the_header_says_are_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 6, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(2**28))[2:-4]) + chunk(b"IEND", b"")
    began = time.process_time()
    with pytest.raises(PictureError, match="damaged"):
        read_bytes(SIGNATURE + chunk(b"CgBI", PREMULTIPLIED) + head + body)
    assert time.process_time() - began < 1
    monkeypatch.setattr(limits, "MAX_PIXELS", 1000)
    with pytest.raises(PictureError, match="pixels"):
        read_bytes(for_apple(with_alpha(255)))


def test_gray_and_palettes_have_nothing_to_be_put_in_order() -> None:
    gray = Image.new("L", (20, 20), 77)
    rows = b"".join(b"\0" + bytes([77]) * 20 for _ in range(20))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *gray.size, 8, 0, 0, 0, 0))
    flat = chunk(b"IDAT", zlib.compress(rows)[2:-4])
    assert seen(SIGNATURE + chunk(b"CgBI", SKIPPED) + head + flat)[0] == (77, 77, 77)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *gray.size, 8, 3, 0, 0, 0))
    table = chunk(b"PLTE", bytes(RED) * 100)
    assert seen(SIGNATURE + chunk(b"CgBI", SKIPPED) + head + table + flat)[0] == RED
