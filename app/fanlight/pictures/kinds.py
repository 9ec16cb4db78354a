"""Recognizes a file by its content, not its name: a supported picture format, or a PictureError that names the
format."""

from __future__ import annotations

import codecs
import re

from fanlight.domain.errors import PictureError
from fanlight.i18n import N_, _

PICTURES = ("png", "jpeg", "webp", "gif", "bmp", "tiff", "avif", "heic")
NAMES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF", "avif": "AVIF"}
NAMES["heic"] = "HEIC"

EXPORT = N_("Export it as PNG or JPEG first.")
_SHOT = N_("Take a screenshot of the page, or export it as PNG.")
_PAUSE = N_("Pause it at the right moment and take a screenshot.")
_UNPACK = N_("Unpack it first.")

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
)

_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%!PS", N_("a PostScript document"), _SHOT),
    (b"\xc5\xd0\xd3\xc6", N_("a PostScript document"), _SHOT),
    (b"8BPS", N_("a Photoshop document"), EXPORT),
    (b"gimp xcf", N_("a GIMP document"), EXPORT),
    (b"\xff\x0a", N_("a JPEG XL picture"), EXPORT),
    (b"\0\0\0\x0cJXL ", N_("a JPEG XL picture"), EXPORT),
    (b"\0\0\0\x0cjP  ", N_("a JPEG 2000 picture"), EXPORT),
    (b"\xff\x4f\xff\x51", N_("a JPEG 2000 picture"), EXPORT),
    (b"\x76\x2f\x31\x01", N_("an OpenEXR picture"), EXPORT),
    (b"#?RADIANCE", N_("a Radiance HDR picture"), EXPORT),
    (b"#?RGBE", N_("a Radiance HDR picture"), EXPORT),
    (b"II\xbc", N_("a JPEG XR picture"), EXPORT),
    (b"\x0a\x05\x01", N_("a PCX picture"), EXPORT),
    (b"\x0a\x03\x01", N_("a PCX picture"), EXPORT),
    (b"\x0a\x02\x01", N_("a PCX picture"), EXPORT),
    (b"/* XPM */", N_("an XPM picture"), EXPORT),
    (b"SIMPLE  =", N_("a FITS picture"), EXPORT),
    (b"icns", N_("an icon of macOS"), EXPORT),
    (b"\xd7\xcd\xc6\x9a", N_("a Windows drawing"), EXPORT),
    (b"farbfeld", N_("a farbfeld picture"), EXPORT),
    (b"BPG\xfb", N_("a BPG picture"), EXPORT),
    (b"FLIF", N_("a FLIF picture"), EXPORT),
    (b"\x01\xda", N_("an SGI picture"), EXPORT),
    (b"\x59\xa6\x6a\x95", N_("a Sun raster picture"), EXPORT),
    (b"AT&TFORM", N_("a DjVu document"), _SHOT),
    (b"id=ImageMagick", N_("an ImageMagick picture"), EXPORT),
    (b"\xabKTX ", N_("a texture"), EXPORT),
    (b"VTF\0", N_("a texture"), EXPORT),
    (b"DDS ", N_("a DirectDraw texture"), EXPORT),
    (b"qoif", N_("a QOI picture"), EXPORT),
    (b"\x8aMNG", N_("an MNG animation"), EXPORT),
    (b"FUJIFILMCCD-RAW", N_("a camera raw file"), EXPORT),
    (b"IIRO", N_("a camera raw file"), EXPORT),
    (b"IIRS", N_("a camera raw file"), EXPORT),
    (b"IIU\0", N_("a camera raw file"), EXPORT),
    (b"\0\0\x01\0", N_("a Windows icon"), EXPORT),
    (b"\0\0\x02\0", N_("a Windows cursor"), EXPORT),
    (b"\x1aE\xdf\xa3", N_("a video"), _PAUSE),
    (b"\0\0\x01\xba", N_("a video"), _PAUSE),
    (b"\0\0\x01\xb3", N_("a video"), _PAUSE),
    (b"FLV\x01", N_("a video"), _PAUSE),
    (b"ID3", N_("a sound file"), ""),
    (b"OggS", N_("a sound or video file"), ""),
    (b"fLaC", N_("a sound file"), ""),
    (b"GGUF", N_("a GGUF model"), N_("Use “Open a model…” for it.")),
    (b"SQLite format 3\0", N_("a database"), ""),
    (b"\x7fELF", N_("a program"), ""),
    (b"MZ", N_("a Windows program"), ""),
    (b"PK\x03\x04", N_("a ZIP archive or an office document"), N_("Unpack it, or take a screenshot of the page.")),
    (b"\xd0\xcf\x11\xe0", N_("an office document"), _SHOT),
    (b"\x1f\x8b", N_("a gzip archive"), _UNPACK),
    (b"BZh", N_("a bzip2 archive"), _UNPACK),
    (b"\xfd7zXZ\0", N_("an xz archive"), _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", N_("a 7-Zip archive"), _UNPACK),
    (b"Rar!", N_("a RAR archive"), _UNPACK),
    (b"\x28\xb5\x2f\xfd", N_("a zstd archive"), _UNPACK),
    (b"{\\rtf", N_("a text document"), _SHOT),
)

_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
_HEIF_BRANDS = (
    b"heic",
    b"heix",
    b"hevc",
    b"hevx",
    b"heim",
    b"heis",
    b"hevm",
    b"hevs",
    b"avci",
    b"avcs",
    b"mif1",
    b"msf1",
)
_NETPBM = re.compile(rb"P(?:[1-6][\s#]|[Ff]\s|7\sWIDTH)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")


def recognise(data: bytes, subject: str) -> str:
    """One of PICTURES. Raises PictureError that says what `subject` is instead."""
    for start, kind in _STARTS:
        if data.startswith(start):
            if kind == "tiff" and data[8:10] == b"CR":
                raise _refusal(subject, N_("a camera raw file"), EXPORT)
            return kind
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if data[:4] in (b"RIFF", b"RIFX"):
        return _riff(data, subject)
    if data[4:8] == b"ftyp":
        return _boxes(data, subject)
    if _is_targa(data):
        raise _refusal(subject, N_("a TGA picture"), EXPORT)
    for start, what, hint in _OTHERS:
        if data.startswith(start):
            raise _refusal(subject, what, hint)
    if data[128:132] == b"DICM":
        raise _refusal(subject, N_("a DICOM picture"), EXPORT)
    if data[40:44] == b" EMF":
        raise _refusal(subject, N_("a Windows drawing"), EXPORT)
    if _NETPBM.match(data):
        raise _refusal(subject, N_("a PPM picture"), EXPORT)
    raise _by_words(data, subject)


def is_raw_photo(tags: object) -> bool:
    """Whether a TIFF's first tags are those of camera raw (DNG, NEF): a TIFF reader would find a thumbnail first."""
    try:
        return 50706 in tags or (330 in tags and bool(int(tags.get(254, 0)) & 1))  # type: ignore[attr-defined, operator]
    except (TypeError, ValueError):
        return False


def raw_refusal(subject: str) -> PictureError:
    return _refusal(subject, N_("a camera raw file"), EXPORT)


def _refusal(subject: str, what: str, hint: str = "") -> PictureError:
    # Translators: {kind} is one of the nouns with an article, like "a PDF document".
    text = _("{subject} is {kind}, not a picture Fanlight can read.")
    return PictureError(text.format(subject=subject, kind=_(what)), _(hint) or None)


def _is_targa(data: bytes) -> bool:
    """TGA has no magic number: a header whose fields fit together, or the footer that newer programs write."""
    if data[-18:-2] == b"TRUEVISION-XFILE":
        return True
    if len(data) < 18:
        return False
    mapped, kind, depth = data[1], data[2], data[16]
    width, height = int.from_bytes(data[12:14], "little"), int.from_bytes(data[14:16], "little")
    first, count, entry = data[3:5], int.from_bytes(data[5:7], "little"), data[7]
    colours = depth in (15, 16, 24, 32) if kind in (2, 10) else depth in (8, 16)
    if not (kind in (1, 2, 3, 9, 10, 11) and colours and width and height and data[17] & 0xC0 == 0):
        return False
    if kind in (1, 9):
        return mapped == 1 and 0 < count <= 256 and entry in (15, 16, 24, 32)
    return mapped == 0 and first == b"\0\0" and count == 0 and entry in (0, 24, 32)


def _riff(data: bytes, subject: str) -> str:
    match data[8:12]:
        case b"WEBP":
            return "webp"
        case b"AVI ":
            raise _refusal(subject, N_("a video"), _PAUSE)
        case b"WAVE":
            raise _refusal(subject, N_("a sound file"))
        case _:
            raise _refusal(subject, N_("a RIFF file"))


def _boxes(data: bytes, subject: str) -> str:
    """ISO base media files: the brands tell whether it is a still picture."""
    size = max(16, min(int.from_bytes(data[:4], "big"), 256))
    brands = [data[8:12], *(data[i : i + 4] for i in range(16, size, 4))]
    if any(brand in (b"avif", b"avis") for brand in brands):
        return "avif"
    if any(brand in _HEIF_BRANDS for brand in brands):
        return "heic"
    if brands[0] == b"crx ":
        raise _refusal(subject, N_("a camera raw file"), EXPORT)
    if brands[0] in (b"M4A ", b"M4B "):
        raise _refusal(subject, N_("a sound file"))
    raise _refusal(subject, N_("a video"), _PAUSE)


def _by_words(data: bytes, subject: str) -> PictureError:
    """The error for formats without a magic number: documents that may start with space or a comment, and text."""
    head = data[:4096]
    words = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"%pdf-" in head[:1024].lower():
        return _refusal(subject, N_("a PDF document"), _SHOT)
    if words.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in words:
        return _refusal(subject, N_("an SVG drawing"), EXPORT)
    if words.startswith((b"<!doctype html", b"<html")) or (words.startswith(b"<") and b"<body" in words):
        return _refusal(subject, N_("a web page"), N_("Save the picture itself, or take a screenshot."))
    if words.startswith(b"<?xml"):
        return _refusal(subject, N_("an XML document"))
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_text(head):
        return _refusal(subject, N_("text"), N_("Paste text into the question instead."))
    if not any(head):
        return PictureError(_("{subject} contains nothing but zeros: it is damaged.").format(subject=subject))
    return PictureError(_("{subject} is damaged, or not a picture Fanlight can read.").format(subject=subject))


def _is_text(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(text) and not _CONTROL.search(text)


def is_cut_off(data: bytes, kind: str) -> bool:
    """Whether the file declares a length greater than its own."""
    if kind == "png":
        return b"IEND\xaeB`\x82" not in data
    if kind == "webp":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if kind in ("avif", "heic"):
        at, name = 0, b""
        while at + 8 <= len(data):
            size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
            size = int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size
            at += max(size, 8) if size else len(data)
        return (at > len(data) and name in (b"ftyp", b"meta", b"mdat", b"moov")) or b"mdat" not in data
    return False
