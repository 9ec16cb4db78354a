"""What a conversation on the screen is made of, as values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.messages import Image, Message, Picture, TextPart
from fanlight.domain.stored import State

THUMBNAIL_SIDE = 320
TITLE_LENGTH = 60
_keys = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture with what is shown of it; `thumbnail` is at most THUMBNAIL_SIDE device pixels long."""

    picture: Picture
    thumbnail: Image = field(compare=False)
    tokens: int = field(default=0, compare=False)
    """What it takes of the context; 0 is not known."""

    @property
    def caption(self) -> str:
        """What the model is sent: "1024 × 768, 36 tokens"."""
        image = self.picture.image
        tokens = f", {self.tokens:,} tokens" if self.tokens else ""
        return f"{image.width} × {image.height}{tokens}"

    @property
    def origin(self) -> str:
        """That it was made smaller for the model, if it was."""
        image, picture = self.picture.image, self.picture
        if (picture.width, picture.height) == (image.width, image.height):
            return ""
        return f"made smaller for the model; the original has {picture.width:,} × {picture.height:,} pixels"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as shown and kept; edits keep its `key`, by which its place in the database is known."""

    message: Message
    attachments: tuple[Attachment, ...] = ()
    state: State = "complete"
    footer: str = ""
    notice: str = ""
    error: str = ""
    """A sentence and, on the next line, its hint."""
    key: int = field(default_factory=lambda: next(_keys))

    def counted(self, image_id: str, tokens: int) -> Turn:
        """Its picture of that id takes so many tokens."""
        if all(one.picture.image.id != image_id or one.tokens for one in self.attachments):
            return self
        known = [replace(one, tokens=tokens) if one.picture.image.id == image_id else one for one in self.attachments]
        return replace(self, attachments=tuple(known))

    def entry(self) -> TranscriptEntry:
        return TranscriptEntry(
            role="user" if self.message.role == "user" else "assistant",
            text=self.message.text,
            thinking=self.message.thinking,
            thumbnails=tuple(attachment.thumbnail for attachment in self.attachments),
            captions=tuple(attachment.caption for attachment in self.attachments),
            footer=self.footer,
            notice=self.notice,
            state=self.state,
            error=self.error,
        )


def question(text: str, attachments: Sequence[Attachment]) -> Turn:
    images = tuple(attachment.picture.image for attachment in attachments)
    return Turn(Message.of("user", text, images), tuple(attachments))


def title_of(text: str) -> str:
    """A title from the first question: its first line, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= TITLE_LENGTH:
        return line or "Picture"
    head, space, _ = line[:TITLE_LENGTH].rpartition(" ")
    return (head if space else line[:TITLE_LENGTH]).rstrip(" ,.;:") + "…"


def prompt(system: str, turns: Sequence[Turn]) -> tuple[Message, ...]:
    """What the model is sent. An answer without a word leaves no trace, and the questions around it become one:
    templates of chat models want the roles to alternate."""
    messages = [Message.of("system", system)] if system.strip() else []
    for turn in turns:
        message = turn.message
        if message.role == "assistant":
            if message.text:
                messages.append(Message("assistant", tuple(p for p in message.parts if isinstance(p, TextPart))))
        elif messages and messages[-1].role == "user":
            messages.append(Message("user", messages.pop().parts + message.parts))
        else:
            messages.append(message)
    return tuple(messages)
