"""PDF files, read by PDFium. Runs in a parsing process, for which `files.py` asks."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from fanlight.documents.limits import MOST_PAGE_LETTERS, check_pages
from fanlight.domain.document_errors import DocumentError, DocumentPartMissing, PasswordNeeded
from fanlight.i18n import _

_PASSWORD, _SECURITY = 4, 5
"""PDFium's error codes."""
_HYPHEN = re.compile("[\ufffe\x02]\\s*")
"""PDFium's mark for the hyphen of a word that goes on in the next line."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
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
        yield pdf


def page_text(pdf: Any, number: int) -> str:
    """Of page `number`, counted from 1; "" where it has none, or is damaged."""
    try:
        page = pdf[number - 1]
        try:
            with closing(page.get_textpage()) as text:
                found = text.get_text_range(0, min(text.count_chars(), MOST_PAGE_LETTERS))
        finally:
            page.close()
    except _pdfium().PdfiumError:
        return ""
    return tidied(found)


def page_pixels(pdf: Any, number: int, longest_side: int, subject: str) -> tuple[int, int, bytes]:
    """(width, height, packed RGB) of a page on white, `longest_side` pixels long. Raises DocumentError."""
    if not 1 <= number <= len(pdf):
        raise DocumentError(_("{subject} has no page {page}.").format(subject=subject, page=number))
    try:
        page = pdf[number - 1]
        width, height = page.get_size()
        if not (math.isfinite(width) and math.isfinite(height) and min(width, height) > 0):
            raise DocumentError(_("Page {page} of {subject} has no size.").format(page=number, subject=subject))
        scale = longest_side / max(width, height)
        if min(width, height) * scale < _LEAST_SIDE:
            text = _("Page {page} of {subject} is too narrow to be shown.")
            raise DocumentError(text.format(page=number, subject=subject))
        with closing(page), closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            image = bitmap.to_pil().convert("RGB")
    except _pdfium().PdfiumError as error:
        text = _("Page {page} of {subject} is damaged.").format(page=number, subject=subject)
        raise DocumentError(text, _("Copy or download the file again.")) from error
    if max(image.size) > longest_side:  # rounded up
        image = image.crop((0, 0, min(image.width, longest_side), min(image.height, longest_side)))
    return image.width, image.height, image.tobytes()


def page_lines(pdf: Any, number: int) -> list[list[str | float]]:
    """[text, left, top, right, bottom] of the runs of text on a page, in shares of it as it is shown; [] for a page
    that is damaged."""
    import pypdfium2.raw as raw

    try:
        page = pdf[number - 1]
        try:
            with closing(page.get_textpage()) as text:
                boxes = [text.get_rect(i) for i in range(min(text.count_rects(), _MOST_RUNS))]
                found = [(text.get_text_bounded(*box), box) for box in boxes]
            return [[tidied(words), *_shares(raw, page, box)] for words, box in found if words.strip()]
        finally:
            page.close()
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
    """Without what PDFium writes for itself: lines end with one character, divided words are whole."""
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
