"""What is kept of a picture holds no thumbnail, no box and no chunk that no pixel needs."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest

from fanlight.pictures.decode import read_bytes
from support.drawn_pictures import CORNERS, near, seen
from support.picture_files import coded, corners, noisy

WIDE, HIGH = 120, 80
SECRET = b"Jane Doe, 52.5 north"


def test_the_thumbnail_of_a_jpeg_is_not_kept() -> None:
    data = coded(corners(), "JPEG", quality=95)
    size = struct.unpack(">H", data[4:6])[0]
    block = b"JFIF\0\x01\x02\0\0\x01\0\x01" + bytes((10, 10)) + SECRET * 15
    kept = read_bytes(b"\xff\xd8\xff\xe0" + struct.pack(">H", len(block) + 2) + block + data[4 + size :]).data
    assert SECRET not in kept
    assert near(seen(kept), CORNERS, 24)


def test_boxes_of_an_avif_that_show_nothing_are_not_kept() -> None:
    data = coded(corners(), "AVIF", quality=95)
    inside = struct.pack(">I4s", 8 + 16 + len(SECRET), b"uuid") + bytes(16) + SECRET
    for changed in (data + inside, data + struct.pack(">I4sQ", 1, b"uuid", 16 + len(SECRET)) + SECRET):
        kept = read_bytes(changed).data
        assert SECRET not in kept
        assert near(seen(kept), CORNERS, 24)


def animation() -> bytearray:
    file = BytesIO()
    corners().save(
        file, "WEBP", save_all=True, append_images=[noisy().resize((WIDE, HIGH)).convert("RGB")], duration=100
    )
    return bytearray(file.getvalue())


def test_a_webp_whose_second_frame_is_damaged_is_kept_so_that_it_can_be_read() -> None:
    data = animation()
    at = data.rfind(b"ANMF") + 8 + 16
    assert data[at : at + 3] == b"VP8"
    data[at : at + 4] = b"What"
    kept = read_bytes(bytes(data)).data
    assert near(seen(kept), CORNERS, 24)


def test_chunks_inside_a_frame_of_a_webp_are_not_kept() -> None:
    data = animation()
    at = data.find(b"ANMF")
    size = struct.unpack_from("<I", data, at + 4)[0]
    extra = b"priv" + struct.pack("<I", len(SECRET)) + SECRET + bytes(len(SECRET) & 1)
    data[at + 4 : at + 8] = struct.pack("<I", size + len(extra))
    data[at + 8 + size + (size & 1) : at + 8 + size + (size & 1)] = extra
    data[4:8] = struct.pack("<I", len(data) - 8)
    picture = read_bytes(bytes(data))
    assert SECRET not in picture.data
    assert near(seen(bytes(data)), CORNERS, 24)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_cut_side_chunk_at_the_end_does_not_cost_the_picture(kind: str) -> None:
    data = coded(corners(), kind, **({"lossless": True} if kind == "WEBP" else {}))
    if kind == "PNG":
        changed = data[:-12] + struct.pack(">I4s", 1000, b"tEXt") + b"Comment\0cut"
    else:
        changed = data + b"EXIF" + struct.pack("<I", 1000) + b"cut"
        changed = changed[:4] + struct.pack("<I", len(changed) - 8 + 997) + changed[8:]
    assert near(seen(changed), CORNERS)
