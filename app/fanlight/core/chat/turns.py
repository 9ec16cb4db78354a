"""What a conversation on the screen is made of, as values."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fanlight.core.chat.attachment_captions import pages_text, sound_text, with_tokens, with_unread
from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.chat.stored_documents import with_texts
from fanlight.domain.clips import Clip, Moment
from fanlight.domain.detail import Detail
from fanlight.domain.documents import Document
from fanlight.domain.messages import DocumentPart, Image, ImagePart, Message, Part, Picture, TextPart
from fanlight.domain.models import ThinkingMode
from fanlight.domain.reading import with_text_read, without_text_read
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.domain.stored import State
from fanlight.i18n import _, format_number
from fanlight.model_settings import sampling_of
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.documents.page_index import PageIndex

THUMBNAIL_SIDE = 320
_BESIDE_FRAMES = 0.35
"""Of the room for pages, where frames of clips take half of the context."""
_keys = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Attachment:
    """What the user adds to a question. `part` stands for it in the message; `picture` has the file that is kept, where
    there is one; `thumbnail` is at most THUMBNAIL_SIDE device pixels long. A kind that has no picture needs neither."""

    part: Part
    name: str
    picture: Picture | None = None
    thumbnail: Image | None = field(default=None, compare=False)
    tokens: int = field(default=0, compare=False)
    """What it takes of the context; 0 is not known."""
    text: str = ""
    """What was read in it, for a model that does not support pictures."""
    thumbnail_page: int = field(default=0, compare=False)
    """The page of the document that `thumbnail` shows; 0: none, a sheet stands for it until it is drawn."""
    index: PageIndex | None = field(default=None, compare=False)
    """Of a document: finds the pages that a question needs."""
    unread_pages: int = field(default=0, compare=False)
    """Without text, and still to be read."""
    sound: Sound | None = field(default=None, compare=False)
    """Of a recording: a model that hears can be sent it instead of what is said."""

    @classmethod
    def of_document(cls, document: Document, index: PageIndex, thumbnail: Image, thumbnail_page: int = 1) -> Attachment:
        """None of its pages is chosen yet."""
        part = DocumentPart(document, ())
        return cls(part, document.name, thumbnail=thumbnail, thumbnail_page=thumbnail_page, index=index)

    @classmethod
    def of_picture(cls, picture: Picture, thumbnail: Image, tokens: int = 0) -> Attachment:
        return cls(ImagePart(picture.image), picture.name, picture, thumbnail, tokens)

    @property
    def image(self) -> Image | None:
        """What the model is sent, if that is pixels: it has to be encoded."""
        return self.part.image if isinstance(self.part, ImagePart) else None

    @property
    def moment(self) -> Moment | None:
        """Where in a clip it comes from."""
        return self.part.moment if isinstance(self.part, ImagePart) else None

    @property
    def clip(self) -> Clip | None:
        return self.moment.clip if self.moment is not None else None

    def at(self, moment: Moment) -> Attachment:
        """As a frame of a clip."""
        assert isinstance(self.part, ImagePart)
        return replace(self, part=replace(self.part, moment=moment))

    def kept_among(self, kept: Mapping[str, Attachment]) -> Attachment:
        """The same picture with its file, where that is there, by the id of what the model is sent."""
        found = kept.get(self.image.id) if self.image is not None else None
        return replace(found, tokens=self.tokens) if found is not None else self

    @property
    def kept_image(self) -> Image | None:
        """What is seen in its file: less than `image` where the model is to see what is redacted."""
        return self.picture.image if self.picture is not None else self.image

    @property
    def shows_more_than_kept(self) -> bool:
        return self.image != self.kept_image

    @property
    def detail(self) -> Detail | None:
        """None where there is no choice: it is no picture, or the model is to see more than is kept."""
        if self.picture is None or self.moment is not None or self.shows_more_than_kept:
            return None
        return self.picture.detail

    @property
    def sent_sound(self) -> Sound | None:
        """What the model is sent, if that is sound: it has to be encoded."""
        return self.part.sound if isinstance(self.part, DocumentPart) else None

    def listened(self, listens: bool) -> Attachment:
        """As the sound itself, or as what is said in it; the same object where there is no choice."""
        wanted = self.sound if listens else None
        if not isinstance(self.part, DocumentPart) or self.sound is None or self.part.sound == wanted:
            return self
        return replace(self, part=replace(self.part, sound=wanted), tokens=0)

    @property
    def document(self) -> Document | None:
        return self.part.document if isinstance(self.part, DocumentPart) else None

    def for_question(self, text: str, room: int, pinned: Collection[int] = ()) -> Attachment | None:
        """With the pages of its document that this question needs, in so many tokens, first of all those that are
        `pinned`; a picture as it is. None where that depends on the question and there is none yet."""
        if not isinstance(self.part, DocumentPart) or self.index is None or self.part.pages:
            return self
        if self.part.sound is not None:  # its transcript is there for the user
            return replace(self, part=replace(self.part, pages=tuple(range(1, self.part.document.page_count + 1))))
        if not text.strip() and not self.index.fits(room):
            return None
        chosen = self.index.chosen(text, room, pinned=sorted(pinned))
        if self.unread_pages:  # their texts come later, and would make a question longer that was asked already
            chosen = tuple(page for page in chosen if self.index.texts[page - 1]) or chosen[:1]
        return replace(self, part=replace(self.part, pages=chosen))

    @property
    def page_to_draw(self) -> tuple[Document, int] | None:
        """The first page that the model is given, where `thumbnail` shows another one."""
        if not isinstance(self.part, DocumentPart) or self.part.document.kind != "pdf" or not self.part.pages:
            return None
        first = self.part.pages[0]
        return (self.part.document, first) if first != self.thumbnail_page else None

    def with_pages_read(self, document: Document, index: PageIndex, left: int) -> Attachment:
        """With the texts of `document`, where that is this one; else the same object."""
        if not isinstance(self.part, DocumentPart) or self.part.document.id != document.id:
            return self
        read = with_texts(self.part.document, document.texts)
        return replace(self, part=replace(self.part, document=read), index=index, unread_pages=left)

    def drawn(self, document_id: str, page: int, thumbnail: Image) -> Attachment:
        """With that page as its thumbnail, where that is to be drawn; else the same object."""
        wanted = self.page_to_draw
        if wanted is None or (wanted[0].id, wanted[1]) != (document_id, page):
            return self
        return replace(self, thumbnail=thumbnail, thumbnail_page=page)

    def shows(self, image_id: str) -> bool:
        return image_id in {one.id for one in (self.image, self.sent_sound) if one is not None}

    @property
    def caption(self) -> str:
        """What the model is sent: "1024 × 768, 36 tokens", "pages 2–5 of 20"."""
        if isinstance(self.part, DocumentPart) and self.part.sound is not None:
            return with_tokens(sound_text(self.part.sound), self.tokens)
        if isinstance(self.part, DocumentPart):
            return with_unread(pages_text(self.part), self.unread_pages)
        size = f"{self.image.width} × {self.image.height}" if self.image is not None else self.name
        if self.text:
            return _("{size}, its text was read").format(size=size)
        if self.detail in ("low", "high"):
            name = _("low detail") if self.detail == "low" else _("high detail")
            size = _("{size}, {detail}").format(size=size, detail=name)
        return with_tokens(size, self.tokens)

    @property
    def origin(self) -> str:
        """That it was made smaller for the model, if it was."""
        image, picture = self.image, self.picture
        if image is None or picture is None or (picture.width, picture.height) == (image.width, image.height):
            return ""
        return _("scaled down for the model; the original has {width} × {height} pixels").format(
            width=format_number(picture.width), height=format_number(picture.height)
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as shown and kept; edits keep its `key`, by which its place in the database is known."""

    message: Message
    attachments: tuple[Attachment, ...] = ()
    state: State = "complete"
    footer: str = ""
    """As `AnswerTimings.stored` writes it."""
    notice: str = ""
    error: str = ""
    """As `FanlightError.text` words it."""
    label: str = ""
    """Shown instead of the message's text: the name of a quick action; a question without what was read in its
    pictures."""
    shown: bool = True
    """Whether the transcript has it."""
    text_to_copy: str = ""
    """Where that is not the message's text, which is Markdown."""
    text_beside_picture: bool = False
    """What is written in the picture is in the question: a model that does not support images can answer it."""
    key: int = field(default_factory=lambda: next(_keys))
    parent: int = 0
    """The key of the turn that it follows, which is lower; 0 for none."""

    @property
    def is_blank(self) -> bool:
        """An answer of which nothing came."""
        return self.message.role == "assistant" and not (self.message.text or self.message.thinking)

    @property
    def brings_sound(self) -> bool:
        """Whether a recording, or what is said in one, comes with it; not where an earlier question has it."""
        return any(one.document.kind == "sound" and not one.again for one in self.message.documents)

    @property
    def shown_text(self) -> str:
        return self.label or self.message.text

    def counted(self, image_id: str, tokens: int) -> Turn:
        """With the number of tokens of the picture `image_id`; the same object where nothing changes."""
        if all(not one.shows(image_id) or one.tokens for one in self.attachments):
            return self
        known = [replace(one, tokens=tokens) if one.shows(image_id) else one for one in self.attachments]
        return replace(self, attachments=tuple(known))

    def drawn(self, document_id: str, page: int, thumbnail: Image) -> Turn:
        """With that page of a document as its thumbnail; the same object where nothing changes."""
        shown = tuple(one.drawn(document_id, page, thumbnail) for one in self.attachments)
        if all(new is old for new, old in zip(shown, self.attachments, strict=True)):
            return self
        return replace(self, attachments=shown)

    def with_pages_read(self, document: Document, index: PageIndex, left: int) -> Turn:
        """With the texts of `document` where it has that; the same object where nothing changes."""
        shown = tuple(one.with_pages_read(document, index, left) for one in self.attachments)
        if all(new is old for new, old in zip(shown, self.attachments, strict=True)):
            return self
        read = {old.part: new.part for new, old in zip(shown, self.attachments, strict=True) if new is not old}
        parts = tuple(read.get(part, part) if isinstance(part, DocumentPart) else part for part in self.message.parts)
        return replace(self, attachments=shown, message=replace(self.message, parts=parts))

    @property
    def shows_more_than_kept(self) -> bool:
        return any(one.shows_more_than_kept for one in self.attachments if one.image is not None)

    def with_picture(self, old: Collection[str], new: Attachment) -> Turn:
        """With `new` instead of the pictures with these ids, and without what was read in them; the same object where
        it has none of them."""
        if not any(one.image is not None and one.image.id in old for one in self.attachments):
            return self
        shown = [
            _in_place_of(one, new) if one.image is not None and one.image.id in old else replace(one, text="")
            for one in self.attachments
        ]
        parts = [
            replace(part, image=new.image)
            if isinstance(part, ImagePart) and part.image.id in old and new.image
            else part
            for part in self.message.parts
        ]
        if self.text_beside_picture:
            parts = [TextPart(without_text_read(one.text)) if isinstance(one, TextPart) else one for one in parts]
        message = replace(self.message, parts=tuple(parts))
        return replace(self, message=message, attachments=tuple(shown), label="", text_beside_picture=False)

    def for_window(self, kept: Mapping[str, Attachment]) -> Turn:
        """Of a quick panel's conversation, as the window shows and keeps it: `kept` are its pictures with their files,
        by the ids of what the model is sent of them."""
        attachments = tuple(one.kept_among(kept) for one in self.attachments)
        parts = tuple(
            kept[part.image.id].part if isinstance(part, ImagePart) and part.image.id in kept else part
            for part in self.message.parts
        )
        message = replace(self.message, parts=parts)
        return replace(self, message=message, attachments=attachments, label="", shown=True, text_to_copy="")

    def entry(self) -> TranscriptEntry:
        seen = [one for one in self.attachments if one.thumbnail is not None]
        return TranscriptEntry(
            role="user" if self.message.role == "user" else "assistant",
            text=self.shown_text,
            thinking=self.message.thinking,
            thumbnails=tuple([one.thumbnail for one in seen if one.thumbnail is not None]),
            captions=tuple([_shown_caption(one) for one in seen]),
            footer=self.footer,
            notice=self.notice,
            state=self.state,
            error=self.error,
        )


def _in_place_of(old: Attachment, new: Attachment) -> Attachment:
    named = replace(new, name=old.name)
    return named if old.moment is None else named.at(old.moment)


def _shown_caption(attachment: Attachment) -> str:
    """Below a question: with a document's name. It stays while pages are read: all would be laid out anew. Of a frame
    of a clip it is the time."""
    if attachment.moment is not None:
        return attachment.moment.time
    if not isinstance(attachment.part, DocumentPart):
        return attachment.caption
    sound = attachment.part.sound
    pages = sound_text(sound) if sound is not None else pages_text(attachment.part)
    if attachment.unread_pages:
        pages = _("{pages}, more are being read").format(pages=pages)
    return _("{name}, {pages}").format(name=attachment.name, pages=pages)


@dataclass(frozen=True, slots=True)
class TurnTree:
    """All turns of a conversation: those of the branch that is `shown`, in order, and those of the others."""

    shown: tuple[Turn, ...]
    aside: tuple[Turn, ...] = ()

    @property
    def in_order(self) -> list[Turn]:
        """Each after the one that it follows."""
        return sorted((*self.shown, *self.aside), key=lambda turn: turn.key)


def following(turn: Turn, parent: int) -> Turn:
    """With a new key: it follows `parent`, which may be younger than the turn was."""
    return replace(turn, key=next(_keys), parent=parent)


def question(
    text: str, attachments: Sequence[Attachment], room: int = 0, pinned: Mapping[str, Collection[int]] | None = None
) -> Turn:
    """What is attached comes before the text, and what was read in it behind; an empty `text` makes no part. Pages of
    documents may take `room` tokens; `pinned` are wanted in any case, by the ids of documents."""
    documents = sum(attachment.document is not None for attachment in attachments) or 1
    if any(attachment.clip is not None for attachment in attachments):
        room = int(_BESIDE_FRAMES * room)
    wanted = pinned or {}
    chosen = (
        one.for_question(text, room // documents, wanted.get(one.document.id, ()) if one.document else ())
        for one in attachments
    )
    attachments = [attachment for attachment in chosen if attachment is not None]
    read = "\n\n".join(attachment.text for attachment in attachments if attachment.text) if text else ""
    sent = with_text_read(text, read) if read else text
    parts = (*(attachment.part for attachment in attachments), *([TextPart(sent)] if sent else []))
    message = Message("user", parts)
    return Turn(message, tuple(attachments), label=text if read else "", text_beside_picture=bool(read))


def answer_turn() -> Turn:
    """An open answer without text."""
    return Turn(Message("assistant"), state="open")


def prompt(
    system: str, turns: Sequence[Turn], *, supports_images: bool = True, hears_seconds: int = 0
) -> tuple[Message, ...]:
    """What the model is sent. An empty answer is left out, and the questions around it become one:
    templates of chat models require the roles to alternate. Where the text of a picture is beside it, a model that does
    not support images is sent no picture. What is heard itself is text for a model that does not hear so much."""
    messages = [Message.of("system", system)] if system.strip() else []
    leaves_images_out = not supports_images and any(turn.text_beside_picture for turn in turns)
    for turn in turns:
        role, parts = turn.message.role, turn.message.parts
        if role == "assistant":
            if turn.message.text:
                said = tuple(part for part in parts if isinstance(part, TextPart))
                messages.append(turn.message if said == parts else Message(role, said))
            continue
        if leaves_images_out:
            parts = tuple(part for part in parts if not isinstance(part, ImagePart))
        parts = tuple(_without_sound(part, hears_seconds) for part in parts)
        before = messages.pop().parts if messages and messages[-1].role == role else ()
        whole = before + parts
        messages.append(turn.message if whole == turn.message.parts else Message(role, whole))
    return tuple(messages)


def _without_sound(part: Part, hears_seconds: int) -> Part:
    if not isinstance(part, DocumentPart) or part.sound is None or part.sound.seconds <= hears_seconds:
        return part
    return replace(part, sound=None)


def thinking_mode(settings: Settings, slot: Slot) -> ThinkingMode:
    """Whether the model thinks before it answers: about a capture it does not, since that is to be quick."""
    return "off" if slot is Slot.PANEL else sampling_of(settings).thinking
