"""Conversations as rows: what a store returns, without pixels."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal

from fanlight.domain.clips import Moment
from fanlight.domain.detail import Detail
from fanlight.domain.documents import DocumentKind
from fanlight.domain.messages import Message, Role, TextPart, ThinkingPart

State = Literal["complete", "open", "stopped", "failed"]
"""An answer is "open" while it grows; one found open after a start was cut off by a crash and can go on."""

LATEST_DATE = 4_000_000_000
"""Seconds since 1970, in the year 2096. What lies outside is no date but damage."""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    id: int
    title: str
    updated: float
    draft: str
    created: float = field(default=0.0, compare=False)
    pinned: bool = False
    private: bool = False
    """In memory only, by the user's choice."""
    archived: bool = False
    """Kept, but not in the list; a new question brings it back."""
    tags: tuple[str, ...] = ()
    """As `domain/tags.py:tags_of` returns them."""


@dataclass(frozen=True, slots=True)
class TrashRow:
    """A deleted conversation, which is removed for good after Fanlight has run on so many more days."""

    id: int
    title: str
    updated: float
    days_left: int


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """`sha256` names the file; `image_id` is the id of the pixels the model was sent."""

    sha256: str
    kind: str
    name: str
    width: int
    height: int
    image_id: str
    detail: Detail = "normal"
    moment: Moment | None = None
    """Where in a clip it comes from."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """`sha256` names the file. `texts` are those of all pages; () where an earlier message of the conversation has
    them. `pages`, counted from 1, are those that the model was given. `as_sound`: it was given the sound in the file
    instead."""

    sha256: str
    kind: DocumentKind
    name: str
    pages: tuple[int, ...]
    texts: tuple[str, ...]
    as_sound: bool = False


StoredPart = TextPart | ThinkingPart | StoredPicture | StoredDocument


HEARD = '{"heard": true}'
"""The footer of a question that was spoken, or quotes a recording; search reads it."""


def answered_by(footer: str) -> str:
    """The name of the model; "" where it is not known."""
    try:
        fields = json.loads(footer) if footer.startswith("{") else {}
    except (ValueError, RecursionError):
        return ""
    return str(fields.get("model", "")) if isinstance(fields, dict) else ""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message with its state. Pictures are read again from their files when their pixels are needed."""

    id: int
    role: Role
    parts: tuple[StoredPart, ...]
    state: State
    footer: str
    created: float = field(default=0.0, compare=False)
    parent: int = field(default=0, compare=False)
    """The message that it follows; 0 for none."""

    @property
    def message(self) -> Message:
        """The message without its pictures and documents."""
        return Message(self.role, tuple(part for part in self.parts if isinstance(part, TextPart | ThinkingPart)))

    @property
    def pictures(self) -> tuple[StoredPicture, ...]:
        return tuple(part for part in self.parts if isinstance(part, StoredPicture))

    @property
    def documents(self) -> tuple[StoredDocument, ...]:
        return tuple(part for part in self.parts if isinstance(part, StoredDocument))
