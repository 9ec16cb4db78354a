"""Mails (.eml) and web pages saved as one file (.mht): who wrote to whom, the text, and what was attached."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser

from fanlight.documents.formats.markup import decode_markup, markdown_of
from fanlight.documents.formats.pages import TextPages
from fanlight.documents.text_files import decode_text
from fanlight.domain.document_errors import DocumentError

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_MOST_NESTED = 20


def add_mail(data: bytes, subject: str, pages: TextPages) -> None:
    message = BytesParser(policy=policy.default).parsebytes(data)
    pages.add_text("\n\n".join(_mail_blocks(message, subject, 0)))


def _mail_blocks(message: Message, subject: str, depth: int) -> Iterator[str]:
    if lines := [f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))]:
        yield "\n".join(lines)
    yield from _part_blocks(message, subject, depth, is_whole=True)
    names = [name for part in message.walk() if part is not message and (name := _file_name(part))]
    if attached := ", ".join(names) or (_file_name(message) if not message.is_multipart() else ""):
        yield f"Attached: {attached}"


def _part_blocks(part: Message, subject: str, depth: int, *, is_whole: bool = False) -> Iterator[str]:
    """What is shown of it: of the same in several forms one, and no attachments, but mails that were passed on."""
    if depth > _MOST_NESTED:
        return
    inside = [one for one in _payload(part) if isinstance(one, Message)]
    kind = part.get_content_type()
    if kind == "message/rfc822":
        for mail in inside:
            yield from _mail_blocks(mail, subject, depth + 1)
    elif kind == "multipart/alternative":
        forms = [list(_part_blocks(one, subject, depth + 1)) for one in inside]
        yield from next((form for form in forms if any(text.strip() for text in form)), [])
    elif inside:
        for one in inside:
            yield from _part_blocks(one, subject, depth + 1)
    elif kind in ("text/plain", "text/html") and (is_whole or part.get_content_disposition() != "attachment"):
        yield _body_text(part, subject)


def _payload(part: Message) -> list[object]:
    found = part.get_payload()
    return list(found) if isinstance(found, list) else []


def _header(message: Message, name: str) -> str:
    """Damaged ones as they are."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (LookupError, ValueError, AttributeError, TypeError):
        found = [value for key, value in message.raw_items() if key.lower() == name.lower()]
        return " ".join(str(found[0]).split()) if found else ""


def _body_text(body: Message, subject: str) -> str:
    found = body.get_payload(decode=True)
    data = found if isinstance(found, bytes) else b""
    try:
        said = data.decode(body.get_content_charset() or "ascii")
        is_said = True
    except (LookupError, UnicodeError):
        is_said, said = False, ""
    try:
        if body.get_content_type() == "text/html":
            return markdown_of(said if is_said else decode_markup(data, subject))
        return said if is_said else decode_text(data, subject)
    except DocumentError:  # no text
        return ""


def _file_name(part: Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())
    except (LookupError, ValueError, AttributeError, TypeError):
        return ""
