"""Documents as values, without a file that has to be read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from fanlight.core.chat.turns import Attachment
from fanlight.documents.page_index import PageIndex
from fanlight.domain.documents import Document
from fanlight.domain.messages import DocumentPart, Image, Message, TextPart

THUMBNAIL = Image.of(8, 10, b"\xee" * 240)


def document(*texts: str, name: str = "manual.pdf") -> Document:
    data = "|".join((name, *texts)).encode("utf-8", "replace")
    return Document(hashlib.sha256(data).hexdigest(), name, "pdf", texts, data)


def attached(texts: Sequence[str], name: str = "manual.pdf") -> Attachment:
    return Attachment.of_document(document(*texts, name=name), PageIndex(texts), THUMBNAIL)


def asked(made: Document, *pages: int, text: str = "What is it?", again: bool = False) -> Message:
    """A question about these pages."""
    return Message("user", (DocumentPart(made, pages, again), TextPart(text)))
