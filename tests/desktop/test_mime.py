from __future__ import annotations

import base64
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QColorSpace, QGuiApplication, QImage, QPainter, QPixmap

from fanlight.desktop.mime import MimeContent, from_qimage, pictures
from fanlight.domain.errors import PictureError
from fanlight.pictures.decode import read_bytes
from support.picture_files import coded, corners

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Pixmaps need one."""


def drag(urls: list[str] | None = None, html: str = "", text: str = "", **data: bytes) -> QMimeData:
    """`data` by MIME type, with `_` for `/`."""
    mime = QMimeData()
    if urls:
        mime.setUrls([QUrl(url) for url in urls])
    if html:
        mime.setHtml(html)
    if text:
        mime.setText(text)
    for kind, content in data.items():
        mime.setData(kind.replace("_", "/"), QByteArray(content))
    return mime


PNG = coded(corners(), "PNG")
JPEG = coded(corners(), "JPEG")


def test_files_of_this_computer_come_first() -> None:
    found = pictures(
        drag(["file:///tmp/a%20b/%C3%A9.png", "file:///tmp/c.txt"], "<img src='https://x.org/'>", image_png=PNG)
    )
    assert found == MimeContent(files=[Path("/tmp/a b/é.png"), Path("/tmp/c.txt")])
    assert pictures(drag(["file://localhost/tmp/x.png"])).files == [Path("/tmp/x.png")]


def test_a_share_of_another_computer_is_not_opened() -> None:
    assert pictures(drag(["file://server/share/x.png"])) == MimeContent(remote="server")


def test_bytes_are_taken_before_the_address_beside_them() -> None:
    mime = drag(["https://example.org/cat.jpg"], "<img src='https://example.org/cat.jpg'>", image_jpeg=JPEG)
    assert pictures(mime) == MimeContent(blobs=[("", JPEG)])


def test_of_several_encodings_the_lossless_one_is_taken() -> None:
    assert pictures(drag(image_jpeg=JPEG, image_png=PNG)).blobs == [("", PNG)]
    assert pictures(drag(image_jpeg=JPEG, image_png=b"")).blobs == [("", JPEG)]


def test_pixels_are_taken_when_there_are_no_bytes() -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(0xFF112233)
    mime = QMimeData()
    mime.setImageData(image)
    assert [(it.width(), it.height()) for it in pictures(mime).images] == [(30, 20)]
    mime = QMimeData()
    mime.setImageData(QPixmap.fromImage(image))
    assert pictures(mime).images[0].pixelColor(1, 1).name() == "#112233"


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_a_picture_inside_the_text_is_taken(quote: str) -> None:
    inside = base64.b64encode(PNG).decode()
    html = f"<meta charset=utf-8><IMG alt=x src={quote}data:image/png;base64,{inside}{quote}>"
    assert pictures(drag(html=html)).blobs == [("", PNG)]


def test_a_picture_in_an_address_is_taken() -> None:
    inside = base64.b64encode(PNG).decode()
    assert pictures(drag([f"data:image/png;base64,{inside}"])).blobs == [("", PNG)]
    escaped = inside.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    assert pictures(drag(html=f"<img src='data:image/png;charset=x;base64,{escaped}'>")).blobs == [("", PNG)]


def test_a_drawing_in_an_address_is_refused_when_it_is_read() -> None:
    ((name, data),) = pictures(drag(html="<img src='data:image/svg+xml,%3Csvg%20/%3E'>")).blobs
    with pytest.raises(PictureError, match="SVG"):
        read_bytes(data, name)


@pytest.mark.parametrize(
    "address", ["data:image/png;base64,!!!", "data:", "data:,", "data:text/html,hi", "data:image/png"]
)
def test_a_damaged_address_is_nothing(address: str) -> None:
    assert not pictures(drag(html=f"<p>text</p><img src='{address}'>")).blobs


def test_a_picture_that_is_only_named_is_never_fetched_but_its_host_is_said() -> None:
    assert pictures(drag(["https://cdn.example.org/cat.jpg"])) == MimeContent(remote="cdn.example.org")
    html = "<html><body>\n<!--StartFragment--><img src='https://x.example/a.png'/><!--EndFragment-->\n</body></html>"
    assert pictures(drag(html=html, text="")) == MimeContent(remote="x.example")


def test_text_is_nothing_even_with_a_picture_in_it() -> None:
    assert not pictures(drag(text="https://example.org/cat.jpg"))
    assert not pictures(
        drag(html="<p>A paragraph <img src='https://x.example/smile.png'> copied</p>", text="A paragraph")
    )
    assert not pictures(QMimeData())


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
