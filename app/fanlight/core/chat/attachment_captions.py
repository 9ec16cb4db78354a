"""What is written on chips and below questions about what the model is sent."""

from __future__ import annotations

from fanlight.domain.documents import page_ranges
from fanlight.domain.messages import DocumentPart
from fanlight.domain.sounds import Sound
from fanlight.i18n import _, format_number, ngettext


def pages_text(part: DocumentPart) -> str:
    """Which pages of a document the model is given, or how many there are."""
    count, given = part.document.page_count, len(part.pages)
    if part.document.kind == "sound" and not part.document.has_text:
        return _("nothing is said in it")
    if part.document.kind == "sound":
        return _("what is said in it") if not given or given == count else _("parts of what is said in it")
    if not given or given == count:
        return ngettext("{count} page", "{count} pages", count).format(count=format_number(count))
    text = ngettext("page {pages} of {count}", "pages {pages} of {count}", given)
    return text.format(pages=page_ranges(part.pages), count=format_number(count))


def with_unread(text: str, unread: int) -> str:
    if not unread:
        return text
    more = ngettext("{pages}, {count} is still read", "{pages}, {count} are still read", unread)
    return more.format(pages=text, count=format_number(unread))


def sound_text(sound: Sound) -> str:
    seconds = max(1, round(sound.seconds))
    text = ngettext("the sound itself, {count} second", "the sound itself, {count} seconds", seconds)
    return text.format(count=format_number(seconds))


def with_tokens(size: str, tokens: int) -> str:
    if not tokens:
        return size
    text = ngettext("{size}, {count} token", "{size}, {count} tokens", tokens)
    return text.format(size=size, count=format_number(tokens))
