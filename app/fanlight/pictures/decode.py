"""Decodes a picture file to a `Picture`: upright, sRGB, on white, small enough for the model, without metadata.

Pillow alone, so it runs on any thread; the window uses a worker, since a large photo takes up to a second. The header
is checked before anything is decoded: at most 64 MB of file and 120 million pixels. One picture is decoded at a time in
the whole process, since two large ones would double the peak of memory.

`Picture.data` is the file without metadata for PNG, JPEG, WebP and AVIF; the others (GIF, BMP, TIFF, HEIC, and pixels
from a clipboard) become PNG. `Picture.kind` is the format of `data`.
"""

from __future__ import annotations

import math
import os
import stat
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
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
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import N_, _, format_decimal, format_number
from fanlight.pictures.colours import eight_bits, on_white, scaled
from fanlight.pictures.kinds import NAMES, is_cut_off, is_raw_photo, raw_refusal, recognise
from fanlight.pictures.metadata import stripped

MAX_BYTES = 64 * 1000 * 1000
MAX_PIXELS = 120 * 1000 * 1000
THINNEST = 32
"""Largest ratio of the sides; thinner pictures (a ruler, a gradient) are padded with white: image encoders round the
short side of a one-pixel line to zero and fail."""

_ONE_AT_A_TIME = threading.Lock()
_SMALLER = N_("Make it smaller first, or take a screenshot of the part that matters.")
_READERS: dict[str, Callable[[BytesIO], ImageFile.ImageFile]] = {
    "png": PngImagePlugin.PngImageFile,
    "jpeg": JpegImagePlugin.JpegImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, RuntimeError,
    AssertionError, Image.DecompressionBombError, struct.error, zlib.error,
)  # fmt: skip
"""Exceptions that Pillow and its codecs raise for broken files."""


def read_file(path: Path, longest_side: int = 1536) -> Picture:
    """The picture in a file. Raises PictureError: missing, a folder, not readable, too large, not a picture, cut off,
    damaged."""
    name = path.name or str(path)
    subject = _subject(name)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise PictureError(_("{subject} is a folder.").format(subject=subject), _("Choose the pictures inside it."))
        if not stat.S_ISREG(found.st_mode):
            raise PictureError(_("{subject} is a device or a pipe, not a file.").format(subject=subject))
        if found.st_size > MAX_BYTES:
            raise _too_heavy(subject, found.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PictureError(
            _("{subject} does not exist.").format(subject=subject), _("Check the name and the folder.")
        ) from None
    except PermissionError:
        raise PictureError(
            _("You do not have permission to read {subject}.").format(subject=subject),
            _("Change its permissions, or copy it to a folder of your own."),
        ) from None
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else error
        raise PictureError(
            _("{subject} cannot be read: {reason}.").format(subject=subject, reason=reason),
            _("Check the name and the folder."),
        ) from None
    return read_bytes(data, name, longest_side)


def read_bytes(data: bytes, name: str = "", longest_side: int = 1536) -> Picture:
    """`longest_side`: pixels of the picture for the model; nothing is enlarged. Raises PictureError."""
    subject = _subject(name)
    if not data:
        raise PictureError(_("{subject} is empty.").format(subject=subject), _("Copy or download it again."))
    if len(data) > MAX_BYTES:
        raise _too_heavy(subject, len(data))
    kind = recognise(data, subject)
    with _reading(subject, kind, data), _silent(kind):
        return _read(data, kind, subject, name, longest_side)


def picture_of(image: Image.Image, name: str = "", longest_side: int = 1536, kept: bool = True) -> Picture:
    """Pixels from a clipboard or a screenshot; `data` is a PNG, fast rather than small. Without `kept` `data` is empty,
    which takes a fraction of the time."""
    subject = _subject(name)
    with _reading(subject, "png"):
        _check_size(image.size, subject)
        data, kind = _coded(image) if kept else (b"", "png")
        return Picture(_for_model(image, image.size, 1, longest_side, kind), data, kind, *image.size, name)


def _subject(name: str) -> str:
    return f"“{name}”" if name else _("The picture")


def _too_heavy(subject: str, size: int) -> PictureError:
    most = MAX_BYTES // 10**6
    return PictureError(
        _("{subject} has {size} MB; Fanlight can read at most {most} MB.").format(
            subject=subject, size=format_decimal(size / 1e6, 0), most=most
        ),
        _(_SMALLER),
    )


def _check_size(size: tuple[int, int], subject: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise PictureError(
            _("{subject} has {width} × {height} pixels; Fanlight can read at most {millions} million.").format(
                subject=subject, width=format_number(width), height=format_number(height), millions=MAX_PIXELS // 10**6
            ),
            _(_SMALLER),
        )


@contextmanager
def _reading(subject: str, kind: str, data: bytes = b"") -> Iterator[None]:
    """One picture at a time: Pillow's warnings are ignored, its exceptions become PictureError."""
    try:
        # Warning filters are global to the process: the lock keeps others from restoring them meanwhile.
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except MemoryError:
        raise PictureError(
            _("There is not enough memory to read {subject}.").format(subject=subject), _(_SMALLER)
        ) from None
    except _BROKEN as error:
        if "truncated" in str(error).lower() or is_cut_off(data, kind):
            raise PictureError(
                _("{subject} is cut off: part of the file is missing.").format(subject=subject),
                _("Copy or download it again."),
            ) from error
        raise PictureError(
            _("{subject} is damaged: it starts like a {kind} picture but cannot be read as one.").format(
                subject=subject, kind=NAMES[kind]
            ),
            _("Copy or download it again."),
        ) from error


@contextmanager
def _silent(kind: str) -> Iterator[None]:
    """WORKAROUND libtiff prints warnings to the process's stderr. Remove when Pillow can suppress them."""
    if kind != "tiff":
        yield
        return
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a program without a stderr
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _read(data: bytes, kind: str, subject: str, name: str, longest_side: int) -> Picture:
    image = _opened(data, kind, subject)
    if is_cut_off(data, kind):
        raise OSError("truncated")  # Pillow decodes some of these with gray rows
    size = image.size
    if kind == "jpeg":
        image.draft(None, _within(size, 2 * longest_side))
    image.load()
    if kind != "jpeg":
        size = image.size  # a TIFF is rotated while it loads
    orientation = _orientation(image)
    turned = size[::-1] if orientation >= 5 else size
    kept, kept_kind, final = stripped(data, kind, orientation), kind, cast("Image.Image", image)
    if kept is None:
        whole = _opened(data, kind, subject) if kind == "jpeg" else image
        final, orientation = _storable(_turned(whole, orientation), kind), 1
        kept, kept_kind = _coded(final)
    return Picture(_for_model(final, turned, orientation, longest_side, kind), kept, kept_kind, *turned, name)


def _opened(data: bytes, kind: str, subject: str) -> ImageFile.ImageFile:
    """Read and check the header; no pixel is decoded. Opening a WebP allocates its canvas, so its size is checked
    before."""
    if kind == "webp":
        _check_size(_webp_size(data), subject)
    reader = _heic_reader(subject) if kind == "heic" else _READERS[kind]
    image = reader(BytesIO(data))
    _check_size(image.size, subject)
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
    except _BROKEN:
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _within(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """`size` scaled down, where needed, until its longest side fits."""
    scale = min(1.0, longest_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _for_model(image: Image.Image, turned: tuple[int, int], orientation: int, longest_side: int, kind: str) -> Pixels:
    """`turned`: the original's upright size; `image` may be a smaller draft of it, not yet rotated."""
    goal = _within(turned, longest_side)
    across = goal[::-1] if orientation >= 5 else goal
    small = scaled(image, across, sixteen=kind == "png")
    upright = _padded(_turned(on_white(small), orientation))
    return Pixels.of(*upright.size, upright.tobytes())


def _padded(image: Image.Image) -> Image.Image:
    least = math.ceil(max(image.size) / THINNEST)
    width, height = max(image.width, least), max(image.height, least)
    if (width, height) == image.size:
        return image
    canvas = Image.new("RGB", (width, height), "white")
    canvas.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
    return canvas


def _storable(image: Image.Image, kind: str) -> Image.Image:
    """Convert to a mode that PNG supports, without changing the picture for the model."""
    if image.mode == "P" and cast("tuple[int, int]", image.getextrema())[1] * 3 >= len(image.getpalette() or ()):
        return eight_bits(image)  # colors outside the palette: black here, undefined in a PNG
    if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        return image
    image = on_white(eight_bits(image, sixteen=kind == "png"))
    image.info.pop("icc_profile", None)
    return image


def _coded(image: Image.Image) -> tuple[bytes, str]:
    """(data, format): PNG; JPEG where a PNG would exceed MAX_BYTES."""
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    if file.tell() <= MAX_BYTES:
        return file.getvalue(), "png"
    file = BytesIO()
    on_white(eight_bits(image)).save(file, "JPEG", quality=90)
    return file.getvalue(), "jpeg"
