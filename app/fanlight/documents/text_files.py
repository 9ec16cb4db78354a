"""Text files: which encoding they have, and their pages."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from fanlight.documents.encodings import guessed_by_escapes, guessed_encoding
from fanlight.documents.limits import MAX_TEXT_BYTES, check_bytes
from fanlight.domain.document_errors import DocumentError
from fanlight.i18n import _

PAGE_LETTERS = 3000
"""About as many as a printed page has."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32's begins as UTF-16's does, so it is looked for before."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ONE_IN = 200
"""Letters, of which one may be a control character: some logs hold a few."""
_SAMPLE = 2000


def decode_text(data: bytes, subject: str) -> str:
    """Raises DocumentError for what is no text, and for too much of it."""
    check_bytes(len(data), subject, MAX_TEXT_BYTES)
    text = next(_decoded(data), "")
    if not text or len(_CONTROL.findall(text)) > len(text) // _ONE_IN:
        raise DocumentError(
            _("{subject} is not text.").format(subject=subject), _("Open it in the program that made it.")
        )
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def text_pages(text: str) -> tuple[str, ...]:
    """Cut where lines end, or else where words do. Joined they are the text again."""
    pages: list[str] = []
    start = 0
    while start < len(text):
        end = start + PAGE_LETTERS
        if end < len(text):
            cut = max(text.rfind(mark, start + PAGE_LETTERS // 2, end) for mark in ("\n\n", "\n"))
            cut = cut if cut >= 0 else text.rfind(" ", start + PAGE_LETTERS // 2, end)
            end = cut + 1 if cut >= 0 else end
        pages.append(text[start:end])
        start = end
    return tuple(pages)


def _decoded(data: bytes) -> Iterator[str]:
    """By its mark, as UTF-8, as UTF-16 without a mark, and in the encoding that its letters speak for."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield data.decode(encoding, "replace")
            return
    for encoding in ("utf-8", *_without_mark(data[:_SAMPLE])):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8" or guessed_by_escapes(data) is None:
            yield text
            return
    yield data.decode(guessed_encoding(data), "replace")


def _without_mark(sample: bytes) -> Iterator[str]:
    """UTF-16 of a Latin script has a zero in every other byte."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(sample) >= 4 and sample[first::2].count(0) > 0.6 * len(sample[first::2]):
            yield encoding
