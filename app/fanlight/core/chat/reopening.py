"""A saved conversation is read again: rows on the store's thread, pixels on the one that reads files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fanlight.core.chat.attachment_reader import frame_of, read_attachment, reopened_document, with_sound
from fanlight.core.chat.saved_turns import SavedTurns
from fanlight.core.chat.stored_documents import StoredDocumentFile
from fanlight.core.chat.stored_pictures import PictureShelf, ReadFile
from fanlight.core.chat.turns import Attachment, Turn, TurnTree
from fanlight.domain.branches import path_to
from fanlight.domain.detail import Detail
from fanlight.domain.errors import PictureError, StoreError
from fanlight.domain.messages import DocumentPart, Message, Part
from fanlight.domain.reading import holds_text_read
from fanlight.domain.sounds import Sound
from fanlight.domain.stored import StoredDocument, StoredMessage, StoredPicture
from fanlight.i18n import ngettext

if TYPE_CHECKING:
    from fanlight.store.database import Database


END_MESSAGES = 60


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """`read` returns the file of a picture, on any thread."""

    conversation_id: int
    messages: tuple[StoredMessage, ...]
    read: ReadFile
    shown_end: int = 0
    """The message that ends the shown branch."""


def fetch_conversation(database: Database, conversation_id: int) -> StoredConversation:
    """Raises StoreError, but not for a picture that is lost."""
    messages, end = tuple(database.messages(conversation_id)), database.shown_end(conversation_id)
    return StoredConversation(conversation_id, messages, database.picture, end)


@dataclass(frozen=True, slots=True)
class StoredEnd:
    """What is on the screen first of a long conversation; `before`: how many messages stand before it."""

    messages: tuple[StoredMessage, ...]
    before: int
    read: ReadFile

    @property
    def has_pictures(self) -> bool:
        return any(message.pictures for message in self.messages)


def fetch_end(database: Database, conversation_id: int) -> StoredEnd | None:
    """None where all of it is to be read at once: it is short, or its end cannot be shown without the rest. Raises
    StoreError."""
    found = database.last_messages(conversation_id, END_MESSAGES)
    if found is None or any(message.documents for message in found[1]):
        return None
    return StoredEnd(tuple(found[1]), found[0], database.picture)


@dataclass(frozen=True, slots=True)
class ReopenedConversation:
    turns: TurnTree
    saved: SavedTurns


@dataclass(frozen=True, slots=True)
class ReopenedEnd:
    turns: tuple[Turn, ...]
    before: int


def rebuild_end(fetched: StoredEnd, longest_side: int, shelf: PictureShelf) -> ReopenedEnd:
    """As `rebuild_turns`."""
    builder = _TurnBuilder(fetched.read, longest_side, shelf)
    turns: list[Turn] = []
    for message in fetched.messages:
        turns.append(builder.turn(message, turns[-1].key if turns else 0))
    return ReopenedEnd(tuple(turns), fetched.before)


def rebuild_turns(fetched: StoredConversation, longest_side: int, shelf: PictureShelf) -> ReopenedConversation:
    """Slow where there are pictures: each is read once, for what is known of it, and none is held in memory."""
    builder = _TurnBuilder(fetched.read, longest_side, shelf)
    made: dict[int, Turn] = {}
    for message in fetched.messages:
        made[message.id] = builder.turn(message, made[message.parent].key if message.parent else 0)
    on_path = path_to({one.id: one.parent for one in fetched.messages}, fetched.shown_end)
    shown = tuple(made[id_] for id_ in on_path)
    aside = tuple(made[id_] for id_ in made.keys() - set(on_path))
    saved = {turn.key: (turn, id_) for id_, turn in made.items()}
    return ReopenedConversation(TurnTree(shown, aside), SavedTurns(fetched.conversation_id, saved, fetched.shown_end))


class _TurnBuilder:
    def __init__(self, read: ReadFile, longest_side: int, shelf: PictureShelf) -> None:
        self._read, self._longest_side, self._shelf = read, longest_side, shelf
        self._known: dict[tuple[str, Detail, bool], Attachment | None] = {}
        """By the name of the file, the detail, and whether it is a frame of a clip."""
        self._documents: dict[str, Attachment] = {}

    def turn(self, stored: StoredMessage, parent: int) -> Turn:
        """`parent`: the key of the turn before it."""
        parts: list[Part] = []
        attachments: list[Attachment] = []
        lost = 0
        for part in stored.parts:
            if not isinstance(part, StoredPicture | StoredDocument):
                parts.append(part)
            elif (one := self._attached(part)) is not None:
                parts.append(one.part)
                attachments.append(one)
            else:
                lost += 1
        notice = _lost_notice(lost) if lost else ""
        message = Message(stored.role, tuple(parts))
        beside = bool(attachments) and holds_text_read(message.text)
        shown = (message, tuple(attachments), stored.state, stored.footer, notice)
        return Turn(*shown, text_beside_picture=beside, parent=parent)

    def _attached(self, stored: StoredPicture | StoredDocument) -> Attachment | None:
        return self._attachment(stored) if isinstance(stored, StoredPicture) else self._document(stored)

    def _document(self, stored: StoredDocument) -> Attachment | None:
        """Its text is in the row, or in that of an earlier message: it can be asked about even where its file is
        lost."""
        sha256 = stored.sha256
        if stored.texts and self._is_new(stored):
            document = StoredDocumentFile(sha256, stored.name, stored.kind, stored.texts, lambda: self._read(sha256))
            self._documents[sha256] = reopened_document(document, self._shelf.indexes.of(document))
        if (known := self._documents.get(sha256)) is None or known.document is None:
            return None
        pages = tuple(page for page in stored.pages if page <= known.document.page_count)
        if not pages:
            return None
        sound = self._sound(sha256) if stored.kind == "sound" and stored.texts else None
        sent = sound if stored.as_sound else None
        reopened = replace(known, part=DocumentPart(known.document, pages, again=not stored.texts, sound=sent))
        return with_sound(reopened, sound) if sound is not None else reopened

    def _is_new(self, stored: StoredDocument) -> bool:
        """The same sound may have been written down otherwise, or not at all, when it was attached before."""
        known = self._documents.get(stored.sha256)
        document = known.document if known is not None else None
        return document is None or (stored.kind == "sound" and document.texts != stored.texts)

    def _sound(self, sha256: str) -> Sound | None:
        """None where it is lost, or was not kept: what is said in it is left."""
        try:
            return Sound.of_wav(self._read(sha256))
        except (StoreError, ValueError):
            return None

    def _attachment(self, stored: StoredPicture) -> Attachment | None:
        sha256, key = stored.sha256, (stored.sha256, stored.detail, stored.moment is not None)
        if key not in self._known:
            try:
                whole = read_attachment(self._read(sha256), stored.name, self._longest_side, detail=stored.detail)
                whole = frame_of(whole, stored.moment) if stored.moment is not None else whole
                self._known[key] = self._shelf.shelved(whole, sha256, self._read)
            except (PictureError, StoreError):
                self._known[key] = None
        found = self._known[key]
        return found.at(stored.moment) if found is not None and stored.moment is not None else found


def _lost_notice(count: int) -> str:
    return ngettext(
        "{count} picture in this message can no longer be read.",
        "{count} pictures in this message can no longer be read.",
        count,
    ).format(count=count)
