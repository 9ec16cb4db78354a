"""What a drop or a paste contains, without fetching anything. Its alternatives are tried in this order:

1. Files of this computer, whatever stands beside them: file managers add names as text and a preview as a picture.
2. A picture's own bytes or pixels, where no text stands beside them, or all there is to see in the HTML is a picture:
   office programs add a picture of copied text, browsers the HTML of a copied picture.
3. A picture that is only named (HTML that shows nothing else): the bytes in a `data:` address, or the temporary file in
   which the program keeps it, or else where it is, for the message that asks to copy the picture itself.
4. Text: as it is, or a link's address, or what the HTML shows.

Files on other computers and devices are named in a message. What programs offer is in tests/support/offers.py, and
beside it in recorded_offers.json.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QColorSpace, QImage, QPixmap

from fanlight.desktop.addresses import addresses, host_of, is_storage, place_of, shown_address
from fanlight.desktop.html_text import HtmlContent, read_html
from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Picture
from fanlight.domain.path_kinds import as_on_disk, look_at
from fanlight.i18n import _

_TYPES = ("image/png", "image/jpeg", "image/jpg", "image/webp", "image/avif", "image/heic", "image/heif",
          "image/gif", "image/tiff", "image/bmp", "image/x-bmp", "image/x-ms-bmp")  # fmt: skip
"""Best first: programs that offer several hold the picture without loss in the first."""

_PROMISED = re.compile(r"application/octet-stream(?:;name=\"?([^\"]*)\"?)?$")
"""The file of a picture that is dragged out of Chromium, with its name on Wayland."""

PATIENCE_SECONDS = 8.0
"""Qt waits 5 s for each encoding. A program that has not encoded a large picture by then has often done so at the next
one; the window waits meanwhile."""

_DATA = re.compile(r"data:(image/[\w.+-]+)?((?:;[\w=.+-]+)*),(.*)", re.IGNORECASE | re.DOTALL)
_ONE_ADDRESS = re.compile(r"(?:[a-zA-Z][\w+.-]*:/|/|[a-zA-Z]:\\)[^\n]*")
"""A whole text that is a path or an address: it says where the picture beside it is."""

_NO_WORDS = re.compile(r"text/(?:html|rtf|richtext|uri-list|_moz|x-moz|calendar|ico\b)", re.IGNORECASE)
"""Kinds of text that nobody reads as they are. "text/ico" is an icon: GTK offers it with every picture."""


@dataclass(frozen=True, slots=True)
class MimeContent:
    """`blobs` are (name, file bytes). `remote` is the host of a picture on the web ("": unknown), `elsewhere` the
    address of a file that is not on this computer: they are never fetched. `text` is a link's address where `is_link`.
    `is_withheld`: there is a picture, but the program that offers it does not hand it over.
    Files and pictures are unread: `pictures.files.read_file`, `pictures.files.read_bytes` and `from_qimage` turn them
    into pictures on a worker."""

    files: list[Path] = field(default_factory=list)
    blobs: list[tuple[str, bytes]] = field(default_factory=list)
    images: list[QImage] = field(default_factory=list)
    remote: str | None = None
    elsewhere: str | None = None
    text: str = ""
    is_link: bool = False
    is_withheld: bool = False

    def __bool__(self) -> bool:
        return bool(self.files or self.has_picture or self.refused or self.text)

    @property
    def has_picture(self) -> bool:
        return bool(self.blobs or self.images)

    @property
    def refused(self) -> bool:
        """Whether something is only named that cannot be fetched."""
        return self.remote is not None or self.elsewhere is not None


def read_mime(mime: QMimeData, peek: bool = False) -> MimeContent:
    """What is to be taken. Falsy when there is nothing usable. With `peek`, as during a drag, pictures are not
    transferred: their bytes are empty. Call on the GUI thread: the data may come from another program."""
    places = addresses(mime)
    files = [as_on_disk(place) for place in places if isinstance(place, Path)]
    others = [place for place in places if isinstance(place, str)]
    stored = next((shown_address(address) for address in others if is_storage(address)), None)
    if files and (peek or not _has_pixels(mime) or any(map(os.path.exists, files))):
        named = next((host_of(address) for address in others if not is_storage(address)), None)
        return MimeContent(files, remote=named, elsewhere=stored)
    page = read_html(mime.html()) if mime.hasHtml() else HtmlContent("", ())
    text = _text(mime)
    words = text.strip() or page.text
    is_picture = not words or page.is_picture or bool(not page.text and _ONE_ADDRESS.fullmatch(words))
    if is_picture and (taken := _pixels(mime, peek)) is not None:
        return taken
    if stored is not None:
        return MimeContent(elsewhere=stored)
    if page.is_picture or (not page.text and any(map(_DATA.match, others))):
        return _named_picture(mime, [*page.pictures, *others], peek)
    if others:
        return MimeContent(text=_link(text, others), is_link=True)
    return MimeContent(text=text or page.text)


def _text(mime: QMimeData) -> str:
    """Without `QMimeData.text`'s way of taking addresses for text."""
    formats = mime.formats()
    if any(kind.startswith("text/plain") for kind in formats):
        return mime.text().replace("\0", "")
    kind = next((kind for kind in formats if kind.startswith("text/") and not _NO_WORDS.match(kind)), None)
    data = bytes(mime.data(kind).data()) if kind else b""
    return "" if b"\0" in data.rstrip(b"\0") else data.decode("utf-8", "replace").replace("\0", "")


def _link(text: str, addresses: list[str]) -> str:
    """The text beside a link, which is its address or has it; some programs give the title alone."""
    if "://" in text or text.strip() in addresses:
        return text
    return "\n".join([*filter(None, [text.strip()]), *addresses])


def _has_pixels(mime: QMimeData) -> bool:
    return mime.hasImage() or any(kind.startswith("image/") for kind in mime.formats())


def _pixels(mime: QMimeData, peek: bool) -> MimeContent | None:
    """The best of the encodings: where bytes of a picture file are offered, Qt is not asked for pixels, which it would
    decode in this process."""
    kinds = [kind for kind in _TYPES if mime.hasFormat(kind)]
    kinds += [kind for kind in mime.formats() if kind.startswith("image/") and kind not in kinds]
    if peek:
        return MimeContent(blobs=[("", b"")]) if _has_pixels(mime) else None
    begun = monotonic()
    for kind in kinds:
        if data := bytes(mime.data(kind).data()):
            return MimeContent(blobs=[("", data)])
        if monotonic() - begun > PATIENCE_SECONDS:
            break
    if kinds:
        return MimeContent(is_withheld=True)
    image = _image_of(mime.imageData()) if mime.hasImage() and not kinds else None
    return MimeContent(images=[image]) if image is not None else None


def _named_picture(mime: QMimeData, sources: list[str], peek: bool) -> MimeContent:
    for kind in mime.formats():
        if (promised := _PROMISED.match(kind)) and (peek or mime.data(kind).size()):
            return MimeContent(blobs=[(promised[1] or "", b"" if peek else bytes(mime.data(kind).data()))])
    if blobs := [("", data) for data in map(_inside, sources) if data]:
        return MimeContent(blobs=blobs)
    if kept := [path for path in map(_kept_by_program, sources) if path is not None]:
        return MimeContent(kept)
    return MimeContent(remote=next(filter(None, map(host_of, sources)), ""))


def from_qimage(image: QImage, name: str = "", longest_side: int = 1536, kept: bool = True) -> Picture:
    """Device pixels in sRGB. Pillow scales them and encodes what is kept as PNG at its fastest level, which takes 0.1
    to 0.5 s for 4K: call it on a worker, with a QImage that is not painted on. (`QImage.save` would hold the GIL.) Not
    `kept`: no PNG is made, `data` is empty. Raises PictureError."""
    from PIL import Image

    from fanlight.pictures.fitting import picture_of

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
    if alpha and not pixels.getchannel("A").getbbox() and pixels.convert("RGB").getbbox():
        pixels = pixels.convert("RGB")  # alpha that hides colors was never filled in
    return picture_of(pixels, name, longest_side, kept)


def _image_of(data: object) -> QImage | None:
    image = data.toImage() if isinstance(data, QPixmap) else data
    return image if isinstance(image, QImage) and not image.isNull() else None


def _kept_by_program(address: str) -> Path | None:
    """The file where an office program keeps a picture as long as it is on the clipboard. Only among the system's
    temporary files: what a page names elsewhere on this computer is not read."""
    if not address.strip().lower().startswith("file:"):
        return None
    place = place_of(address.strip().encode("utf-8", "replace"))
    if not isinstance(place, Path) or ".." in place.parts or not place.is_relative_to(tempfile.gettempdir()):
        return None
    return place if look_at(place).is_file else None


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
