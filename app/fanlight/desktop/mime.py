"""What a drop or a paste contains, without fetching anything.

Tried in order: files of this computer; a picture's own bytes (before any address, as a browser sends both); pixels; a
picture inside the text itself (`data:`). Of a picture on the web only the host is kept, for the message that asks to
copy the picture itself.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColorSpace, QImage, QPixmap

from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Picture
from fanlight.i18n import _
from fanlight.pictures.fitting import picture_of

_TYPES = ("image/png", "image/jpeg", "image/jpg", "image/webp", "image/avif", "image/heic", "image/heif",
          "image/gif", "image/tiff", "image/bmp", "image/x-bmp", "image/x-ms-bmp")  # fmt: skip
"""Best first: programs that offer several hold the picture without loss in the first."""

_SOURCE = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_TAG_OR_SPACE = re.compile(r"<!--.*?-->|<(style|title|script)\b.*?</\1>|<[^>]*>|&nbsp;|\s+", re.IGNORECASE | re.DOTALL)
_DATA = re.compile(r"data:(image/[\w.+-]+)?((?:;[\w=.+-]+)*),(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class MimeContent:
    """`blobs` are (name, file bytes); `remote` is the host of a picture that is only named, never fetched. Everything
    is unread: `pictures.files.read_file`, `pictures.files.read_bytes` and `from_qimage` turn it into pictures on a
    worker."""

    files: list[Path] = field(default_factory=list)
    blobs: list[tuple[str, bytes]] = field(default_factory=list)
    images: list[QImage] = field(default_factory=list)
    remote: str | None = None

    def __bool__(self) -> bool:
        return bool(self.files or self.blobs or self.images or self.remote)


def pictures(mime: QMimeData) -> MimeContent:
    """What could be a picture in `mime`; files are returned whatever they are called, since content decides. Falsy when
    there is nothing but text, which the caller inserts. Call on the GUI thread: the data may come from another
    program."""
    urls = mime.urls() if mime.hasUrls() else []
    if files := [path for path in map(_local, urls) if path]:
        return MimeContent(files=files)
    for kind in _picture_types(mime):
        if data := bytes(mime.data(kind).data()):
            return MimeContent(blobs=[("", data)])
    if mime.hasImage() and (image := _pixels(mime.imageData())):
        return MimeContent(images=[image])
    html = mime.html() if mime.hasHtml() else ""
    sources = [next(filter(None, match), "") for match in _SOURCE.findall(html)]
    addresses = [*sources, *(url.toString() for url in urls)]
    if blobs := [("", data) for data in map(_inside, addresses) if data]:
        return MimeContent(blobs=blobs)
    return MimeContent(remote=_host([QUrl(text) for text in sources if _is_all(html)] + urls))


def from_qimage(image: QImage, name: str = "", longest_side: int = 1536, kept: bool = True) -> Picture:
    """Device pixels in sRGB. Pillow scales them and encodes what is kept as PNG at its fastest level, which takes 0.1
    to 0.5 s for 4K: call it on a worker, with a QImage that is not painted on. (`QImage.save` would hold the GIL.) Not
    `kept`: no PNG is made, `data` is empty. Raises PictureError."""
    if image.isNull():
        raise PictureError(_("The picture has no pixels."), _("Copy it again."))
    if image.colorSpace().isValid() and image.colorSpace() != QColorSpace(QColorSpace.NamedColorSpace.SRgb):
        converted = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
        image = image if converted.isNull() else converted
    alpha = image.hasAlphaChannel()
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888 if alpha else QImage.Format.Format_RGB888)
    if plain.isNull():
        raise PictureError(_("There is not enough memory for the picture."), _("Copy a smaller part of it."))
    mode = "RGBA" if alpha else "RGB"
    size = plain.width(), plain.height()
    pixels = Image.frombytes(mode, size, bytes(plain.constBits()), "raw", mode, plain.bytesPerLine())
    return picture_of(pixels, name, longest_side, kept)


def _picture_types(mime: QMimeData) -> list[str]:
    """Of all that is offered: what holds the bytes of a picture file. Where there is any, Qt is not asked for pixels:
    it would decode them in this process."""
    known = [kind for kind in _TYPES if mime.hasFormat(kind)]
    return known or [kind for kind in mime.formats() if mime.hasImage() and kind.startswith("image/")]


def _local(url: QUrl) -> Path | None:
    """A file of this computer. `file://host/...` is a share of another one: opening it would be a connection."""
    if not url.isLocalFile() or url.host() not in ("", "localhost"):
        return None
    here = QUrl(url)
    here.setHost("")
    return Path(here.toLocalFile())


def _pixels(data: object) -> QImage | None:
    image = data.toImage() if isinstance(data, QPixmap) else data
    return image if isinstance(image, QImage) and not image.isNull() else None


def _inside(address: str) -> bytes | None:
    """The bytes in a `data:` address; None for any other, or a damaged one."""
    match = _DATA.match(address.strip())
    if not match or (match[1] is None):
        return None
    plain = bytes(QByteArray.fromPercentEncoding(match[3].encode()).data())
    if ";base64" not in match[2].lower():
        return plain or None
    try:
        return base64.b64decode(b"".join(plain.split()) + b"==") or None
    except (binascii.Error, ValueError):
        return None


def _is_all(html: str) -> bool:
    """Whether a picture is all there is to see: a copied paragraph that happens to hold one is text."""
    return not _TAG_OR_SPACE.sub("", html)


def _host(urls: list[QUrl]) -> str | None:
    """The host of the first address that leads to another computer."""
    return next((url.host() for url in urls if url.host() not in ("", "localhost")), None)
