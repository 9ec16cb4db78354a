"""A kept conversation, brought back: rows on the store's thread, pixels on the reader's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanlight.core.chat.attachment_reader import read_attachment
from fanlight.core.chat.record import ConversationRecord
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.domain.errors import PictureError, StoreError
from fanlight.domain.messages import ImagePart, Message, Part
from fanlight.domain.stored import StoredMessage, StoredPicture

if TYPE_CHECKING:
    from fanlight.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """`files` are the pictures by sha256; those that cannot be read are not in it."""

    conversation_id: int
    messages: tuple[StoredMessage, ...]
    files: dict[str, bytes]


def fetch(database: Database, conversation_id: int) -> StoredConversation:
    """Raises StoreError, but not for a picture that is lost."""
    messages = tuple(database.messages(conversation_id))
    files: dict[str, bytes] = {}
    for picture in (picture for message in messages for picture in message.pictures):
        try:
            files[picture.sha256] = database.picture(picture.sha256)
        except StoreError:
            continue
    return StoredConversation(conversation_id, messages, files)


def rebuild(fetched: StoredConversation, longest_side: int) -> ConversationRecord:
    """Slow where there are pictures."""
    known: dict[str, Attachment | None] = {}
    kept = [(_turn(message, fetched.files, longest_side, known), message.id) for message in fetched.messages]
    return ConversationRecord(fetched.conversation_id, kept)


def _turn(
    stored: StoredMessage, files: dict[str, bytes], longest_side: int, known: dict[str, Attachment | None]
) -> Turn:
    parts: list[Part] = []
    attachments: list[Attachment] = []
    lost = 0
    for part in stored.parts:
        if not isinstance(part, StoredPicture):
            parts.append(part)
        elif (one := _attachment(part, files, longest_side, known)) is not None:
            parts.append(ImagePart(one.picture.image))
            attachments.append(one)
        else:
            lost += 1
    notice = f"{lost} picture{'s' if lost > 1 else ''} of this message cannot be read any more." if lost else ""
    return Turn(Message(stored.role, tuple(parts)), tuple(attachments), stored.state, stored.footer, notice)


def _attachment(
    stored: StoredPicture, files: dict[str, bytes], longest_side: int, known: dict[str, Attachment | None]
) -> Attachment | None:
    if stored.sha256 not in known:
        try:
            known[stored.sha256] = read_attachment(files.get(stored.sha256, b""), stored.name, longest_side)
        except PictureError:
            known[stored.sha256] = None
    return known[stored.sha256]
