from __future__ import annotations

import importlib.util
import os
import random
import struct
import threading
import warnings
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Image as Pixels
from fanlight.pictures import decode, fitting, limits
from fanlight.pictures.decode import read_bytes
from fanlight.pictures.files import read_file
from support.picture_files import BLUE, FORMATS, GREEN, RED, YELLOW, coded, corners, exif, noisy


def at(image: Pixels, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place given as a part of width and height."""
    start = (int(y * image.height) * image.width + int(x * image.width)) * 3
    return tuple(image.rgb[start : start + 3])


def near(colour: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


def is_upright(image: Pixels) -> bool:
    places = ((0.25, 0.25, RED), (0.75, 0.25, GREEN), (0.25, 0.75, BLUE), (0.75, 0.75, YELLOW))
    return all(near(at(image, x, y), colour) for x, y, colour in places)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read_by_content_whatever_it_is_called(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "holiday é 图.txt"
    path.write_bytes(coded(corners(), kind))
    picture = read_file(path)
    assert (picture.width, picture.height, picture.name) == (120, 80, path.name)
    assert (picture.image.width, picture.image.height) == (120, 80)
    assert is_upright(picture.image)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_kept_reads_as_the_same_pixels(kind: str) -> None:
    picture = read_bytes(coded(noisy(), kind), longest_side=90)
    again = read_bytes(picture.data, longest_side=90)
    assert again.image == picture.image
    assert (again.kind, again.data) == (picture.kind, picture.data)
    assert picture.kind == {"GIF": "png", "BMP": "png", "TIFF": "png"}.get(kind, kind.lower())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_turned_photo_is_turned_upright_and_so_is_what_is_kept(kind: str, orientation: int) -> None:
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that undoes each EXIF orientation's turn
    lying = corners() if orientation == 1 else corners().transpose(Image.Transpose(turns[orientation]))
    how = {"quality": 95} if kind == "JPEG" else {}
    picture = read_bytes(coded(lying, kind, exif=exif(orientation), **how), longest_side=60)
    assert (picture.width, picture.height) == (120, 80)
    assert (picture.image.width, picture.image.height) == (60, 40)
    assert is_upright(picture.image)
    again = read_bytes(picture.data, longest_side=60)
    assert again.image == picture.image
    assert (again.width, again.height) == (120, 80)


def test_an_orientation_that_can_not_be_counts_as_upright() -> None:
    for orientation in (0, 9, 77):
        assert is_upright(read_bytes(coded(corners(), "JPEG", quality=95, exif=exif(orientation))).image)


def test_broken_exif_does_not_cost_the_picture() -> None:
    data = coded(corners(), "JPEG", quality=95, exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\xff" * 40)
    assert is_upright(read_bytes(data).image)


@pytest.mark.parametrize(
    ("size", "longest_side", "sent"),
    [
        ((3000, 2000), 1536, (1536, 1024)),
        ((2000, 3000), 1536, (1024, 1536)),
        ((1536, 1536), 1536, (1536, 1536)),
        ((10, 7), 1536, (10, 7)),
        ((1, 1), 1536, (1, 1)),
        ((4001, 3000), 224, (224, 168)),
        ((900, 300), 100, (100, 33)),
    ],
)
def test_a_picture_is_made_smaller_and_never_larger(
    size: tuple[int, int], longest_side: int, sent: tuple[int, int]
) -> None:
    for kind in ("PNG", "JPEG"):
        picture = read_bytes(coded(corners(*size), kind), longest_side=longest_side)
        assert (picture.width, picture.height) == size
        assert (picture.image.width, picture.image.height) == sent


@pytest.mark.parametrize("size", [(1, 2000), (2000, 1), (1, 60000), (3, 400), (400, 5)])
def test_a_line_gets_white_beside_it(size: tuple[int, int]) -> None:
    picture = read_bytes(coded(Image.new("RGB", size, RED), "PNG"))
    sent = picture.image
    assert (picture.width, picture.height) == size
    assert max(sent.width, sent.height) <= fitting.THINNEST * min(sent.width, sent.height)
    assert any(near(tuple(sent.rgb[i : i + 3]), RED) for i in range(0, len(sent.rgb), 3))
    assert at(sent, 0.0, 0.0) == (255, 255, 255)


def test_a_checkerboard_becomes_grey_and_not_a_pattern() -> None:
    board = Image.frombytes("L", (4000, 4000), bytes([0, 255] * 2000 + [255, 0] * 2000) * 2000)
    for kind in ("PNG", "BMP"):
        sent = read_bytes(coded(board, kind), longest_side=250).image
        assert near((min(sent.rgb), max(sent.rgb)), (128, 128), by=6)


def test_a_large_picture_with_alpha_is_scaled_in_bands_without_a_seam() -> None:
    slope = Image.linear_gradient("L").resize((4500, 3500))
    large = Image.merge("RGBA", (slope, slope, slope, Image.new("L", slope.size, 255)))
    sent = read_bytes(coded(large, "PNG", compress_level=1), longest_side=300).image
    column = sent.rgb[0 :: sent.width * 3]
    assert all(0 <= b - a <= 3 for a, b in pairwise(column))
    assert (column[0], column[-1]) == pytest.approx((0, 255), abs=3)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_cut_anywhere_is_refused_in_one_sentence(kind: str) -> None:
    data = coded(noisy(), kind)
    chance = random.Random(kind)
    # The last bytes are sums and say that the file ends: all pixels are there without them.
    end = 24 if kind == "PNG" else 13
    for length in {*range(1, 40), *(chance.randrange(40, len(data) - end) for _ in range(60)), len(data) - end}:
        with pytest.raises(PictureError) as caught:
            read_bytes(data[:length], "a.png")
        assert caught.value.message.startswith("“a.png” ")
        assert caught.value.message.endswith(".")
        assert "\n" not in caught.value.message
    with pytest.raises(PictureError, match="cut off"):
        read_bytes(data[: len(data) * 2 // 3])


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def webp_header(width: int, height: int) -> bytes:
    body = struct.pack("<4sI", b"VP8X", 10) + bytes(4) + (width - 1).to_bytes(3, "little")
    body += (height - 1).to_bytes(3, "little") + bytes(100)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def other_header(kind: str, width: int, height: int) -> bytes:
    """A small picture whose header is changed to say it is large."""
    data = bytearray(coded(corners(16, 16), kind))
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", width, height)
    elif kind == "BMP":
        data[18:26] = struct.pack("<ii", width, height)
    elif kind == "JPEG":
        frame = data.index(b"\xff\xc0")
        data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    elif kind == "AVIF":
        place = data.index(b"ispe") + 8
        data[place : place + 8] = struct.pack(">II", width, height)
    return bytes(data)


@pytest.mark.parametrize(
    "made",
    [
        lambda: png_header(30_000, 30_000),
        lambda: png_header(2**31 - 1, 2**31 - 1),
        lambda: webp_header(16_384, 16_384),
        lambda: other_header("GIF", 65_535, 65_535),
        lambda: other_header("BMP", 60_000, 60_000),
        lambda: other_header("JPEG", 65_500, 65_500),
        lambda: other_header("AVIF", 16_000, 16_000),
        lambda: coded(Image.new("1", (12_000, 10_100)), "TIFF", compression="group4"),
        lambda: coded(Image.new("1", (12_000, 10_100)), "PNG"),
    ],
)
def test_a_bomb_is_refused_by_its_header_alone(made: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    data = made()

    def decoded(*_: object) -> None:
        raise AssertionError("decoded")

    for kind in decode._PLUGINS:
        monkeypatch.setattr(decode.reader(kind), "load", decoded)
    with pytest.raises(PictureError, match=r"(pixels; Fanlight can read at most 120 million|damaged)") as caught:
        read_bytes(data, "bomb")
    assert "AVIF" in caught.value.message or "million" in caught.value.message


def test_the_largest_picture_allowed_is_read() -> None:
    picture = read_bytes(coded(Image.new("1", (12_000, 10_000), 1), "TIFF", compression="group4"), longest_side=64)
    assert (picture.width, picture.height) == (12_000, 10_000)
    assert picture.image.rgb == b"\xff" * 64 * 53 * 3


def test_a_file_that_is_too_heavy_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    os.truncate(path, limits.MAX_BYTES + 1)
    with pytest.raises(PictureError, match="has 64 MB; Fanlight can read at most 64 MB"):
        read_file(path)
    os.truncate(path, 2_500_000_000)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", lambda *_: pytest.fail("opened"))
        with pytest.raises(PictureError, match="has 2,500 MB"):
            read_file(path)


def test_each_thing_that_is_no_readable_file_has_its_own_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    said = {
        "missing.png": "does not exist",
        "empty.png": "is empty",
        "": "is a folder",
        "x" * 5000: "cannot be read",
        "a\0b": "cannot be read",
    }
    for name, words in said.items():
        with pytest.raises(PictureError, match=words) as caught:
            read_file(tmp_path / name)
        assert caught.value.hint
    with pytest.raises(PictureError, match="is empty"):
        read_bytes(b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero")):
        with pytest.raises(PictureError, match="a device or a pipe"):
            read_file(path)


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "private.png"
    path.write_bytes(coded(corners(), "PNG"))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("we may read everything")
    with pytest.raises(PictureError, match="do not have permission to read"):
        read_file(path)


def test_the_first_frame_of_an_animation_is_read() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in (RED, GREEN, BLUE)]
    for kind in ("GIF", "WEBP", "PNG", "AVIF", "TIFF"):
        picture = read_bytes(coded(frames[0], kind, save_all=True, append_images=frames[1:]))
        assert near(at(picture.image, 0.5, 0.5), RED), kind
        assert near(at(read_bytes(picture.data).image, 0.5, 0.5), RED), kind


def test_nothing_of_pillow_is_changed_for_others() -> None:
    before = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    read_bytes(coded(Image.new("1", (11_000, 10_000)), "PNG"), longest_side=64)
    with pytest.raises(PictureError):
        read_bytes(png_header(2**20, 2**20))
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


def test_several_threads_may_read_at_once() -> None:
    files = [coded(corners(120 + n, 80), FORMATS[n % len(FORMATS)]) for n in range(14)]
    sizes: dict[int, int] = {}

    def read(number: int) -> None:
        sizes[number] = read_bytes(files[number]).width

    threads = [threading.Thread(target=read, args=(n,)) for n in range(len(files))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == {n: 120 + n for n in range(14)}


def test_too_little_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decode.reader("png"), "load", fail)
    with pytest.raises(PictureError, match="not enough memory"):
        read_bytes(coded(corners(), "PNG"))


HEIC_HEAD = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)


@pytest.mark.skipif(importlib.util.find_spec("pillow_heif") is not None, reason="the extra is installed")
def test_heic_without_the_extra_says_how_to_get_it() -> None:
    with pytest.raises(PictureError, match="HEIC") as caught:
        read_bytes(HEIC_HEAD, "IMG_1.HEIC")
    assert "pip install pillow-heif" in caught.value.hint


def test_heic_with_the_extra_is_read_upright() -> None:
    heif = pytest.importorskip("pillow_heif")
    turned = corners().transpose(Image.Transpose.ROTATE_90)
    file = heif.from_pillow(turned)
    path_data = BytesIO()
    file.save(path_data, quality=95, exif=exif(6))
    picture = read_bytes(path_data.getvalue())
    assert (picture.width, picture.height, picture.kind) == (120, 80, "png")
    assert is_upright(picture.image)
    with pytest.raises(PictureError):
        read_bytes(path_data.getvalue()[:500])
