"""Decodes a picture file: upright, sRGB, on white, small enough for the model, without metadata.

Pillow alone. Runs in a parsing process, for which `files.py` asks. The header is checked before anything is decoded: at
most 64 MB of file and 120 million pixels.

What is kept is the file without metadata for PNG, JPEG, WebP and AVIF; the others (GIF, BMP, TIFF, HEIC, and pixels
from a clipboard) become PNG. What only some formats need is imported when one of them comes: the first picture waits
for the start of its process.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import cast

from PIL import Image, ImageFile

from fanlight.domain.detail import within
from fanlight.domain.errors import PictureError
from fanlight.domain.installation import command_of_pip, package_name
from fanlight.domain.messages import Image as Pixels
from fanlight.domain.messages import Picture
from fanlight.i18n import N_, _
from fanlight.pictures import bmp, jpeg, png
from fanlight.pictures.colours import eight_bits, on_white
from fanlight.pictures.fitting import TURNS, coded, for_model, turned
from fanlight.pictures.kinds import is_cut_off, is_raw_photo, raw_refusal, recognise
from fanlight.pictures.limits import check_bytes, check_page, check_size, subject_of
from fanlight.pictures.metadata import WITHOUT_CODING, lacks_end, stripped, whole_webp
from fanlight.pictures.png_for_apple import apple_flags, header, rewrapped, straightened
from fanlight.pictures.refusals import BROKEN, refusals, unread_variant

_PLUGINS = {
    "png": "Png", "jpeg": "Jpeg", "webp": "WebP", "gif": "Gif", "bmp": "Bmp", "tiff": "Tiff", "avif": "Avif",
}  # fmt: skip
_EMPTY_FRAMES = 20
"""How many are looked at; an animation of nothing is shown as nothing."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """Pixels for the model, RGB. They have no id yet: hashing them is left to the process that uses them."""

    image: Image.Image


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """`data` is what is kept, in the format `kind`; `width` and `height` are the original's, turned upright; `pages`:
    how many pages the file has, of which this is number `page`."""

    data: bytes
    kind: str
    width: int
    height: int
    pages: int
    page: int


def read_bytes(data: bytes, name: str = "", longest_side: int = 1536, page: int = 1) -> Picture:
    """`stages` as a `Picture`, in this process. Raises PictureError."""
    shown: Image.Image | None = None
    for stage in stages(data, name, longest_side, page):
        if isinstance(stage, ShownPicture):
            shown = stage.image
        else:
            kept = stage
    assert shown is not None
    pixels = Pixels.of(*shown.size, shown.tobytes())
    return Picture(pixels, kept.data, kept.kind, kept.width, kept.height, name, kept.pages, kept.page)


def stages(data: bytes, name: str, longest_side: int, page: int = 1) -> Iterator[ShownPicture | KeptPicture]:
    """The pixels for the model as soon as they are there; what is kept, last. Where that has to be coded anew the
    pixels come once more, as it will give them. `longest_side`: of these pixels; nothing is enlarged. Raises
    PictureError: not a picture, cut off, damaged, too large, no such page."""
    subject = subject_of(name)
    check_bytes(len(data), subject)
    kind = recognise(data, subject)
    with refusals(subject, kind, data):
        yield from _stages(data, kind, subject, longest_side, page)


def _stages(data: bytes, kind: str, subject: str, longest_side: int, page: int) -> Iterator[ShownPicture | KeptPicture]:
    if kind == "bmp" and (inner := bmp.inner_file(data)):
        yield from _stages(inner, recognise(inner, subject), subject, longest_side, page)
        return
    _check_variant(data, kind, subject)
    apple = apple_flags(data) if kind == "png" else None
    data = _mended(data, kind, subject)
    image, pages = _opened(data, kind, subject, page)
    size = image.size
    if kind == "jpeg":
        image.draft(None, within(size, 2 * longest_side))
    image.load()
    if kind != "jpeg":
        size = image.size  # a TIFF is rotated while it loads
    orientation = _orientation(image)
    upright = size[::-1] if orientation >= 5 else size
    final, kept_kind = _as_seen(image, data, kind, apple), kind
    kept: bytes | None = None
    if kind in WITHOUT_CODING and apple is None:
        yield ShownPicture(for_model(final, upright, orientation, longest_side, kind))
        kept = stripped(data, kind, orientation)
    if kept is None:
        whole = _opened(data, kind, subject)[0] if kind == "jpeg" else final
        final, orientation = _storable(turned(whole, orientation), kind), 1
        kept, kept_kind = coded(final)
        yield ShownPicture(for_model(final, upright, orientation, longest_side, kind))
    yield KeptPicture(kept, kept_kind, *upright, pages, page)


def _check_variant(data: bytes, kind: str, subject: str) -> None:
    """Raises PictureError for a file that is sound, but of a kind that Pillow is not built for or misreads."""
    if kind == "jpeg" and (variant := jpeg.unread_variant(data)):
        raise unread_variant(subject, kind, variant)


def _mended(data: bytes, kind: str, subject: str) -> bytes:
    """Without the parts that no pixel needs and that may be damaged. Raises OSError for a picture that is cut off."""
    if kind == "png":
        mended = png.mended(data)
        return mended if apple_flags(data) is None else _rewrapped(mended, subject)
    if kind == "jpeg" and lacks_end(data):
        check_size(reader(kind)(BytesIO(data)).size, subject)  # to tell what is missing, it is decoded
        return jpeg.with_end(data)
    if kind == "webp":
        return whole_webp(data)
    if is_cut_off(data, kind):
        raise OSError("truncated")  # Pillow decodes some of these with gray rows
    return data


def _rewrapped(data: bytes, subject: str) -> bytes:
    """A PNG for Apple's programs with pixels compressed as everywhere else. They are inflated, so their number is
    checked before. Raises PictureError, OSError for one that is cut off, and what `refusals.BROKEN` names."""
    width, height, depth, colours = header(data)
    check_size((width, height), subject)
    if depth == 16 and colours in (2, 6):
        raise unread_variant(subject, "png", N_("for Apple’s programs alone"))
    return rewrapped(data)


def _opened(data: bytes, kind: str, subject: str, page: int = 1) -> tuple[Image.Image, int]:
    """(the page that is shown, how many there are). The header is checked; of most formats no pixel is decoded. Opening
    a WebP allocates its canvas, so its size is checked before."""
    if kind == "bmp" and bmp.has_odd_channels(data):
        width, height = struct.unpack_from("<ii", data, 18)
        check_size((abs(width), abs(height)), subject)
        check_page(page, 1, subject)
        return bmp.with_odd_channels(data), 1
    if kind == "webp":
        check_size(_webp_size(data), subject)
    image = (_heic_reader(subject) if kind == "heic" else reader(kind))(BytesIO(data))
    check_size(image.size, subject)
    pages = 1
    if kind == "tiff":
        from fanlight.pictures import tiff

        if is_raw_photo(getattr(image, "tag_v2", None)):
            raise raw_refusal(subject)
        pages = tiff.choose_page(image, page)
        check_size(image.size, subject)
    elif kind in ("gif", "webp", "avif"):
        _choose_frame(image)
    check_page(page, pages, subject)
    return image, pages


def reader(kind: str) -> Callable[[BytesIO], ImageFile.ImageFile]:
    """Pillow's class for one of `kinds.PICTURES` but HEIC."""
    name = _PLUGINS[kind]
    found: Callable[[BytesIO], ImageFile.ImageFile] = getattr(
        import_module(f"PIL.{name}ImagePlugin"), f"{name}ImageFile"
    )
    return found


def _choose_frame(image: ImageFile.ImageFile) -> None:
    """Go to the first frame that shows anything: those that optimizers leave empty are skipped."""
    for number in range(min(getattr(image, "n_frames", 1), _EMPTY_FRAMES)):
        image.seek(number)
        if not image.has_transparency_data or image.convert("RGBA").getchannel("A").getbbox():
            return
    image.seek(0)


def _as_seen(image: Image.Image, data: bytes, kind: str, apple: int | None = None) -> Image.Image:
    """Numbers and transparency as the file means them."""
    if apple is not None:
        return straightened(image, apple)
    if kind == "png":
        image = png.transparent(image, data)
    if kind == "tiff":
        from fanlight.pictures import tiff

        image = tiff.as_seen(image)
    return _without_empty_alpha(image)


def _without_empty_alpha(image: Image.Image) -> Image.Image:
    """Alpha that hides a whole picture was never filled in; one that hides a single color is meant. Few pictures need a
    look at more than five pixels."""
    opaque = {"RGBA": "RGB", "LA": "L"}.get(image.mode)
    if opaque is None:
        return image
    right, bottom = image.width - 1, image.height - 1
    for place in ((0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom // 2)):
        if image.getpixel(place)[-1]:  # type: ignore[index]
            return image
    if image.getchannel("A").getbbox():
        return image
    hidden = image.convert(opaque)
    return image if hidden.getcolors(maxcolors=1) else hidden


def _heic_reader(subject: str) -> Callable[[BytesIO], ImageFile.ImageFile]:
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise PictureError(
            _("{subject} is a HEIC picture, which Fanlight can read only with an extra package.").format(
                subject=subject
            ),
            _("Save the picture as JPEG.")
            if package_name()
            else _("Run `{command}`, or save the picture as JPEG.").format(command=command_of_pip("pillow-heif")),
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
