from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from fanlight.pictures.decode import read_bytes
from fanlight.pictures.metadata import stripped
from support.picture_files import coded, corners, exif, noisy

SECRETS = (b"SecretCam", b"Somewhere 7", b"edited by me", b"photoshop", b"after the end")


def telling(kind: str, orientation: int = 6) -> bytes:
    """A picture that says where, by whom and with what it was made, in every way its format has."""
    image = noisy(200, 120)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">Somewhere 7</x:xmpmeta>'
    how: dict[str, object] = {"exif": exif(orientation)}
    if kind == "JPEG":
        how |= {"comment": b"edited by me", "xmp": xmp, "quality": 90, "progressive": True}
    elif kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", "edited by me")
        notes.add_text("Long", "edited by me" * 50, zip=True)
        notes.add_itxt("XML:com.adobe.xmp", xmp.decode())
        notes.add(b"prVt", b"photoshop")
        how["pnginfo"] = notes
    elif kind in ("WEBP", "AVIF"):
        how["xmp"] = xmp
    data = coded(image, kind, **how)
    if kind == "JPEG":
        data = data[:2] + b"\xff\xed\x00\x0bphotoshop" + data[2:]
    return data if kind in ("WEBP", "AVIF", "TIFF") else data + b"after the end"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_what_is_kept_says_nothing_about_its_owner(kind: str, orientation: int) -> None:
    data = telling(kind, orientation)
    assert any(secret in data for secret in SECRETS)
    picture = read_bytes(data)
    for secret in SECRETS:
        assert secret not in picture.data
    with Image.open(BytesIO(picture.data)) as kept:
        assert set(kept.getexif()) <= {0x0112}
        assert not {"comment", "xmp", "Comment", "Long", "XML:com.adobe.xmp", "photoshop"} & set(kept.info)
    assert read_bytes(picture.data).image == picture.image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_pixels_are_not_coded_again(kind: str) -> None:
    data = coded(noisy(), kind)
    kept = stripped(data, kind.lower())
    assert kept is not None
    for begin in range(len(data) // 3, len(data) - 400, 400):
        assert data[begin : begin + 200] in kept


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}])
def test_every_kind_of_jpeg_keeps_its_pixels(how: dict[str, int]) -> None:
    for image in (noisy(), noisy().convert("L"), noisy().convert("CMYK")):
        data = coded(image, "JPEG", **how)
        kept = stripped(data, "jpeg")
        assert kept is not None
        with Image.open(BytesIO(data)) as before, Image.open(BytesIO(kept)) as after:
            assert before.tobytes() == after.tobytes()


def test_a_second_picture_behind_the_first_leaves() -> None:
    data = coded(noisy(), "MPO", save_all=True, append_images=[corners()])
    kept = stripped(data, "jpeg")
    assert kept is not None
    assert kept.count(b"\xff\xd8\xff") == 1
    assert read_bytes(data).image == read_bytes(kept).image


def test_of_an_animated_png_the_first_frame_is_kept() -> None:
    frames = [noisy(), corners(160, 100)]
    for how in ({}, {"default_image": True}):
        data = coded(frames[0], "PNG", save_all=True, append_images=frames[1:], **how)
        picture = read_bytes(data)
        assert b"fdAT" not in picture.data
        with Image.open(BytesIO(picture.data)) as image:
            assert image.tobytes() == frames[0].tobytes()


def test_stripping_twice_changes_nothing_more() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        once = stripped(telling(kind), kind.lower(), 6)
        assert once is not None
        assert stripped(once, kind.lower(), 6) == once


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif"])
def test_what_can_not_be_taken_apart_is_left_to_be_coded_again(kind: str) -> None:
    data = telling(kind.upper())
    for length in range(0, 1200, 7):
        kept = stripped(data[:length], kind, 3)
        assert kept is None or not any(secret in kept for secret in SECRETS)
    assert stripped(b"", kind) is None
    assert stripped(data, "tiff") is None


def test_a_jpeg_with_a_foreign_segment_order_is_kept_without_metadata_all_the_same() -> None:
    """Filler bytes between segments and a comment that looks like a marker."""
    data = telling("JPEG")
    odd = data[:2] + b"\xff\xff\xff\xff\xfe\x00\x10edited by me\xff\xd9" + data[2:]
    picture = read_bytes(odd)
    assert b"edited by me" not in picture.data
    assert read_bytes(picture.data).image == picture.image
