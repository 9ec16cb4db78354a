from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QColorSpace, QGuiApplication, QImage, QPainter, QPixmap

from fanlight.desktop.mime import MimeContent, from_qimage, read_mime
from fanlight.domain.errors import PictureError
from fanlight.pictures.decode import read_bytes
from support.foreign_mime import ForeignMime
from support.mime_child import described
from support.offers import Offer, encoded
from support.picture_files import coded, corners
from support.recorded_offers import EVERY_OFFER

pytestmark = pytest.mark.gui

PNG = coded(corners(), "PNG")
JPEG = coded(corners(), "JPEG")


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Pixmaps need one."""


BY_PROGRAM = pytest.mark.parametrize("offer", EVERY_OFFER, ids=lambda offer: offer.program)


@BY_PROGRAM
def test_of_what_a_program_offers_the_right_alternative_is_taken(offer: Offer) -> None:
    found = read_mime(ForeignMime(encoded(offer)))
    assert described(found) == (offer.taken, offer.content, offer.also)
    for _name, data in found.blobs:
        if not data.startswith(b"<svg"):
            assert (read_bytes(data).width, read_bytes(data).height) == (40, 30)
    assert bool(found) == (offer.taken != "nothing")


@BY_PROGRAM
def test_a_look_during_a_drag_says_the_same_and_transfers_no_picture(offer: Offer) -> None:
    mime = ForeignMime(encoded(offer))
    kind = described(read_mime(mime, peek=True))[0]
    assert kind == offer.taken or (kind, offer.program) == ("files", "An image viewer whose file is gone")
    assert not [kind for kind in mime.transferred if kind.startswith(("image/", "application/octet"))]


def test_bytes_that_are_called_text_are_no_text() -> None:
    assert read_mime(ForeignMime({"image/png": PNG, "text/x-thing": b"\0\1\2 words"})).blobs == [("", PNG)]
    assert not read_mime(ForeignMime({"text/x-thing": b"\0\1\2 words"}))


def test_a_picture_that_an_office_program_keeps_in_a_temporary_file_is_taken_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice Writer: a selection that holds a picture alone."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    kept, private = tmp_path / "tmp" / "lu 9.tmp" / "lu9_tmp_6e.png", tmp_path / "private.png"
    kept.parent.mkdir(parents=True)
    for path in (kept, private):
        path.write_bytes(PNG)

    def pasted(address: str) -> MimeContent:
        html = f'<html><body lang="en-US"><p>\n<img src="{address}" name="Image1" width="151"/>\n</p></body></html>'
        return read_mime(ForeignMime({"text/rtf": b"{\\rtf1}", "text/html": html.encode(), "text/plain": b""}))

    assert pasted(kept.as_uri()) == MimeContent([kept])
    for other in (private, kept.with_name("gone.png"), kept.parent):
        assert pasted(other.as_uri()) == MimeContent(remote="")
    for address in (f"file://{kept.parent}/../../private.png", str(kept)):  # a bare path is one of a web site
        assert pasted(address) == MimeContent(remote="")


def test_a_name_that_a_program_wrote_without_its_bytes_is_found(tmp_path: Path) -> None:
    """Dolphin writes U+FFFD for what is no UTF-8."""
    picture = tmp_path / os.fsdecode(b"caf\xe9.png")
    try:
        picture.write_bytes(PNG)
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    address = f"{tmp_path.as_uri()}/caf%EF%BF%BD.png"
    assert read_mime(ForeignMime({"text/uri-list": address.encode()})) == MimeContent([picture])


def test_a_program_that_does_not_hand_its_picture_over_is_not_waited_for_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """GTK 3 encodes when it is asked; a large picture takes it longer than Qt waits."""
    clock = iter(range(0, 1000, 5))
    monkeypatch.setattr("fanlight.desktop.mime.monotonic", lambda: next(clock))
    kinds = ("image/png", "image/jpeg", "image/bmp", "image/tiff", "image/x-icon")
    mime = ForeignMime(dict.fromkeys(kinds, b""))
    found = read_mime(mime)
    assert found == MimeContent(is_withheld=True)
    assert not found
    assert mime.transferred == ["image/png", "image/jpeg"]


def test_of_several_encodings_the_lossless_one_is_taken() -> None:
    assert read_mime(ForeignMime({"image/jpeg": JPEG, "image/png": PNG})).blobs == [("", PNG)]
    assert read_mime(ForeignMime({"image/jpeg": JPEG, "image/png": b""})).blobs == [("", JPEG)]


def test_pixels_are_taken_when_there_are_no_bytes() -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(0xFF112233)
    mime = QMimeData()
    mime.setImageData(image)
    assert [(it.width(), it.height()) for it in read_mime(mime).images] == [(30, 20)]
    assert read_mime(mime, peek=True).has_picture
    mime = QMimeData()
    mime.setImageData(QPixmap.fromImage(image))
    assert read_mime(mime).images[0].pixelColor(1, 1).name() == "#112233"
    mime.setText("words beside them")
    assert read_mime(mime) == MimeContent(text="words beside them")


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_a_picture_inside_the_html_is_taken(quote: str) -> None:
    inside = base64.b64encode(PNG).decode()
    html = f"<meta charset=utf-8><IMG alt=x src={quote}data:image/png;base64,{inside}{quote}>"
    assert read_mime(ForeignMime({"text/html": html.encode()})).blobs == [("", PNG)]
    escaped = inside.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    html = f"<img src='data:image/png;charset=x;base64,{escaped}'>"
    assert read_mime(ForeignMime({"text/html": html.encode()})).blobs == [("", PNG)]


def test_a_drawing_in_an_address_is_refused_when_it_is_read() -> None:
    html = b"<img src='data:image/svg+xml,%3Csvg%20/%3E'>"
    ((name, data),) = read_mime(ForeignMime({"text/html": html})).blobs
    with pytest.raises(PictureError, match="SVG"):
        read_bytes(data, name)


@pytest.mark.parametrize(
    "address", ["data:image/png;base64,!!!", "data:", "data:,", "data:text/html,hi", "data:image/png"]
)
def test_a_damaged_address_is_no_picture(address: str) -> None:
    beside = read_mime(ForeignMime({"text/html": f"<p>text</p><img src='{address}'>".encode()}))
    assert (beside.blobs, beside.text) == ([], "text")
    assert read_mime(ForeignMime({"text/html": f"<img src='{address}'>".encode()})) == MimeContent(remote="")


def test_addresses_that_qt_hands_over_are_read_like_those_of_other_programs() -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/tmp/a b/é#1.png"), QUrl("https://example.org/b.png")])
    assert read_mime(mime) == MimeContent([Path("/tmp/a b/é#1.png")], remote="example.org")
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.png")])
    assert read_mime(mime) == MimeContent(text="https://example.org/cat.png", is_link=True)
    assert not read_mime(QMimeData())


def colour(image: QImage) -> tuple[int, ...]:
    return tuple(from_qimage(image).image.rgb[:3])


@pytest.mark.parametrize(
    "layout",
    ["RGB32", "ARGB32", "ARGB32_Premultiplied", "RGB16", "RGB888", "BGR888", "RGBA8888", "RGBX64", "RGBA64",
     "RGB30", "RGBA32FPx4", "RGB555"],
)  # fmt: skip
def test_pixels_of_any_layout_are_the_same_colour(layout: str) -> None:
    image = QImage(101, 7, getattr(QImage.Format, f"Format_{layout}"))
    image.fill(QColor("#c81e28"))
    assert all(abs(a - b) <= 8 for a, b in zip(colour(image), (0xC8, 0x1E, 0x28), strict=True))


def test_grey_and_palette_pixels() -> None:
    grey = QImage(5, 5, QImage.Format.Format_Grayscale8)
    grey.fill(80)
    assert colour(grey) == (80, 80, 80)
    mono = QImage(9, 9, QImage.Format.Format_Mono)
    mono.fill(1)
    assert colour(mono) in ((255, 255, 255), (0, 0, 0))
    palette = QImage(5, 5, QImage.Format.Format_Indexed8)
    palette.setColorTable([0xFF000000, 0xFF10C020])
    palette.fill(1)
    assert colour(palette) == (0x10, 0xC0, 0x20)


def test_transparent_pixels_show_white() -> None:
    image = QImage(5, 5, QImage.Format.Format_ARGB32)
    image.fill(0)
    assert colour(image) == (255, 255, 255)


def test_rows_are_where_they_belong() -> None:
    """Widths whose rows Qt pads."""
    for width in (1, 2, 3, 5, 101):
        image = QImage(width, 30, QImage.Format.Format_RGB888)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.fillRect(0, 15, width, 15, QColor("black"))
        painter.end()
        sent = from_qimage(image).image
        assert (sent.width, sent.height) == (width, 30)
        assert sent.rgb == b"\xff" * (15 * width * 3) + bytes(15 * width * 3)


def test_device_pixels_count() -> None:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(0xFF0000FF)
    image.setDevicePixelRatio(2.0)
    picture = from_qimage(image, "shot", longest_side=50)
    assert (picture.width, picture.height, picture.name, picture.kind) == (200, 100, "shot", "png")
    assert (picture.image.width, picture.image.height) == (50, 25)
    assert read_bytes(picture.data, longest_side=50).image == picture.image


def test_another_colour_space_is_turned_into_srgb() -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF800000)
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgbLinear))
    assert colour(image)[0] == pytest.approx(188, abs=3)


def test_no_pixels_are_a_sentence() -> None:
    with pytest.raises(PictureError, match="no pixels"):
        from_qimage(QImage())


def test_a_clipboards_alpha_that_hides_everything_is_no_alpha() -> None:
    image = QImage(8, 8, QImage.Format.Format_ARGB32)
    image.fill(QColor(200, 30, 40, 0))
    assert set(from_qimage(image).image.rgb[:3]) == {200, 30, 40}
