from __future__ import annotations

import struct
import threading
from io import BytesIO
from typing import Any

import numpy
import pytest
from PIL import Image, ImageChops, ImageCms

from fanlight.domain.errors import PictureError
from fanlight.pictures import colours
from fanlight.pictures.decode import read_bytes
from fanlight.pictures.fitting import picture_of
from support.picture_files import coded, noisy

WHITE = (255, 255, 255)


def first(image: Image.Image, kind: str = "PNG", **how: Any) -> tuple[int, ...]:
    """The first pixel the model is sent, checked to be the same when what is kept is read again."""
    picture = read_bytes(coded(image, kind, **how))
    again = read_bytes(picture.data)
    assert again.image == picture.image
    return tuple(picture.image.rgb[:3])


def near(colour: tuple[int, ...], wanted: tuple[int, ...], by: int = 3) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_transparency_shows_white(kind: str) -> None:
    how = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "AVIF" else {}
    clear, half = Image.new("RGBA", (8, 8), (255, 0, 0, 0)), Image.new("RGBA", (8, 8), (255, 0, 0, 128))
    assert near(first(clear, kind, **how), WHITE)
    assert near(first(half, kind, **how), (255, 127, 127))


def test_transparency_shows_white_however_it_is_said() -> None:
    grey = Image.new("LA", (8, 8), (0, 0))
    assert first(grey) == WHITE
    palette = Image.new("P", (8, 8), 3)
    palette.putpalette([200, 0, 0] * 256)
    assert first(palette, transparency=3) == WHITE
    assert first(palette, "GIF", transparency=3) == WHITE
    assert first(palette) == (200, 0, 0)
    levels = bytes([255, 255, 255, 128])
    assert near(first(palette, transparency=levels), (227, 127, 127))
    assert first(Image.new("RGB", (8, 8), (9, 8, 7)), transparency=(9, 8, 7)) == WHITE
    assert first(Image.new("L", (8, 8), 9), transparency=9) == WHITE
    assert first(Image.new("1", (8, 8), 0), transparency=0) == WHITE


def test_colours_under_full_transparency_do_not_bleed_when_made_smaller() -> None:
    image = Image.new("RGBA", (400, 400), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 200, 400))
    sent = read_bytes(coded(image, "PNG"), longest_side=40).image
    reds = [(r, g, b) for r, g, b in zip(sent.rgb[0::3], sent.rgb[1::3], sent.rgb[2::3], strict=True) if r > b + 5]
    assert reds == []


def test_one_bit_and_grey_and_palette_pictures() -> None:
    for kind in ("PNG", "TIFF", "BMP", "GIF"):
        assert first(Image.new("1", (9, 9), 1), kind) == WHITE
        assert first(Image.new("L", (9, 9), 77), kind) == (77, 77, 77)
        picture = Image.new("P", (9, 9), 1)
        picture.putpalette([0, 0, 0, 10, 200, 30])
        assert first(picture, kind) == (10, 200, 30)


@pytest.mark.parametrize(("value", "grey"), [(0, 0), (257 * 100, 100), (65535, 255), (128, 0), (32768, 127)])
def test_sixteen_bits_are_scaled_and_not_clipped(value: int, grey: int) -> None:
    for kind in ("PNG", "TIFF"):
        image = Image.frombytes("I;16", (6, 6), struct.pack("<H", value) * 36)
        assert near(first(image, kind), (grey,) * 3, by=1), kind


def test_sixteen_bit_colour_is_scaled() -> None:
    """Pillow does not write such files: rows of big-endian samples, unfiltered."""
    import zlib

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    row = b"\0" + struct.pack(">HHHH", 65535, 257 * 40, 100, 65535) * 4
    for colour_type, samples in ((2, 6), (6, 8)):
        body = b"".join(b"\0" + (row[1 : 1 + samples]) * 4 for _ in range(4))
        data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 16, colour_type, 0, 0, 0))
        data += chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
        assert near(tuple(read_bytes(data).image.rgb[:3]), (255, 40, 0))


def test_wide_grey_values_keep_their_steps() -> None:
    slope = Image.frombytes("I", (256, 1), struct.pack("<256i", *range(0, 256 * 1_000_000, 1_000_000)))
    sent = read_bytes(coded(slope.resize((256, 16)), "TIFF")).image
    assert list(sent.rgb[: 256 * 3 : 3]) == pytest.approx(list(range(256)), abs=1)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.0, 255.0), (0.0, 65535.0), (-4.0, 9.0)])
def test_floating_point_pixels_span_black_to_white(low: float, high: float) -> None:
    values = [low + (high - low) * i / 255 for i in range(256)]
    image = Image.frombytes("F", (256, 1), struct.pack("<256f", *values)).resize((256, 16))
    sent = read_bytes(coded(image, "TIFF")).image
    assert list(sent.rgb[: 256 * 3 : 3]) == pytest.approx(list(range(256)), abs=1)


def test_pixels_that_are_no_numbers_are_refused() -> None:
    image = Image.frombytes("F", (40, 1), struct.pack("<40f", *([float("inf")] * 40))).resize((40, 40))
    with pytest.raises(PictureError, match="damaged"):
        read_bytes(coded(image, "TIFF"))


def test_cmyk_is_turned_into_colours() -> None:
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    for kind in ("JPEG", "TIFF"):
        red, green, blue = first(cyan, kind)
        assert red < 60
        assert green > 120
        assert blue > 150


def test_lab_and_ycbcr_are_turned_into_colours() -> None:
    red = Image.new("RGB", (16, 16), (200, 30, 40))
    lab = ImageCms.profileToProfile(
        red, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    assert near(first(lab, "TIFF"), (200, 30, 40), by=6)
    assert near(first(red.convert("YCbCr"), "TIFF"), (200, 30, 40), by=4)


def wide_profile() -> bytes:
    """An RGB profile whose red and green channels are exchanged: wrong handling cannot be mistaken for right."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    places = {bytes(data[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    red, green = places[b"rXYZ"], places[b"gXYZ"]
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_an_embedded_profile_is_followed_and_kept(kind: str) -> None:
    how = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind in ("AVIF", "JPEG") else {}
    red = Image.new("RGB", (16, 16), (230, 20, 20))
    assert near(first(red, kind, icc_profile=wide_profile(), **how), (20, 230, 20), by=8)


def test_a_profile_is_followed_under_transparency_and_in_grey() -> None:
    half = Image.new("RGBA", (16, 16), (255, 0, 0, 128))
    assert near(first(half, icc_profile=wide_profile()), (127, 255, 127), by=4)
    grey = Image.new("L", (16, 16), 90)
    assert near(first(grey, icc_profile=wide_profile()), (90, 90, 90))


@pytest.mark.parametrize("profile", [b"no profile", b"", bytes(128), b"\xff" * 4000])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    red = Image.new("RGB", (16, 16), (230, 20, 20))
    for kind in ("PNG", "TIFF"):
        assert first(red, kind, icc_profile=profile) == (230, 20, 20)


def test_a_profile_for_other_channels_is_ignored() -> None:
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red_green_blue = first(red, "TIFF", icc_profile=wide_profile())
    assert red_green_blue[0] > 180
    assert red_green_blue[2] < 90


def test_pixels_from_a_clipboard_are_kept_whole() -> None:
    image = Image.effect_noise((300, 200), 99).convert("RGBA")
    picture = picture_of(image, "pasted", longest_side=100)
    assert (picture.width, picture.height, picture.kind, picture.name) == (300, 200, "png", "pasted")
    assert (picture.image.width, picture.image.height) == (100, 67)
    kept = Image.open(BytesIO(picture.data))
    assert kept.tobytes() == image.tobytes()


def test_pixels_that_make_too_heavy_a_png_are_kept_as_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    from fanlight.pictures import fitting

    monkeypatch.setattr(fitting, "MAX_BYTES", 400_000)
    picture = picture_of(noisy(400, 400).convert("RGBA"))
    assert picture.kind == "jpeg"
    assert read_bytes(picture.data).width == 400


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize(
    ("size", "goal"), [((1920, 1080), (1536, 864)), ((1003, 1507), (600, 902)), ((900, 700), (801, 623))]
)
def test_pictures_scaled_in_halves_are_those_that_are_scaled_whole(
    mode: str, size: tuple[int, int], goal: tuple[int, int]
) -> None:
    grain = numpy.random.default_rng(0).integers(100, 156, size[0] * size[1] * len(mode), numpy.uint8)
    image = Image.frombytes(mode, size, grain.tobytes())
    image.info["icc_profile"] = b"kept"
    smaller = colours.scaled(image, goal)
    difference = ImageChops.difference(smaller, image.resize(goal, Image.Resampling.LANCZOS))
    assert numpy.max(difference.getextrema()) <= 5  # across and down may change places
    assert smaller.info["icc_profile"] == b"kept"


def test_a_large_picture_is_scaled_on_two_threads_or_on_one_where_there_are_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image, threads = Image.new("RGB", (1920, 1080)), set[int]()
    resize = Image.Image.resize

    def watched(self: Image.Image, *words: Any, **more: Any) -> Image.Image:
        threads.add(threading.get_ident())
        return resize(self, *words, **more)

    monkeypatch.setattr(Image.Image, "resize", watched)
    colours.scaled(image, (1536, 864))
    assert len(threads) == 2

    def refuse(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    threads.clear()
    assert colours.scaled(image, (1536, 864)).size == (1536, 864)
    assert threads == {threading.get_ident()}
