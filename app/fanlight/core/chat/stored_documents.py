"""Documents that are on disk: the file is read again when a page is to be drawn, and is not kept in memory."""

from __future__ import annotations

from collections.abc import Callable

from fanlight.domain.documents import Document, DocumentKind
from fanlight.domain.errors import StoreError


class StoredDocumentFile(Document):
    """A Document whose file is read when it is asked for."""

    __slots__ = ("_read",)
    _read: Callable[[], bytes]

    def __init__(
        self, id_: str, name: str, kind: DocumentKind, texts: tuple[str, ...], read: Callable[[], bytes]
    ) -> None:
        for attribute, value in (("id", id_), ("name", name), ("kind", kind), ("texts", texts), ("_read", read)):
            object.__setattr__(self, attribute, value)

    @property
    def data(self) -> bytes:
        """Raises StoreError."""
        return self._read()


def shelved_document(document: Document, read: Callable[[str], bytes]) -> Document:
    """The same without its file, if `read` returns that for its id. Any thread."""
    if isinstance(document, StoredDocumentFile):
        return document
    try:
        if read(document.id) != document.data:
            return document
    except StoreError:
        return document
    id_ = document.id
    return StoredDocumentFile(id_, document.name, document.kind, document.texts, lambda: read(id_))
