"""A conversation as it is exported and imported: whole, with the files of its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Role, TextPart
from fanlight.domain.stored import ConversationRow, State, StoredMessage, StoredPart, StoredPicture


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """`created` in seconds since 1970; 0 where it is not known."""

    role: Role
    parts: tuple[StoredPart, ...]
    state: State = "complete"
    footer: str = ""
    created: float = 0.0

    @property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def pictures(self) -> tuple[StoredPicture, ...]:
        return tuple(part for part in self.parts if isinstance(part, StoredPicture))


@dataclass(frozen=True, slots=True)
class ArchivedConversation:
    """`pictures`: files by sha256; one that is lost is missing."""

    title: str
    created: float
    updated: float
    messages: tuple[ArchivedMessage, ...]
    pinned: bool = False
    pictures: dict[str, bytes] = field(default_factory=dict)


def archived(
    row: ConversationRow, messages: Iterable[StoredMessage], read: Callable[[str], bytes] | None = None
) -> ArchivedConversation:
    """`read` returns the file of a picture; StoreError for one that is lost. Without it there are no files."""
    kept = tuple(ArchivedMessage(one.role, one.parts, one.state, one.footer, one.created) for one in messages)
    pictures: dict[str, bytes] = {}
    if read is not None:
        for name in dict.fromkeys(picture.sha256 for message in kept for picture in message.pictures):
            with suppress(StoreError):
                pictures[name] = read(name)
    return ArchivedConversation(row.title, row.created, row.updated, kept, row.pinned, pictures)
