"""The pages of a conversation's documents: which the model was given, which the user wants it to be given, what is read
in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.turn_list import TurnList
from fanlight.domain.documents import Document
from fanlight.domain.messages import Image

if TYPE_CHECKING:
    from fanlight.documents.page_index import PageIndex


class ConversationPages:
    def __init__(self, turns: TurnList, attachments: Attachments) -> None:
        self._turns, self._attachments = turns, attachments
        self._pinned = defaultdict[str, set[int]](set)

    @property
    def documents(self) -> list[Document]:
        """Of the shown branch, each once."""
        found = (one.document for turn in self._turns.all for one in turn.attachments if one.document is not None)
        return list({one.id: one for one in found}.values())

    @property
    def pinned(self) -> Mapping[str, set[int]]:
        """By the ids of documents, the pages that the next question is to be asked with."""
        return self._pinned

    def pin(self, document_id: str, page: int, *, pinned: bool) -> None:
        """Give the model this page with the next question about the document, whatever it asks for, or no longer."""
        if pinned:
            self._pinned[document_id].add(page)
        else:
            self._pinned[document_id].discard(page)

    def given(self, document_id: str) -> set[int]:
        """What the model has of it, in the shown branch."""
        parts = (part for turn in self._turns.all for part in turn.message.documents)
        return {page for part in parts if part.document.id == document_id for page in part.pages}

    def to_draw(self) -> list[tuple[Document, int]]:
        """Of the documents of the shown branch, the pages whose thumbnails are missing."""
        attached = (one for turn in self._turns.all for one in turn.attachments)
        return [wanted for one in attached if (wanted := one.page_to_draw) is not None]

    def show_thumbnail(self, document_id: str, page: int, thumbnail: Image) -> None:
        self._turns.show_page_thumbnail(document_id, page, thumbnail)

    def show_read(self, document: Document, index: PageIndex, left: int) -> None:
        """Texts of its pages are known; `left` more are to be read."""
        self._attachments.show_pages_read(document, index, left)
        self._turns.show_pages_read(document, index, left)
