"""PDF files made of plain text, byte for byte the same each time: no library writes what another one reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_ID = b"0123456789abcdef"
_LOOKS = b"/DA (/F1 12 Tf 0 g) /DR << /Font << /F1 3 0 R >> >>"
_MEANINGLESS = b"""<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font
/Subtype /CIDFontType2 /BaseFont /X /DW 600 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>
/FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 >> >>] >>"""
_CATALOG, _PAGES, _FONT, _FIRST = 1, 2, 3, 4


def pdf(
    pages: Sequence[str | bytes],
    *,
    size: tuple[float, float] = (595, 842),
    password: str = "",
    note: str = "",
    filled_in: str = "",
) -> bytes:
    """A page for each text, a line for each of its lines; bytes are a page's content as it is, "" is an empty page.
    With a `password` it is encrypted as PDF 1.1 does it. A `note` lies on the first page, and a field of a form, into
    which something was `filled_in`. Letters in the font /F2 have no meaning."""
    page_numbers = [_FIRST + 2 * place for place in range(len(pages))]
    objects = {
        _CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>",
        _PAGES: b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % number for number in page_numbers)),
        _FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    annotations = {} if not note and not filled_in else _annotations(_FIRST + 2 * len(pages), note, filled_in)
    objects |= annotations
    if filled_in:
        fields = b" ".join(b"%d 0 R" % number for number, one in annotations.items() if b"/Widget" in one)
        objects[_CATALOG] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] %s >> >>" % (fields, _LOOKS)
    shown = b" ".join(b"%d 0 R" % number for number, one in annotations.items() if b"/Annot" in one)
    key = b""
    trailer = b""
    if password:
        key, encryption = _encryption(password)
        number = _FIRST + 2 * len(pages)
        objects[number] = encryption
        trailer = b" /Encrypt %d 0 R /ID [<%s> <%s>]" % (number, _ID.hex().encode(), _ID.hex().encode())
    for number, page in zip(page_numbers, pages, strict=True):
        content = page if isinstance(page, bytes) else _content(page, size[1])
        if key:
            content = _rc4(hashlib.md5(key + (number + 1).to_bytes(3, "little") + b"\0\0").digest()[:10], content)
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 %s >> >> /Annots [%s] >>"
            % (*size, number + 1, _MEANINGLESS, shown if number == _FIRST else b"")
        )
        objects[number + 1] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    return _file(objects, trailer)


def pdf_file(path: Path, pages: Sequence[str | bytes], **more: str) -> Path:
    path.write_bytes(pdf(pages, password=more.get("password", "")))
    return path


def numbered_pages(count: int, words: dict[int, str] | None = None, lines: int = 30) -> list[str]:
    """Pages full of other words; on those in `words` these stand in the middle."""
    pages = []
    for number in range(1, count + 1):
        text = [f"Line {line} of an ordinary page about ordinary things, {number * 37 % 101}." for line in range(lines)]
        text[lines // 2] = (words or {}).get(number, text[lines // 2])
        pages.append("\n".join(text))
    return pages


def _content(text: str, height: float) -> bytes:
    lines = [
        line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in text.split("\n")
    ]
    if not any(lines):
        return b""
    shown = b" T*\n".join(b"(%s) Tj" % line for line in lines)
    return b"BT /F1 12 Tf 15 TL 50 %g Td\n%s\nET" % (height - 60, shown)


def _annotations(number: int, note: str, filled_in: str) -> dict[int, bytes]:
    content = b"BT /F1 12 Tf 5 10 Td (%s) Tj ET" % note.encode("cp1252")
    look = b"<< /Type /XObject /Subtype /Form /BBox [0 0 250 30] /Resources << /Font << /F1 3 0 R >> >> /Length %d >>"
    return {
        number: b"<< /Type /Annot /Subtype /FreeText /Rect [50 300 300 330] /F 4 /AP << /N %d 0 R >> >>" % (number + 1),
        number + 1: (look + b"\nstream\n%s\nendstream") % (len(content), content),
        number + 2: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (%s) /Rect [50 200 300 230] /F 4 %s >>"
        % (filled_in.encode("cp1252"), _LOOKS),
    }


def _file(objects: dict[int, bytes], trailer: bytes) -> bytes:
    written = b"%PDF-1.4\n"
    places = {}
    for number in sorted(objects):
        places[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(written)
    rows = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(objects))
    written += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    return written + b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, trailer, start,
    )  # fmt: skip


def _encryption(password: str) -> tuple[bytes, bytes]:
    """(the key, the dictionary), for revision 2 of the standard handler."""
    padded = (password.encode("latin-1") + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + (-4).to_bytes(4, "little", signed=True) + _ID).digest()[:5]
    user = _rc4(key, _PAD)
    return key, b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        owner.hex().encode(), user.hex().encode(),
    )  # fmt: skip


def _rc4(key: bytes, data: bytes) -> bytes:
    stream = _key_stream(key)
    return bytes(byte ^ next(stream) for byte in data)


def _key_stream(key: bytes) -> Iterator[int]:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        yield box[(box[i] + box[j]) % 256]
