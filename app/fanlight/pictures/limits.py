"""How large a picture may be, what is used of it, and how sentences call it."""

from __future__ import annotations

from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Picture
from fanlight.i18n import N_, _, format_decimal, format_number, ngettext

MAX_BYTES = 64 * 1000 * 1000
MAX_PIXELS = 120 * 1000 * 1000
SMALLER = N_("Make it smaller first, or take a screenshot of the part that matters.")


def subject_of(name: str) -> str:
    """How a sentence calls the picture."""
    return f"“{name}”" if name else _("The picture")


def check_bytes(size: int, subject: str) -> None:
    """Raises PictureError for a file without content, and for one that is too large."""
    if not size:
        raise PictureError(_("{subject} is empty.").format(subject=subject), _("Copy or download it again."))
    if size > MAX_BYTES:
        most = MAX_BYTES // 10**6
        raise PictureError(
            _("{subject} has {size} MB; Fanlight can read at most {most} MB.").format(
                subject=subject, size=format_decimal(size / 1e6, 0), most=most
            ),
            _(SMALLER),
        )


def check_size(size: tuple[int, int], subject: str) -> None:
    """Raises PictureError for too many pixels."""
    width, height = size
    if width * height > MAX_PIXELS:
        raise PictureError(
            _("{subject} has {width} × {height} pixels; Fanlight can read at most {millions} million.").format(
                subject=subject, width=format_number(width), height=format_number(height), millions=MAX_PIXELS // 10**6
            ),
            _(SMALLER),
        )


def check_page(page: int, pages: int, subject: str) -> None:
    """Raises PictureError for a page that a file of `pages` does not have."""
    if page > pages:
        text = ngettext(
            "{subject} has {count} page; there is no page {page}.",
            "{subject} has {count} pages; there is no page {page}.",
            pages,
        )
        raise PictureError(
            text.format(subject=subject, count=format_number(pages), page=format_number(page)),
            _("Choose a page that is there; the first one has the number 1."),
        )


def page_shown(picture: Picture) -> str:
    """A sentence for a file of several pages, of which one is used; "" otherwise."""
    if picture.pages < 2:
        return ""
    text = _("{subject} has {count} pages; only page {page} is used.")
    count, page = format_number(picture.pages), format_number(picture.page)
    return text.format(subject=subject_of(picture.name), count=count, page=page)
