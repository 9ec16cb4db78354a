from __future__ import annotations

import gzip
import sqlite3
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from fanlight.domain.errors import PictureError
from fanlight.pictures.decode import read_bytes
from fanlight.pictures.kinds import recognise
from support.picture_files import FORMATS, coded, corners

SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def a_zip() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return file.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures_are_known_by_their_first_bytes(kind: str) -> None:
    assert recognise(coded(corners(), kind), "x") == kind.lower()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (SVG, "an SVG drawing"),
        (b"\xef\xbb\xbf  <svg width='1'></svg>", "an SVG drawing"),
        (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' ''><svg/>", "an SVG drawing"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\n\n junk first\n%PDF-1.4\n", "a PDF document"),
        (b"%!PS-Adobe-3.0 EPSF", "a PostScript document"),
        (b"<!DOCTYPE html><html><body>hi", "a web page"),
        (b"<html lang=de>", "a web page"),
        (b'<?xml version="1.0"?><note/>', "an XML document"),
        (b"Dear reader,\nthis is text.\n", "text"),
        ("Schöne Grüße 図".encode(), "text"),
        ("words".encode("utf-16"), "text"),
        (b"P6 3 3 255\n" + b"abc" * 9, "a PPM picture"),
        (b"P3\n2 1\n255\n255 0 0 0 255 0\n", "a PPM picture"),
        (b"Pf\n2 1\n-1.0\n" + bytes(24), "a PPM picture"),
        (bytes((0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 4, 0, 24, 32)) + b"abc" * 16, "a TGA picture"),
        (bytes((0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 4, 0, 8, 0)) + b"abc" * 16, "a TGA picture"),
        (b"SIMPLE  =                    T" + b" " * 2850, "a FITS picture"),
        (b"/* XPM */\nstatic char *x[] = {};\n", "an XPM picture"),
        (b"\x0a\x05\x01\x08" + bytes(200), "a PCX picture"),
        (b"II\xbc\x01" + bytes(64), "a JPEG XR picture"),
        (bytes(128) + b"DICM" + bytes(64), "a DICOM picture"),
        (b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(64), "a Windows drawing"),
        (b"\xd7\xcd\xc6\x9a" + bytes(40), "a Windows drawing"),
        (b"icns\0\0\0\x08", "an icon of macOS"),
        (b"#?RGBE\nFORMAT=32-bit_rle_rgbe\n", "a Radiance HDR picture"),
        (b"\0\0\2\0\1\0" + bytes(30), "a Windows cursor"),
        (a_zip(), "a ZIP archive or an office document"),
        (gzip.compress(SVG), "a gzip archive"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99), "a video"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(99), "a video"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + bytes(99), "a sound file"),
        (b"\0\0\0\x18ftypcrx \0\0\0\0crx isom" + bytes(99), "a camera raw file"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a sound file"),
        (b"RIFF\x24\0\0\0AVI LIST", "a video"),
        (b"\x1aE\xdf\xa3\x93B\x82\x88matroska", "a video"),
        (b"ID3\x04\0\0\0\0\0\0", "a sound file"),
        (b"8BPS\0\x01", "a Photoshop document"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"II*\0\x10\0\0\0CR\x02\0", "a camera raw file"),
        (b"GGUF\x03\0\0\0", "a GGUF model"),
        (b"MZ\x90\0", "a Windows program"),
        (b"\x7fELF\x02\x01", "a program"),
        (struct.pack("<HHH", 0, 1, 1) + bytes(32), "a Windows icon"),
    ],
)
def test_what_is_no_picture_is_refused_by_its_name(data: bytes, what: str) -> None:
    for name in ("x.png", "photo.jpg"):
        with pytest.raises(PictureError) as caught:
            read_bytes(data, name)
        assert caught.value.message == f"“{name}” is {what}, not a picture Fanlight can read."
        assert caught.value.hint


def test_a_database_is_no_picture(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.png") as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(PictureError, match="is a database"):
        read_bytes((tmp_path / "x.png").read_bytes(), "x.png")


@pytest.mark.parametrize("data", [b"\x01\x02\x03\x80\x81" * 99, b"\x89PN", b"BM is not a bitmap \x00\x01\x02", b"\xff"])
def test_unknown_bytes_are_said_to_be_unknown(data: bytes) -> None:
    with pytest.raises(PictureError, match="not a picture Fanlight can read"):
        read_bytes(data)


def test_a_file_of_zeros_is_said_to_be_damaged() -> None:
    with pytest.raises(PictureError, match="nothing but zeros"):
        read_bytes(bytes(5000), "restored.jpg")


def test_text_that_starts_like_a_bitmap_is_text() -> None:
    with pytest.raises(PictureError, match="is text"):
        read_bytes(b"BMW and other makes, a list of them all")


def test_a_raw_photo_in_a_tiff_is_refused_rather_than_its_thumbnail_shown() -> None:
    for tags in ({50706: b"\x01\x04\0\0"}, {254: 1, 330: 8}):
        with pytest.raises(PictureError, match="camera raw"):
            read_bytes(coded(corners(), "TIFF", tiffinfo=tags), "IMG.DNG")
    assert read_bytes(coded(corners(), "TIFF", tiffinfo={254: 0})).width == 120


def test_a_name_is_shown_and_a_missing_one_is_no_trouble() -> None:
    with pytest.raises(PictureError, match=r"^The picture is text"):
        read_bytes(b"hello")
    assert read_bytes(coded(Image.new("L", (2, 2)), "PNG"), "a.png").name == "a.png"
