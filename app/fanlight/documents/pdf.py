"""PDF files, read by PDFium. Runs in a parsing process, for which `files.py` asks."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import groupby
from typing import Any
from unicodedata import normalize

from fanlight.documents.limits import MOST_PAGE_LETTERS, check_pages
from fanlight.domain.document_errors import DocumentError, DocumentPartMissing, PasswordNeeded
from fanlight.i18n import _

_PASSWORD, _SECURITY = 4, 5
"""PDFium's error codes."""
_HYPHEN = re.compile("[\ufffe\x02]\\s*|\u00ad\n?")
"""PDFium's mark for the hyphen of a word that goes on in the next line, and what some programs write for one."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff]")
_DRAWN_FORMS = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+")
"""Ligatures, and Arabic letters as they are drawn: nobody writes them in a question."""
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_FROM_RIGHT = re.compile(f"[{_RIGHT}][{_RIGHT} ]*[{_RIGHT}]")
"""Letters that are written from the right, with what is between them on a line."""
_ALEF, _LAM = "\u0622\u0623\u0625\u0627", "\u0644"
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff]")
_LOOKED_AT, _MOST_UNKNOWN = 400, 0.3
"""Letters of a page that are looked at, and the share of them whose fonts do not say what they mean."""
_MOST_RUNS = 4000
_UNITS = 10_000
"""A page's side in what its boxes are measured in."""
_LEAST_SIDE = 16
"""Pixels of a rendered page, of its shorter side."""


def _pdfium() -> Any:
    """Raises DocumentPartMissing."""
    try:
        import pypdfium2
    except (ImportError, OSError) as error:
        raise DocumentPartMissing(str(error)) from error
    return pypdfium2


@contextmanager
def opened_pdf(data: bytes, subject: str, password: str = "") -> Iterator[Any]:
    """A document of pypdfium2's, with at least one page. Raises DocumentError."""
    pdfium = _pdfium()
    try:
        pdf = pdfium.PdfDocument(data, password=password or None)
    except pdfium.PdfiumError as error:
        raise _refusal(getattr(error, "err_code", 0), subject, password) from error
    with closing(pdf):
        check_pages(len(pdf), subject)
        with suppress(pdfium.PdfiumError):  # a damaged form: its pages are there
            pdf.init_forms()
        yield pdf


@contextmanager
def _page(pdf: Any, number: int) -> Iterator[Any]:
    """Page `number`, counted from 1, as it is shown: what was filled into a form, and notes, are part of it."""
    import pypdfium2.raw as raw

    page = pdf[number - 1]
    try:
        is_another = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS
    except BaseException:
        page.close()
        raise
    if is_another:
        page.close()
        page = pdf[number - 1]
    with closing(page):
        yield page


def page_text(pdf: Any, number: int) -> str:
    """Of page `number`, counted from 1; "" where it has none, where nobody knows what its letters mean, and where it is
    damaged."""
    try:
        with _page(pdf, number) as page, closing(page.get_textpage()) as text:
            count = min(text.count_chars(), MOST_PAGE_LETTERS)
            found = in_reading_order(text, text.get_text_range(0, count))
            is_known = len(_UNKNOWN.findall(found)) <= _MOST_UNKNOWN * count and _is_known(text, count)
            return tidied(found) if is_known else ""
    except _pdfium().PdfiumError:
        return ""


def in_reading_order(text: Any, found: str) -> str:
    """Hebrew and Arabic as they are read. PDFium turns lines round, and with them the letters of a glyph that stands
    for several, as a whole word or lam-alef; where letters were written from the left, it does not. `text`: its page of
    text, `found` what it says."""

    def turned(match: re.Match[str]) -> str:
        try:
            boxes = [tuple(round(side, 1) for side in text.get_charbox(i)) for i in range(match.start(), match.end())]
        except (_pdfium().PdfiumError, IndexError):
            return match[0]
        if boxes[0][0] < boxes[-1][0]:
            return match[0][::-1]
        glyphs = groupby(zip(boxes, match[0], strict=True), key=lambda each: each[0])
        return "".join(_in_order("".join(letter for _box, letter in glyph)) for _place, glyph in glyphs)

    return _FROM_RIGHT.sub(turned, found)


def _in_order(glyph: str) -> str:
    """Of the letters that one glyph stands for. Of two, PDFium knows most ligatures itself; alef never joins lam, so
    that is lam-alef."""
    turns = len(glyph) > 2 or (len(glyph) == 2 and glyph[0] in _ALEF and glyph[1] == _LAM)
    return glyph[::-1] if turns else glyph


def _is_known(text: Any, count: int) -> bool:
    """Whether the fonts say which letters are drawn, for most of them."""
    import pypdfium2.raw as raw

    looked_at = range(0, count, max(1, count // _LOOKED_AT))
    unknown = sum(raw.FPDFText_HasUnicodeMapError(text, place) == 1 for place in looked_at)
    return bool(unknown <= _MOST_UNKNOWN * len(looked_at))


def page_pixels(pdf: Any, number: int, longest_side: int, subject: str) -> tuple[int, int, bytes]:
    """(width, height, packed RGB) of a page on white, `longest_side` pixels long. Raises DocumentError."""
    if not 1 <= number <= len(pdf):
        raise DocumentError(_("{subject} has no page {page}.").format(subject=subject, page=number))
    try:
        with _page(pdf, number) as page:
            width, height = page.get_size()
            scale = _scale(width, height, longest_side, number, subject)
            with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
                image = bitmap.to_pil().convert("RGB")
    except _pdfium().PdfiumError as error:
        text = _("Page {page} of {subject} is damaged.").format(page=number, subject=subject)
        raise DocumentError(text, _("Copy or download the file again.")) from error
    if max(image.size) > longest_side:  # rounded up
        image = image.crop((0, 0, min(image.width, longest_side), min(image.height, longest_side)))
    return image.width, image.height, image.tobytes()


def _scale(width: float, height: float, longest_side: int, number: int, subject: str) -> float:
    """Raises DocumentError."""
    if not (math.isfinite(width) and math.isfinite(height) and min(width, height) > 0):
        raise DocumentError(_("Page {page} of {subject} has no size.").format(page=number, subject=subject))
    scale = longest_side / max(width, height)
    if min(width, height) * scale < _LEAST_SIDE:
        text = _("Page {page} of {subject} is too narrow to be shown.")
        raise DocumentError(text.format(page=number, subject=subject))
    return scale


def page_lines(pdf: Any, number: int) -> list[list[str | float]]:
    """[text, left, top, right, bottom] of the runs of text on a page, in shares of it as it is shown; [] for a page
    that is damaged."""
    import pypdfium2.raw as raw

    try:
        with _page(pdf, number) as page:
            with closing(page.get_textpage()) as text:
                boxes = [text.get_rect(i) for i in range(min(text.count_rects(), _MOST_RUNS))]
                found = [(text.get_text_bounded(*box), box) for box in boxes]
            return [[tidied(words), *_shares(raw, page, box)] for words, box in found if words.strip()]
    except _pdfium().PdfiumError:
        return []


def _shares(raw: Any, page: Any, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """PDFium turns and crops as it does when it draws."""
    left, bottom, right, top = box
    corners = []
    for x, y in ((left, top), (right, bottom)):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, _UNITS, _UNITS, 0, x, y, across, down)
        corners.append((across.value / _UNITS, down.value / _UNITS))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def tidied(text: str) -> str:
    """Without what PDFium writes for itself: lines end with one character, divided words are whole, letters are those
    that people write."""
    text = _DRAWN_FORMS.sub(lambda match: normalize("NFKC", match[0]), text)
    text = _HYPHEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [_CONTROL.sub("", line).rstrip() for line in text.split("\n")]
    return "\n".join(lines).strip("\n")


def _refusal(code: int, subject: str, password: str) -> DocumentError:
    if code == _PASSWORD:
        if password:
            return PasswordNeeded(_("This is not the password of {subject}.").format(subject=subject))
        return PasswordNeeded(_("{subject} is protected by a password.").format(subject=subject))
    if code == _SECURITY:
        text = _("{subject} is encrypted in a way that Fanlight cannot read.").format(subject=subject)
        return DocumentError(text, _("Open it in the program that made it, and save it without protection."))
    return DocumentError(
        _("{subject} is a damaged PDF document.").format(subject=subject), _("Copy or download it again.")
    )
