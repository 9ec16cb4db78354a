"""Conversations in memory only, with the methods of `StoreThread` and `Database`, for a user who keeps no history."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from fanlight.domain.archive import ArchivedConversation, Identity, archived
from fanlight.domain.branches import all_after
from fanlight.domain.messages import Message, Picture, TextPart
from fanlight.domain.reading import without_text_read
from fanlight.domain.stored import (
    ConversationRow,
    State,
    StoredDocument,
    StoredMessage,
    StoredPart,
    StoredPicture,
    TrashRow,
)
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.failures import picture_gone
from fanlight.store.leftovers import TRASH_DAYS
from fanlight.store.memory_search import MemorySearch
from fanlight.store.memory_tags import MemoryTags
from fanlight.store.parts import stored_parts

T = TypeVar("T")


@dataclass(slots=True)
class _Conversation:
    row: ConversationRow
    used: int
    """A number that grows with each use: conversations are listed by it."""
    deleted: int = 0
    """The number at its deletion; 0 where it is not deleted."""
    messages: list[StoredMessage] = field(default_factory=list)
    end: int = 0
    """Of the branch that is shown; 0: the newest message."""

    @property
    def newest(self) -> int:
        return self.messages[-1].id if self.messages else 0


class MemoryStore:
    """A `StoreThread` and its `Database` in one; work is done at once, on the calling thread."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._conversations: dict[int, _Conversation] = {}
        self._pictures: dict[str, bytes] = {}
        self.tagging = MemoryTags(self._conversations)
        self.searching = MemorySearch(self)
        self.importing = self.erasing = self.redacting = self

    # As a `StoreThread`.

    def submit(self, work: Callable[[Database], T]) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(work(cast("Database", self)))
        except Exception as error:  # as the store's thread: whatever `work` raises is in the future
            future.set_exception(error)
        return future

    def answer(self, message_id: int, text: str, thinking: str, state: State = "open", footer: str = "") -> None:
        self.update_answer(message_id, text, thinking, state, footer)

    def open_now(self) -> None: ...

    def close(self) -> bool:
        self.everything()
        return True

    # As a `Database`.

    def conversations(self) -> list[ConversationRow]:
        there = [one for one in self._conversations.values() if not one.deleted]
        return [one.row for one in sorted(there, key=lambda one: (one.row.pinned, one.used), reverse=True)]

    def trash(self) -> list[TrashRow]:
        gone = [one for one in self._conversations.values() if one.deleted]
        rows = [one.row for one in sorted(gone, key=lambda one: one.deleted, reverse=True)]
        return [TrashRow(row.id, row.title, row.updated, TRASH_DAYS) for row in rows]

    def create(self, title: str = "") -> int:
        number, now = next(self._numbers), time.time()
        self._conversations[number] = _Conversation(ConversationRow(number, title, now, "", now), number)
        return number

    def rename(self, conversation_id: int, title: str) -> None:
        self._change(conversation_id, title=title)

    def set_pinned(self, conversation_id: int, pinned: bool) -> None:
        self._change(conversation_id, pinned=pinned)

    def set_archived(self, conversation_ids: Sequence[int], archived: bool) -> None:
        for conversation_id in conversation_ids:
            self._change(conversation_id, archived=archived)

    def set_draft(self, conversation_id: int, text: str) -> None:
        self._change(conversation_id, draft=text)

    def delete(self, conversation_id: int) -> None:
        self._set_deleted(conversation_id, next(self._numbers))

    def restore(self, conversation_id: int) -> None:
        self._set_deleted(conversation_id, 0)

    def delete_for_good(self, conversation_ids: Sequence[int]) -> None:
        for conversation_id in conversation_ids:
            if (found := self._conversations.get(conversation_id)) is not None and found.deleted:
                del self._conversations[conversation_id]

    def unused(self, days: float, keep: Sequence[int] = ()) -> None:
        """As `store.erasing.StoreErasure`; all of it goes when the program ends."""

    def everything(self) -> None:
        self._conversations.clear()
        self._pictures.clear()

    def messages(self, conversation_id: int) -> list[StoredMessage]:
        found = self._conversations.get(conversation_id)
        return list(found.messages) if found else []

    def update_document_texts(self, sha256: str, texts: Sequence[str]) -> None:
        def changed(part: StoredPart) -> StoredPart:
            is_that = isinstance(part, StoredDocument) and part.sha256 == sha256 and part.texts
            return replace(part, texts=tuple(texts)) if is_that and isinstance(part, StoredDocument) else part

        for conversation in self._conversations.values():
            conversation.messages = [
                replace(one, parts=tuple(map(changed, one.parts))) if one.documents else one
                for one in conversation.messages
            ]

    def replace_pictures(self, old: Sequence[str], picture: Picture) -> list[int]:
        """As `store.redacting.StoreRedaction`."""
        new = self._keep_file(picture)
        size = (picture.width, picture.height)
        shown = StoredPicture(new, picture.kind, "", *size, picture.image.id, picture.detail)

        def replaced(part: StoredPart) -> StoredPart:
            if not isinstance(part, StoredPicture) or part.sha256 not in old:
                return part
            return replace(shown, name=part.name, moment=part.moment)

        changed = []
        for number, conversation in self._conversations.items():
            for i, stored in enumerate(conversation.messages):
                if any(one.sha256 in old for one in stored.pictures):
                    parts = (_without_text_read(replaced(part)) for part in stored.parts)
                    conversation.messages[i] = replace(stored, parts=tuple(parts))
                    changed.append(number)
        for name in set(old) - {new}:
            self._pictures.pop(name, None)
        return sorted(set(changed))

    def shown_end(self, conversation_id: int) -> int:
        found = self._conversations.get(conversation_id)
        return (found.end or found.newest) if found else 0

    def show_branch(self, conversation_id: int, end: int) -> None:
        if conversation := self._conversations.get(conversation_id):
            conversation.end = end

    def add_message(
        self,
        conversation_id: int,
        message: Message,
        pictures: Sequence[Picture] = (),
        state: State = "complete",
        follows: int | None = None,
        footer: str = "",
    ) -> int:
        names = [self._keep_file(picture) for picture in pictures]
        parts = tuple(stored_parts(message, pictures, names))
        for one in message.documents:
            self._pictures.setdefault(one.document.id, one.document.data)
        number = next(self._numbers)
        conversation = self._conversations[conversation_id]
        parent = conversation.newest if follows is None else follows
        conversation.messages.append(StoredMessage(number, message.role, parts, state, footer, time.time(), parent))
        stays = conversation.row.archived and message.role != "user"
        self._change(conversation_id, updated=time.time(), archived=stays)
        conversation.used, conversation.end = number, 0
        return number

    def update_answer(self, message_id: int, text: str, thinking: str, state: State, footer: str = "") -> None:
        parts = tuple(stored_parts(Message.of("assistant", text, thinking=thinking), (), ()))
        for conversation in self._conversations.values():
            for i, stored in enumerate(conversation.messages):
                if stored.id == message_id and stored.role == "assistant":
                    conversation.messages[i] = replace(stored, parts=parts, state=state, footer=footer)

    def truncate(self, conversation_id: int, from_message_id: int) -> None:
        if conversation := self._conversations.get(conversation_id):
            gone = set(all_after({one.id: one.parent for one in conversation.messages}, from_message_id))
            conversation.messages = [one for one in conversation.messages if one.id not in gone]
            conversation.end = 0 if conversation.end in gone else conversation.end

    def picture(self, sha256: str) -> bytes:
        if sha256 not in self._pictures:
            raise picture_gone()
        return self._pictures[sha256]

    def known(self) -> list[tuple[Identity, str]]:
        """As `store.importing.StoreImport`, of which `add` is the other method."""
        return [(archived(one.row, one.messages).identity, one.row.title) for one in self._conversations.values()]

    def add(self, conversation: ArchivedConversation) -> int:
        number = self.create(conversation.title)
        row = replace(
            self._conversations[number].row,
            created=conversation.created, updated=conversation.updated, pinned=conversation.pinned,
            archived=conversation.archived, tags=self.tagging.spelled(conversation.tags),
        )  # fmt: skip
        self._conversations[number].row = row
        numbers = [0, *(next(self._numbers) for _one in conversation.messages)]
        parents = conversation.parents.values()
        self._conversations[number].messages = [
            StoredMessage(id_, one.role, one.parts, one.state, one.footer, one.created, numbers[parent])
            for id_, one, parent in zip(numbers[1:], conversation.messages, parents, strict=True)
        ]
        if conversation.shown is not None:
            self._conversations[number].end = numbers[conversation.shown + 1]
        self._pictures |= conversation.pictures
        return number

    def _keep_file(self, picture: Picture) -> str:
        sha256 = name_of(picture.data)
        self._pictures[sha256] = picture.data
        return sha256

    def _change(self, conversation_id: int, **values: str | float) -> None:
        if conversation := self._conversations.get(conversation_id):
            conversation.row = replace(conversation.row, **values)  # type: ignore[arg-type]

    def _set_deleted(self, conversation_id: int, deleted: int) -> None:
        if conversation := self._conversations.get(conversation_id):
            conversation.deleted = deleted


def _without_text_read(part: StoredPart) -> StoredPart:
    return replace(part, text=without_text_read(part.text)) if isinstance(part, TextPart) else part
