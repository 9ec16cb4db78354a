"""A saved conversation is read again: rows on the store's thread, pixels on the one that reads files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanlight.core.chat.attachment_reader import read_attachment
from fanlight.core.chat.saved_turns import SavedTurns
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.domain.errors import PictureError, StoreError
from fanlight.domain.messages import Message, Part
from fanlight.domain.stored import StoredMessage, StoredPicture
from fanlight.i18n import ngettext

if TYPE_CHECKING:
    from fanlight.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """`files` are the pictures by sha256; those that cannot be read are not in it."""

    conversation_id: int
    messages: tuple[StoredMessage, ...]
    files: dict[str, bytes]


def fetch_conversation(database: Database, conversation_id: int) -> StoredConversation:
    """Raises StoreError, but not for a picture that is lost."""
    messages = tuple(database.messages(conversation_id))
    files: dict[str, bytes] = {}
    for picture in (picture for message in messages for picture in message.pictures):
        try:
            files[picture.sha256] = database.picture(picture.sha256)
        except StoreError:
            continue
    return StoredConversation(conversation_id, messages, files)


def rebuild_turns(fetched: StoredConversation, longest_side: int) -> SavedTurns:
    """Slow where there are pictures."""
    known: dict[str, Attachment | None] = {}
    turns = [(_turn(message, fetched.files, longest_side, known), message.id) for message in fetched.messages]
    return SavedTurns(fetched.conversation_id, turns)


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
            parts.append(one.part)
            attachments.append(one)
        else:
            lost += 1
    notice = _lost_notice(lost) if lost else ""
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


def _lost_notice(count: int) -> str:
    return ngettext(
        "{count} picture in this message can no longer be read.",
        "{count} pictures in this message can no longer be read.",
        count,
    ).format(count=count)
