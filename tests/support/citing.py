"""Questions about a long document, and an answer that cites the page which answers where it was given: the engine is a
script that finds the page's words in what it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QTextDocument

from fanlight.core.chat.document_pages import cited_document
from fanlight.core.chat.turns import Turn, question
from fanlight.domain.documents import given_text, room_for_pages
from fanlight.ui.transcript.page_links import fragments, link_pages, page_of
from support.documents import attached
from support.long_documents import LongDocument

_MARK = re.compile(r"^\[p\. (\d+)\]\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """`page` answers; `given` are the pages that the model is sent; `shown_page`: what a click on the answer's citation
    shows, None for nothing."""

    question: str
    page: int
    given: tuple[int, ...]
    shown_page: int | None

    @property
    def is_given(self) -> bool:
        return self.page in self.given


def asked_about(document: LongDocument, context_tokens: int) -> Iterator[AskedAbout]:
    """Each question in a conversation of its own."""
    made = attached(document.pages, document.name)
    for text, page in document.asked:
        turn = question(text, [made], room_for_pages(context_tokens))
        (part,) = turn.message.documents
        answer = _answer(given_text(part.document, part.pages), document.pages[page - 1])
        yield AskedAbout(text, page, part.pages, _shown_page(turn, answer, document))


def _answer(sent: str, words: str) -> str:
    """Cites the page whose words these are as it is marked in what was sent."""
    pieces = _MARK.split(sent)
    cited = next((number for number, said in zip(pieces[1::2], pieces[2::2], strict=True) if said.strip() == words), "")
    return f"It is written there [p. {cited}]." if cited else "I do not know."


def _shown_page(turn: Turn, answer: str, document: LongDocument) -> int | None:
    """By its words, as the viewer finds them."""
    shown = QTextDocument(answer)
    link_pages(shown, QColor("blue"))
    addresses = [QUrl(part.charFormat().anchorHref()) for part in fragments(shown.begin())]
    for cited in filter(None, map(page_of, addresses)):
        found = cited_document([turn], cited[0])
        if found is not None:
            return document.pages.index(found.texts[cited[0] - 1]) + 1
    return None
