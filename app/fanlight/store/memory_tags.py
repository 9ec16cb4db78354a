"""As `store.tagging.StoreTags`, of conversations in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from fanlight.domain.stored import ConversationRow
from fanlight.domain.tags import clean_tag, tag_key, tags_of


class Listed(Protocol):
    row: ConversationRow


class MemoryTags:
    def __init__(self, conversations: Mapping[int, Listed]) -> None:
        self._conversations = conversations

    def change(self, conversation_ids: Sequence[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        added, gone = self.spelled(add), {tag_key(name) for name in remove}
        for number in conversation_ids:
            if (found := self._conversations.get(number)) is not None:
                kept = [name for name in found.row.tags if tag_key(name) not in gone]
                found.row = replace(found.row, tags=tags_of([*kept, *added]))

    def rename(self, name: str, to: str) -> None:
        written = clean_tag(to)
        keys = {tag_key(name), tag_key(written)}
        for found in self._conversations.values() if written else ():
            kept = [one for one in found.row.tags if tag_key(one) not in keys]
            if len(kept) < len(found.row.tags):
                found.row = replace(found.row, tags=tags_of([*kept, written]))

    def remove(self, name: str) -> list[int]:
        key = tag_key(name)
        had = [number for number, found in self._conversations.items() if key in map(tag_key, found.row.tags)]
        self.change(had, remove=[name])
        return had

    def spelled(self, names: Iterable[str]) -> tuple[str, ...]:
        """As they are written already."""
        known = {tag_key(name): name for found in self._conversations.values() for name in found.row.tags}
        return tags_of(known.get(tag_key(name), name) for name in tags_of(names))
