"""Documents that are on disk: the file is read again when a page is to be drawn, and is not kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fanlight.domain.documents import Document, DocumentKind
from fanlight.domain.errors import StoreError

if TYPE_CHECKING:
    from fanlight.documents.page_index import PageIndex

MOST_LETTERS = 6_000_000
"""Of documents whose index stays in memory after its use: about 2000 pages."""


class StoredDocumentFile(Document):
    """A Document whose file is read when it is asked for."""

    __slots__ = ("_read",)
    _read: Callable[[], bytes]

    def __init__(
        self,
        id_: str,
        name: str,
        kind: DocumentKind,
        texts: tuple[str, ...],
        read: Callable[[], bytes],
        password: str = "",
    ) -> None:
        values = {"id": id_, "name": name, "kind": kind, "texts": texts, "_read": read, "password": password}
        for attribute, value in values.items():
            object.__setattr__(self, attribute, value)

    @property
    def data(self) -> bytes:
        """Raises StoreError."""
        return self._read()

    def with_other_texts(self, texts: tuple[str, ...]) -> StoredDocumentFile:
        return StoredDocumentFile(self.id, self.name, self.kind, texts, self._read, self.password)


def with_texts(document: Document, texts: tuple[str, ...]) -> Document:
    """The same with other texts of its pages."""
    if isinstance(document, StoredDocumentFile):
        return document.with_other_texts(texts)
    return replace(document, texts=texts)


def shelved_document(document: Document, read: Callable[[str], bytes]) -> Document:
    """The same without its file, if `read` returns that for its id. Any thread."""
    if isinstance(document, StoredDocumentFile):
        return document
    try:
        if read(document.id) != document.data:
            return document
    except StoreError:
        return document
    id_, texts = document.id, document.texts
    return StoredDocumentFile(id_, document.name, document.kind, texts, lambda: read(id_), document.password)


class PageIndexes:
    """The indexes used last, so that a conversation that is opened again need not make its own anew. Any thread."""

    def __init__(self, most_letters: int = MOST_LETTERS) -> None:
        self._most_letters = most_letters
        self._lock = threading.Lock()
        self._indexes: OrderedDict[str, PageIndex] = OrderedDict()

    def of(self, document: Document) -> PageIndex:
        """Slow where it is not known."""
        from fanlight.documents.page_index import PageIndex

        with self._lock:
            known = self._indexes.get(document.id)
            if known is not None and known.texts == document.texts:
                self._indexes.move_to_end(document.id)
                return known
        made = PageIndex(document.texts)
        self.keep(document.id, made)
        return made

    def keep(self, id_: str, index: PageIndex) -> None:
        with self._lock:
            self._indexes[id_] = index
            self._indexes.move_to_end(id_)
            while len(self._indexes) > 1 and self._letters() > self._most_letters:
                self._indexes.popitem(last=False)

    def _letters(self) -> int:
        return sum(len(text) for index in self._indexes.values() for text in index.texts)
