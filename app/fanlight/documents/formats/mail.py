"""Mails (.eml) and web pages saved as one file (.mht): who wrote to whom, the text, and what was attached."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message
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
    if isinstance(message, EmailMessage) and (body := _body(message)) is not None:
        yield _body_text(body, subject)
    attached = []
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part is not message and depth < _MOST_NESTED:
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                yield from _mail_blocks(inner[0], subject, depth + 1)
            continue
        if name := _file_name(part):
            attached.append(name)
    if attached:
        yield f"Attached: {', '.join(attached)}"


def _header(message: Message, name: str) -> str:
    """Damaged ones as they are."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (LookupError, ValueError, AttributeError, TypeError):
        found = [value for key, value in message.raw_items() if key.lower() == name.lower()]
        return " ".join(str(found[0]).split()) if found else ""


def _body(message: EmailMessage) -> Message | None:
    """The text, or else the page."""
    try:
        return message.get_body(("plain", "html"))
    except (LookupError, ValueError, AttributeError, TypeError):  # its structure is damaged
        return None


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
