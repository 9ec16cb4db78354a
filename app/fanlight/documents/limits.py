"""How large a document may be, and how sentences call it."""

from __future__ import annotations

from fanlight.domain.document_errors import DocumentError
from fanlight.i18n import N_, _, format_decimal, format_number

MAX_BYTES = 128 * 1000 * 1000
MAX_TEXT_BYTES = 16 * 1000 * 1000
"""Of a text file."""
MOST_PAGES = 5000
MOST_PAGE_LETTERS = 100_000
"""Of one page; what is beyond is left out."""
MOST_LETTERS = 30_000_000
"""Of all pages."""
_PART = N_("Save the part that matters as a file of its own.")


def subject_of(name: str) -> str:
    """How a sentence calls the document."""
    return f"“{name}”" if name else _("The document")


def check_bytes(size: int, subject: str, most: int = MAX_BYTES) -> None:
    """Raises DocumentError for a file without content, and for one that is too large."""
    if not size:
        raise DocumentError(_("{subject} is empty.").format(subject=subject), _("Copy or download it again."))
    if size > most:
        text = _("{subject} has {size} MB; Fanlight can read documents of at most {most} MB.")
        text = text.format(subject=subject, size=format_decimal(size / 1e6, 0), most=most // 10**6)
        raise DocumentError(text, _(_PART))


def check_pages(count: int, subject: str) -> None:
    """Raises DocumentError for no page, and for too many."""
    if count < 1:
        text = _("{subject} has no pages.").format(subject=subject)
        raise DocumentError(text, _("It is probably damaged. Copy or download it again."))
    if count > MOST_PAGES:
        text = _("{subject} has {count} pages; Fanlight can read at most {most}.")
        text = text.format(subject=subject, count=format_number(count), most=format_number(MOST_PAGES))
        raise DocumentError(text, _(_PART))


def too_much_text(subject: str) -> DocumentError:
    text = _("{subject} has more than {millions} million letters, which is more than Fanlight can read.")
    return DocumentError(text.format(subject=subject, millions=MOST_LETTERS // 10**6), _(_PART))
