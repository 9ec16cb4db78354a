"""Files whose numbers, transparency, pages or end are not what a decoder assumes; each is drawn here, byte for byte."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from fanlight.domain.errors import PictureError
from fanlight.pictures.decode import read_bytes
from fanlight.pictures.limits import page_shown
from fanlight.pictures.png import SIGNATURE, chunk
from support.drawn_pictures import CORNERS, near, seen
from support.picture_files import coded, corners, noisy

WIDE, HIGH = 120, 80
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
Entry = tuple[int, int, bytes]


# ---- PNG


def png(depth: int, colours: int, rows: list[bytes], *extra: bytes, end: bool = True) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", WIDE, HIGH, depth, colours, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return SIGNATURE + head + b"".join(extra) + body + (chunk(b"IEND", b"") if end else b"")


def rgb_rows() -> list[bytes]:
    return [row.tobytes() for row in np.asarray(corners())]


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_the_transparent_gray_of_a_png_is_compared_in_the_files_own_depth(depth: int) -> None:
    """The left half has the value 1 and is transparent; the right half is black."""
    values = np.zeros((HIGH, WIDE), np.uint16)
    values[:, : WIDE // 2] = 1
    if depth == 16:
        rows = [row.astype(">u2").tobytes() for row in values]
    else:
        bits = ((values[..., None] >> np.arange(depth - 1, -1, -1, dtype=np.uint16)) & 1).astype(np.uint8)
        rows = [np.packbits(row.reshape(-1)).tobytes() for row in bits]
    assert near(seen(png(depth, 0, rows, chunk(b"tRNS", b"\0\x01"))), (WHITE, BLACK, WHITE, BLACK))


def test_the_transparent_color_of_a_16_bit_png_differs_from_its_neighbor_in_the_low_byte() -> None:
    values = np.zeros((HIGH, WIDE, 3), ">u2")
    values[:, : WIDE // 2] = (0x1234, 0, 0)
    values[:, WIDE // 2 :] = (0x1235, 0, 0)
    data = png(16, 2, [row.tobytes() for row in values], chunk(b"tRNS", struct.pack(">HHH", 0x1234, 0, 0)))
    assert near(seen(data), (WHITE, (0x12, 0, 0), WHITE, (0x12, 0, 0)))


def _large_profile() -> bytes:
    """An sRGB profile of 3 MB: one tag more, as presses have."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack(">I", plain[128:132])[0]
    table = b"".join(
        plain[at : at + 4]
        + struct.pack(">I", struct.unpack(">I", plain[at + 4 : at + 8])[0] + 12)
        + plain[at + 8 : at + 12]
        for at in range(132, 132 + 12 * count, 12)
    )
    size = 3_000_000
    entry = b"priv" + struct.pack(">II", len(plain) + 12, size)
    whole = (
        plain[:128]
        + struct.pack(">I", count + 1)
        + table
        + entry
        + plain[132 + 12 * count :]
        + b"data"
        + bytes(size - 4)
    )
    return struct.pack(">I", len(whole)) + whole[4:]


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"zTXt", b"workflow\0\0" + zlib.compress(b"x" * 3_000_000)),
        chunk(b"iTXt", b"diagram\0\1\0\0\0" + zlib.compress(b"x" * 3_000_000)),
        chunk(b"iCCP", b"press\0\0" + zlib.compress(_large_profile())),
        chunk(b"iCCP", b"press\0\7" + zlib.compress(b"x")),
        chunk(b"iCCP", b"press\0\0" + b"not deflate"),
        chunk(b"gAMA", b"\0"),
        chunk(b"cHRM", b"\0" * 5),
        chunk(b"pHYs", b""),
        chunk(b"tIME", b"\xff" * 7),
        chunk(b"tRNS", b"\0" * 5),
        chunk(b"eXIf", b"\xff\xff"),
        chunk(b"acTL", struct.pack(">II", 3, 0)) + chunk(b"fcTL", struct.pack(">IIIIIHHH", 7, 120, 80, 0, 0, 1, 10, 0)),
        chunk(b"tEXt", b"Comment\0made")[:-4] + b"\0\0\0\0",
        chunk(b"sRGB", b"\0")[:-4] + b"\0\0\0\0",
        chunk(b"prIV", b"\0"),
    ],
)  # fmt: skip
def test_trouble_in_chunks_that_no_pixel_needs_does_not_cost_a_png(extra: bytes) -> None:
    assert near(seen(png(8, 2, rgb_rows(), extra)), CORNERS)
    assert near(seen(png(8, 2, rgb_rows(), extra, end=False)), CORNERS)


def test_a_png_that_lacks_pixels_is_cut_off() -> None:
    data = coded(noisy(), "PNG")
    with pytest.raises(PictureError, match="cut off"):
        read_bytes(data[: len(data) // 2])


# ---- TIFF


def tiff(pages: list[tuple[bytes, dict[int, Entry]]], order: str = "<") -> bytes:
    """Pages of one strip each; an entry is (type, count, value)."""
    out = (b"II*\0" if order == "<" else b"MM\0*") + bytes(4)
    link = 4
    for data, entries in pages:
        tags = entries | {
            273: (4, 1, struct.pack(order + "I", len(out))),
            279: (4, 1, struct.pack(order + "I", len(data))),
        }
        out += data + bytes(len(data) & 1)
        out = out[:link] + struct.pack(order + "I", len(out)) + out[link + 4 :]
        at, tail, table = len(out), b"", struct.pack(order + "H", len(tags))
        for tag in sorted(tags):
            kind, count, value = tags[tag]
            if len(value) > 4:
                place = at + 6 + 12 * len(tags) + len(tail)
                tail += value + bytes(len(value) & 1)
                value = struct.pack(order + "I", place)
            table += struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")
        link = at + len(table)
        out += table + bytes(4) + tail
    return out


def short(*values: int, order: str = "<") -> Entry:
    return 3, len(values), struct.pack(f"{order}{len(values)}H", *values)


def page(
    data: bytes,
    bits: int = 8,
    photometric: int = 1,
    samples: int = 1,
    size: tuple[int, int] = (WIDE, HIGH),
    order: str = "<",
    **more: Entry,
) -> tuple[bytes, dict[int, Entry]]:
    base = {
        256: short(size[0], order=order), 257: short(size[1], order=order), 258: short(*[bits] * samples, order=order),
        259: short(1, order=order), 262: short(photometric, order=order), 277: short(samples, order=order),
        278: short(size[1], order=order),
    }  # fmt: skip
    return data, base | {int(name[1:]): entry for name, entry in more.items()}


def steps(most: int) -> NDArray[np.int64]:
    """Black, a third, two thirds, white."""
    values = np.zeros((HIGH, WIDE), np.int64)
    values[: HIGH // 2, WIDE // 2 :], values[HIGH // 2 :, : WIDE // 2] = most // 3, 2 * (most // 3)
    values[HIGH // 2 :, WIDE // 2 :] = most
    return values


STEPS = (BLACK, (85,) * 3, (170,) * 3, WHITE)


def packed12(values: NDArray[np.int64]) -> bytes:
    pairs = (values[:, 0::2] << 12) | values[:, 1::2]
    return np.dstack([pairs >> 16, pairs >> 8 & 255, pairs & 255]).astype(np.uint8).tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_the_grays_of_a_tiff_are_read_by_their_bits_and_by_which_end_is_white(
    bits: int, photometric: int, order: str
) -> None:
    most = 2**bits - 1
    values = steps(most) if photometric else most - steps(most)
    data = packed12(values) if bits == 12 else values.astype(f"{order}u{bits // 8}").tobytes()
    assert near(seen(tiff([page(data, bits, photometric, order=order)], order)), STEPS)


def test_a_tiff_may_say_which_sample_is_white() -> None:
    data = steps(1023).astype("<u2").tobytes()
    assert near(seen(tiff([page(data, 16, t280=short(0), t281=short(1023))])), STEPS)


def test_32_bits_without_a_sign_do_not_wrap() -> None:
    data = (steps(3) * 1431655765).astype("<u4").tobytes()
    assert near(seen(tiff([page(data, 32)])), STEPS)


@pytest.mark.parametrize("hole", [-9999.0, float("nan"), float("inf"), -3.4028234663852886e38])
def test_a_hole_in_a_depth_map_takes_no_part_in_its_range(hole: float) -> None:
    values = steps(3).astype("<f4") / 3
    values[2:6, 2:6] = hole
    assert near(seen(tiff([page(values.tobytes(), 32, t339=short(3))])), STEPS)


def test_the_value_that_gdal_names_is_a_hole() -> None:
    values = steps(3).astype("<f4") / 3
    values[2:6, 2:6] = -77
    assert near(seen(tiff([page(values.tobytes(), 32, t339=short(3), t42113=(2, 4, b"-77\0"))])), STEPS)


def test_a_tiff_of_holes_is_white() -> None:
    values = np.full((HIGH, WIDE), -9999, "<f4")
    assert near(seen(tiff([page(values.tobytes(), 32, t339=short(3))])), (WHITE,) * 4)


def test_a_palette_whose_entries_were_written_with_8_bits_has_its_colors() -> None:
    table = np.zeros((3, 256), "<u2")
    for place, colour in enumerate(CORNERS):
        table[:, place] = colour
    data = steps(3).astype(np.uint8).tobytes()
    assert near(seen(tiff([page(data, 8, 3, t320=(3, 768, table.tobytes()))])), CORNERS)


def test_the_whole_page_is_shown_and_not_the_reduced_copy_before_it() -> None:
    small = corners().resize((WIDE // 4, HIGH // 4))
    copy = page(small.tobytes(), 8, 2, 3, small.size, t254=(4, 1, struct.pack("<I", 1)))
    picture = read_bytes(tiff([copy, page(corners().tobytes(), 8, 2, 3)]))
    assert (picture.width, picture.height, picture.pages) == (WIDE, HIGH, 1)


def test_a_scan_says_how_many_pages_it_has_and_which_one_is_used() -> None:
    small = corners().resize((WIDE // 4, HIGH // 4))
    copy = page(small.tobytes(), 8, 2, 3, small.size, t254=(4, 1, struct.pack("<I", 1)))
    colours = [Image.new("RGB", (WIDE, HIGH), colour) for colour in CORNERS[:3]]
    first, *others = (page(image.tobytes(), 8, 2, 3) for image in colours)
    data = tiff([first, copy, *others])
    for number, colour in enumerate(CORNERS[:3], start=1):
        picture = read_bytes(data, "scan.tif", page=number)
        assert (picture.pages, picture.page, picture.image.rgb[:3]) == (3, number, bytes(colour))
        assert read_bytes(picture.data).image == picture.image
        assert page_shown(picture) == f"“scan.tif” has 3 pages; only page {number} is used."
    with pytest.raises(PictureError, match=r"“scan.tif” has 3 pages; there is no page 4\."):
        read_bytes(data, "scan.tif", page=4)
    with pytest.raises(PictureError, match=r"“a.png” has 1 page; there is no page 2\."):
        read_bytes(coded(corners(), "PNG"), "a.png", page=2)
    assert page_shown(read_bytes(coded(corners(), "PNG"))) == ""


def test_alpha_that_was_never_filled_in_hides_nothing() -> None:
    pixels = np.dstack([np.asarray(corners()), np.zeros((HIGH, WIDE), np.uint8)])
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    assert near(seen(bmp(32, pixels[::-1, :, [2, 1, 0, 3]].tobytes(), 3, masks)), CORNERS)
    hidden = Image.fromarray(pixels)
    for data in (coded(hidden, "PNG"), coded(hidden, "TIFF"), coded(hidden, "WEBP", lossless=True, exact=True)):
        assert near(seen(data), CORNERS)
    gray = coded(Image.merge("LA", (corners().convert("L"), Image.new("L", (WIDE, HIGH)))), "PNG")
    assert seen(gray) == seen(coded(corners().convert("L"), "PNG"))


def test_alpha_that_hides_all_but_a_spot_is_meant() -> None:
    for spot in ((WIDE // 3, HIGH // 3), None):
        picture = corners().convert("RGBA") if spot else Image.new("RGBA", (WIDE, HIGH), (0, 0, 0, 0))
        picture.putalpha(0)
        if spot:
            picture.putpixel(spot, (255, 255, 255, 255))
        assert near(seen(coded(picture, "PNG")), ((255, 255, 255),) * 4)


@pytest.mark.parametrize(("bits", "kind", "dtype"), [(64, 3, "<f8"), (64, 1, "<u8")])
def test_a_tiff_of_a_kind_that_is_not_read_is_not_called_damaged(bits: int, kind: int, dtype: str) -> None:
    with pytest.raises(PictureError, match="a TIFF picture of a variant that Fanlight cannot read"):
        read_bytes(tiff([page(steps(3).astype(dtype).tobytes(), bits, t339=short(kind))]))


# ---- BMP


def bmp(bits: int, pixels: bytes, compression: int, masks: bytes = b"") -> bytes:
    head = struct.pack("<IiiHHIIiiII", 124 if masks else 40, WIDE, HIGH, 1, bits, compression, len(pixels), 0, 0, 0, 0)
    head += (masks + bytes(68)) if masks else b""
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(pixels), 0, 0, 14 + len(head)) + head + pixels


@pytest.mark.parametrize(
    ("bits", "widths"), [(32, (10, 10, 10, 2)), (32, (11, 11, 10, 0)), (16, (4, 4, 4, 4)), (16, (3, 3, 2, 0))]
)
def test_channels_of_any_width_in_a_bmp(bits: int, widths: tuple[int, ...]) -> None:
    values = np.asarray(corners())[::-1].astype(np.uint32)
    words, at, masks = np.zeros((HIGH, WIDE), np.uint32), 0, []
    for channel, width in enumerate(widths):
        most = 2**width - 1
        masks.append(most << at)
        level = values[..., channel] * most // 255 if channel < 3 else np.full_like(words, most)
        words |= level << at
        at += width
    assert near(seen(bmp(bits, words.astype(f"<u{bits // 8}").tobytes(), 3, struct.pack("<4I", *masks))), CORNERS, 40)


@pytest.mark.parametrize(("compression", "kind"), [(4, "JPEG"), (5, "PNG")])
def test_the_picture_inside_a_bmp_for_a_printer_is_read(compression: int, kind: str) -> None:
    assert near(seen(bmp(0, coded(corners(), kind), compression)), CORNERS)


# ---- JPEG


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("tail", [b"", bytes(512)])
def test_a_jpeg_that_lacks_only_its_end_mark_is_shown(tail: bytes, progressive: bool) -> None:
    data = coded(corners(), "JPEG", quality=95, progressive=progressive)
    assert near(seen(data[:-2] + tail), CORNERS, 24)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("tail", [b"", bytes(4096)])
def test_a_jpeg_that_lacks_pixels_is_cut_off_whatever_stands_behind(tail: bytes, progressive: bool) -> None:
    data = coded(noisy(), "JPEG", quality=95, progressive=progressive)
    with pytest.raises(PictureError, match="cut off"):
        read_bytes(data[: len(data) * 2 // 3] + tail)


def test_the_size_of_a_jpeg_without_its_end_mark_is_checked_before_it_is_decoded() -> None:
    data = coded(corners(), "JPEG")
    at = data.find(b"\xff\xc0") + 5
    with pytest.raises(PictureError, match="at most 120 million"):
        read_bytes(data[:at] + struct.pack(">HH", 60_000, 60_000) + data[at + 4 : -2])


@pytest.mark.parametrize(("frame", "depth"), [(0xC1, 12), (0xC3, 8), (0xC5, 8), (0xC0, 12)])
def test_a_jpeg_that_is_not_read_is_called_a_variant(frame: int, depth: int) -> None:
    data = coded(corners(), "JPEG")
    at = data.find(b"\xff\xc0")
    with pytest.raises(PictureError, match="a JPEG picture of a variant that Fanlight cannot read"):
        read_bytes(data[: at + 1] + bytes([frame]) + data[at + 2 : at + 4] + bytes([depth]) + data[at + 5 :])


# ---- animations


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_the_first_frame_that_shows_anything_is_shown(kind: str) -> None:
    file = BytesIO()
    nothing = Image.new("RGBA", (WIDE, HIGH))
    nothing.save(file, kind, save_all=True, append_images=[corners().convert("RGBA")], duration=100, lossless=True)
    assert near(seen(file.getvalue()), CORNERS)
