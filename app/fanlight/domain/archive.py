"""A conversation as it is exported and imported: whole, with the files of its pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from fanlight.domain.branches import path_to
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Role, TextPart
from fanlight.domain.stored import (
    LATEST_DATE,
    ConversationRow,
    State,
    StoredDocument,
    StoredMessage,
    StoredPart,
    StoredPicture,
)
from fanlight.domain.unicode import well_formed

Identity = tuple[float, str]
"""Two conversations with the same one are most likely the same, whatever they are called now."""


def identity_of(created: float, title: str, texts: Sequence[str]) -> Identity:
    """The moment it was made in and its first words; where the moment is not known, all words. `texts`: of its
    messages."""
    moment = created if 0 <= created <= LATEST_DATE else 0.0
    words = "\0".join(texts[:1] if moment else texts) if texts else title
    return moment, hashlib.sha256(well_formed(words).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture of another program's, by the name it has for the user; `read` may raise anything that reading and
    unpacking a file raises."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """`created` in seconds since 1970; 0 where it is not known."""

    role: Role
    parts: tuple[StoredPart, ...]
    state: State = "complete"
    footer: str = ""
    created: float = 0.0
    follows: int | None = None
    """The place in the list of the message that it follows, which is before it; -1 for none; None: the last one before
    it."""
    files: tuple[PictureFile, ...] = field(default=(), compare=False)
    """Pictures that are not among `parts` yet (`exchange/export_pictures.py`)."""

    @property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def pictures(self) -> tuple[StoredPicture, ...]:
        return tuple(part for part in self.parts if isinstance(part, StoredPicture))

    @property
    def documents(self) -> tuple[StoredDocument, ...]:
        return tuple(part for part in self.parts if isinstance(part, StoredDocument))

    @property
    def file_names(self) -> tuple[str, ...]:
        """The sha256 of each file that it needs."""
        return tuple(part.sha256 for part in self.parts if isinstance(part, StoredPicture | StoredDocument))


@dataclass(frozen=True, slots=True)
class ArchivedConversation:
    """`messages` are those of all branches; `pictures`: files by sha256, those of documents, too; one that is lost is
    missing."""

    title: str
    created: float
    updated: float
    messages: tuple[ArchivedMessage, ...]
    pinned: bool = False
    pictures: dict[str, bytes] = field(default_factory=dict)
    shown: int | None = None
    """The place in the list of the message that ends the branch that is shown; None: the last one."""
    archived: bool = False
    tags: tuple[str, ...] = ()

    @property
    def has_files(self) -> bool:
        return any(message.files for message in self.messages)

    @property
    def identity(self) -> Identity:
        return identity_of(self.created, self.title, [message.text for message in self.messages])

    @property
    def parents(self) -> dict[int, int]:
        """As `domain/branches.py` has them: numbers are places, from 1 on."""
        return {place: place - 1 if one.follows is None else one.follows + 1
                for place, one in enumerate(self.messages, 1)}  # fmt: skip

    @property
    def shown_messages(self) -> tuple[ArchivedMessage, ...]:
        """Those of the branch that is shown."""
        end = len(self.messages) if self.shown is None else self.shown + 1
        return tuple(self.messages[place - 1] for place in path_to(self.parents, end))


class ReadStore(Protocol):
    """The part of store.database.Database that reads a conversation."""

    def messages(self, conversation_id: int) -> list[StoredMessage]: ...

    def shown_end(self, conversation_id: int) -> int: ...


def read_archived(
    store: ReadStore, row: ConversationRow, read: Callable[[str], bytes] | None = None
) -> ArchivedConversation:
    """On the store's thread. As `archived`. Raises StoreError."""
    return archived(row, store.messages(row.id), read, store.shown_end(row.id))


def archived(
    row: ConversationRow,
    messages: Sequence[StoredMessage],
    read: Callable[[str], bytes] | None = None,
    shown_end: int = 0,
) -> ArchivedConversation:
    """`read` returns the file of a picture; StoreError for one that is lost. Without it there are no files.
    `shown_end`: the number of the message that ends the shown branch; 0: the last one."""
    places = {one.id: place for place, one in enumerate(messages)}
    kept = tuple(
        ArchivedMessage(
            one.role, one.parts, one.state, one.footer, one.created, _unless(places.get(one.parent, -1), place - 1)
        )
        for place, one in enumerate(messages)
    )
    pictures: dict[str, bytes] = {}
    if read is not None:
        for name in dict.fromkeys(name for message in kept for name in message.file_names):
            with suppress(StoreError):
                pictures[name] = read(name)
    shown = _unless(places.get(shown_end, len(kept) - 1), len(kept) - 1)
    return ArchivedConversation(
        row.title, row.created, row.updated, kept, row.pinned, pictures, shown, row.archived, row.tags
    )


def _unless(place: int, usual: int) -> int | None:
    return None if place == usual else place
