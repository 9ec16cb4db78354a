"""Searching conversations in memory: each message is looked at."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Protocol

from fanlight.domain.branches import steps_to
from fanlight.domain.folding import fold
from fanlight.domain.picture_finding import KnownPicture
from fanlight.domain.search import SearchHit, SearchQuery, SearchResult, parse_query, snippet_of
from fanlight.domain.search_filters import SearchFilters, fits_any_model, model_in_footer
from fanlight.domain.stored import HEARD, ConversationRow, StoredMessage
from fanlight.store.searching import MOST_HITS


class SearchedStore(Protocol):
    def conversations(self) -> list[ConversationRow]: ...

    def messages(self, conversation_id: int) -> list[StoredMessage]: ...


class UnkeptPictures:
    """As `store.shown_pictures.ShownPictures`: pictures in memory are never put into an index."""

    def all(self) -> list[KnownPicture] | None:
        return None

    def places(self, _names: Iterable[str]) -> dict[str, tuple[int, int]]:
        return {}


class MemorySearch:
    """As `store.searching.StoreSearch`."""

    def __init__(self, store: SearchedStore) -> None:
        self._store = store
        self.pictures = UnkeptPictures()

    def search(self, text: str, limit: int = MOST_HITS) -> SearchResult:
        query = parse_query(text)
        hits = self._hits(query) if query else []
        return SearchResult(tuple(hits[:limit]), has_more=len(hits) > limit)

    def steps_to(self, conversation_id: int, message_id: int) -> tuple[int, ...]:
        return steps_to({one.id: one.parent for one in self._store.messages(conversation_id)}, message_id)

    def models(self) -> list[str]:
        messages = itertools.chain.from_iterable(self._store.messages(row.id) for row in self._store.conversations())
        names = {model_in_footer(one.footer) for one in messages if one.role == "assistant"} - {""}
        return sorted(names, key=str.casefold)

    def unread_picture(self) -> str | None:
        """Pictures in memory are not read."""
        return None

    def known_picture_text(self, sha256: str) -> str | None: ...

    def keep_picture_text(self, sha256: str, text: str) -> None: ...

    def _hits(self, query: SearchQuery) -> list[SearchHit]:
        filters = query.filters
        searched = [(row, self._store.messages(row.id)) for row in self._store.conversations()]
        tagged = filters.tag_filter({name for row, _messages in searched for name in row.tags})
        kept = [one for one in searched if tagged.fits(one[0].tags) and _is_wanted(filters, *one)]
        of_messages = filters.has_picture or filters.has_sound or filters.wants_model
        found: list[tuple[str, SearchHit]] = []
        if query.wanted or not of_messages:
            titled = (row for row, messages in kept if _title_fits(query, row, messages))
            found += ((row.title, _title_hit(row, query)) for row in titled)
        if query.wanted or of_messages:
            for row, messages in kept:
                fitting = (one for one in reversed(messages) if _message_fits(query, one, messages))
                found += ((_searched_text(one), _message_hit(row, one, query)) for one in fitting)
        return [hit for _text, hit in sorted(found, key=lambda pair: query.rank(fold(pair[0])))]


def _is_wanted(filters: SearchFilters, row: ConversationRow, messages: Sequence[StoredMessage]) -> bool:
    return filters.fits_conversation(
        pinned=row.pinned,
        archived=row.archived,
        has_picture=any(one.pictures for one in messages),
        has_sound=any(one.role == "user" and one.footer == HEARD for one in messages),
    )


def _title_fits(query: SearchQuery, row: ConversationRow, messages: Sequence[StoredMessage]) -> bool:
    filters = query.filters
    if not filters.fits_time(row.created, row.updated) or not query.matches(fold(row.title), parts=True):
        return False
    answers = [one.footer for one in messages if one.role == "assistant"]
    return not filters.wants_model or fits_any_model(filters, answers)


def _message_fits(query: SearchQuery, one: StoredMessage, messages: Sequence[StoredMessage]) -> bool:
    """`messages`: all of its conversation."""
    filters = query.filters
    if one.role == "system" or not filters.fits_time(one.created, one.created):
        return False
    answers = [other for other in messages if other.role == "assistant"] if filters.wants_model else []
    if filters.wants_model and not fits_any_model(filters, _footers(one, answers)):
        return False
    if query.wanted:
        return query.matches(fold(_searched_text(one)), parts=True)
    if filters.has_picture:
        return bool(one.pictures)
    return one.footer == HEARD if filters.has_sound else one.role == "assistant"


def _searched_text(one: StoredMessage) -> str:
    """With the documents behind it."""
    pages = (text for document in one.documents for text in document.texts)
    return "\n\n".join(filter(None, [one.message.text, *pages]))


def _footers(one: StoredMessage, answers: Sequence[StoredMessage]) -> list[str]:
    """Its own, or those of all answers to it; of the next answer, where another question follows it."""
    found = [one] if one.role == "assistant" else [other for other in answers if other.parent == one.id]
    return [other.footer for other in found or [other for other in answers if other.id > one.id][:1]]


def _title_hit(row: ConversationRow, query: SearchQuery) -> SearchHit:
    return SearchHit(row.id, row.title, 0, "title", "user", row.updated, snippet_of(row.title, query), row.archived)


def _message_hit(row: ConversationRow, one: StoredMessage, query: SearchQuery) -> SearchHit:
    text = _searched_text(one) or ", ".join(picture.name for picture in one.pictures if picture.name)
    return SearchHit(row.id, row.title, one.id, "text", one.role, row.updated, snippet_of(text, query), row.archived)
