"""Decodes a picture file: upright, sRGB, on white, small enough for the model, without metadata.

Pillow alone. Runs in a parsing process, for which `files.py` asks. The header is checked before anything is decoded: at
most 64 MB of file and 120 million pixels.

What is kept is the file without metadata for PNG, JPEG, WebP and AVIF; the others (GIF, BMP, TIFF, HEIC, and pixels
from a clipboard) become PNG.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import cast

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Image as Pixels
from fanlight.domain.messages import Picture
from fanlight.i18n import _
from fanlight.pictures.colours import eight_bits, on_white
from fanlight.pictures.fitting import TURNS, coded, for_model, turned, within
from fanlight.pictures.kinds import is_cut_off, is_raw_photo, raw_refusal, recognise
from fanlight.pictures.limits import check_bytes, check_size, subject_of
from fanlight.pictures.metadata import stripped
from fanlight.pictures.refusals import BROKEN, refusals

_READERS: dict[str, Callable[[BytesIO], ImageFile.ImageFile]] = {
    "png": PngImagePlugin.PngImageFile,
    "jpeg": JpegImagePlugin.JpegImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
}


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """A `Picture` before its pixels have an id: hashing them is left to the process that uses them. `shown` is the size
    of `rgb`; `data` is what is kept, in the format `kind`; `width` and `height` are the original's, turned upright."""

    shown: tuple[int, int]
    rgb: bytes
    data: bytes
    kind: str
    width: int
    height: int


def read_bytes(data: bytes, name: str = "", longest_side: int = 1536) -> Picture:
    """`decoded` as a `Picture`, in this process. Raises PictureError."""
    found = decoded(data, name, longest_side)
    return Picture(Pixels.of(*found.shown, found.rgb), found.data, found.kind, found.width, found.height, name)


def decoded(data: bytes, name: str, longest_side: int) -> DecodedPicture:
    """`longest_side`: pixels of the picture for the model; nothing is enlarged. Raises PictureError: not a picture, cut
    off, damaged, too large."""
    subject = subject_of(name)
    check_bytes(len(data), subject)
    kind = recognise(data, subject)
    with refusals(subject, kind, data):
        return _read(data, kind, subject, longest_side)


def _read(data: bytes, kind: str, subject: str, longest_side: int) -> DecodedPicture:
    image = _opened(data, kind, subject)
    if is_cut_off(data, kind):
        raise OSError("truncated")  # Pillow decodes some of these with gray rows
    size = image.size
    if kind == "jpeg":
        image.draft(None, within(size, 2 * longest_side))
    image.load()
    if kind != "jpeg":
        size = image.size  # a TIFF is rotated while it loads
    orientation = _orientation(image)
    upright = size[::-1] if orientation >= 5 else size
    kept, kept_kind, final = stripped(data, kind, orientation), kind, cast("Image.Image", image)
    if kept is None:
        whole = _opened(data, kind, subject) if kind == "jpeg" else image
        final, orientation = _storable(turned(whole, orientation), kind), 1
        kept, kept_kind = coded(final)
    shown = for_model(final, upright, orientation, longest_side, kind)
    return DecodedPicture(shown.size, shown.tobytes(), kept, kept_kind, *upright)


def _opened(data: bytes, kind: str, subject: str) -> ImageFile.ImageFile:
    """Read and check the header; no pixel is decoded. Opening a WebP allocates its canvas, so its size is checked
    before."""
    if kind == "webp":
        check_size(_webp_size(data), subject)
    reader = _heic_reader(subject) if kind == "heic" else _READERS[kind]
    image = reader(BytesIO(data))
    check_size(image.size, subject)
    if kind == "tiff" and is_raw_photo(getattr(image, "tag_v2", None)):
        raise raw_refusal(subject)
    return image


def _heic_reader(subject: str) -> Callable[[BytesIO], ImageFile.ImageFile]:
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise PictureError(
            _("{subject} is a HEIC picture, which Fanlight can read only with an extra package.").format(
                subject=subject
            ),
            _("Run `pip install pillow-heif`, or save the picture as JPEG."),
        ) from None
    reader: Callable[[BytesIO], ImageFile.ImageFile] = HeifImageFile
    return reader


def _webp_size(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def _orientation(image: Image.Image) -> int:
    """1 to 8 as in EXIF; 1 where it is damaged or out of range."""
    try:
        value = image.getexif().get(0x0112, 1)
    except BROKEN:
        return 1
    return value if isinstance(value, int) and value in TURNS else 1


def _storable(image: Image.Image, kind: str) -> Image.Image:
    """Convert to a mode that PNG supports, without changing the picture for the model."""
    if image.mode == "P" and cast("tuple[int, int]", image.getextrema())[1] * 3 >= len(image.getpalette() or ()):
        return eight_bits(image)  # colors outside the palette: black here, undefined in a PNG
    if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        return image
    image = on_white(eight_bits(image, sixteen=kind == "png"))
    image.info.pop("icc_profile", None)
    return image
