"""Which pages of its documents a question in a conversation is asked with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.domain.documents import Document, room_for_pages
from fanlight.domain.folding import fold
from fanlight.domain.messages import DocumentPart
from fanlight.domain.search import SearchQuery

_SHARE = 0.5
"""Of the room for pages, for further ones: the conversation has some already."""


def room_of(host: ModelHost) -> int:
    """Tokens that pages may take of the context of the model that is open."""
    return room_for_pages(host.info.context_tokens if host.info is not None else None)


def more_pages(
    turns: Iterable[Turn], text: str, room: int, pinned: Mapping[str, Collection[int]] | None = None
) -> list[Attachment]:
    """Of the documents of earlier `turns`, the pages that the question `text` needs and the model was not given, first
    of all those that are `pinned`."""
    known: dict[str, Attachment] = {}
    given: dict[str, set[int]] = {}
    for turn in turns:
        for one in turn.attachments:
            if isinstance(one.part, DocumentPart):
                known.setdefault(one.part.document.id, one)
                given.setdefault(one.part.document.id, set()).update(one.part.pages)
    open_ended = {id_: one for id_, one in known.items() if _has_more(one, given[id_])}
    share = int(_SHARE * room) // (len(open_ended) or 1)
    wanted = pinned or {}
    more = (_found(one, text, share, given[id_], wanted.get(id_, ())) for id_, one in open_ended.items())
    return [found for found in more if found is not None]


def cited_document(turns: Sequence[Turn], page: int) -> Document | None:
    """The document whose page that is: the last one of which the model was given it, or else that has so many."""
    parts = [part for turn in reversed(turns) for part in turn.message.documents if part.document.kind != "sound"]
    given = (part.document for part in parts if page in part.pages)
    there = (part.document for part in parts if 1 <= page <= part.document.page_count)
    return next(given, None) or next(there, None)


def found_passage(parts: Iterable[DocumentPart], query: SearchQuery) -> tuple[Document, int, str] | None:
    """The document and the page with most of the words, closest together, and what stands there; None for none of
    them."""
    by_words = defaultdict[int, list[tuple[Document, int, str]]](list)
    for document in {part.document.id: part.document for part in parts}.values():
        for page, text in enumerate(document.texts, 1):
            folded = fold(text)
            by_words[sum(term.text in folded for term in query.wanted)].append((document, page, folded))
    most = max(by_words, default=0)
    if not most:
        return None
    document, page, _folded = min(by_words[most], key=lambda each: query.rank(each[2]))
    return document, page, query.passage_in(document.texts[page - 1])


def as_draft(attachments: Sequence[Attachment]) -> list[Attachment]:
    """Of a question that is to be asked anew: its pages are chosen anew, too."""
    kept = []
    for one in attachments:
        if not isinstance(one.part, DocumentPart):
            kept.append(one)
        elif not one.part.again:
            kept.append(replace(one, part=replace(one.part, pages=())) if one.part.pages else one)
    return kept


def _has_more(attachment: Attachment, given: set[int]) -> bool:
    return attachment.document is not None and len(given) < attachment.document.page_count


def _found(attachment: Attachment, text: str, room: int, given: set[int], pinned: Collection[int]) -> Attachment | None:
    if attachment.document is None or attachment.index is None:
        return None
    pages = attachment.index.found(text, room, given, pinned=sorted(pinned))
    return replace(attachment, part=DocumentPart(attachment.document, pages, again=True)) if pages else None
