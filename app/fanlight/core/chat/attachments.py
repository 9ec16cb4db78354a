"""The pictures and documents of the question to come: the only place that holds them. Chips show what is here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import is_not
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.document_pages import as_draft
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import TokenCountJob
from fanlight.core.chat.turns import Attachment
from fanlight.domain.clips import Clip
from fanlight.domain.documents import Document
from fanlight.domain.events import Finished, ImageReady, PromptProgress, SizeCounted, SoundReady, TokensCounted
from fanlight.domain.messages import ImagePart
from fanlight.domain.slots import Slot

if TYPE_CHECKING:
    from fanlight.documents.page_index import PageIndex

Status = Literal["reading", "encoding", "ready", "unsupported"]
"""From the file to the model: being read; waiting for the vision encoder or in it; encoded (or never to be, where
the model failed to load); not to be encoded, because the model does not support images."""

PrefetchEvent = ImageReady | SoundReady | PromptProgress | TokensCounted | Finished
"""Events about pictures whose question is not asked yet."""

_keys = itertools.count(1)


@dataclass(frozen=True, slots=True)
class AttachmentItem:
    """One place among the attachments; `attachment` is None while it is read. `progress` is tokens done of all. Its
    file has so many `pages`, of which another one can be chosen."""

    key: int
    name: str
    attachment: Attachment | None = None
    status: Status = "reading"
    progress: tuple[int, int] | None = None
    pages: int = 1
    frames: tuple[Attachment, ...] = ()
    """Of a clip that is shown as one item (`clip_items.one_a_clip`)."""

    @property
    def clip(self) -> Clip | None:
        """Of which it is a frame."""
        return self.attachment.clip if self.attachment is not None else None


class Attachments(QObject):
    """`items` in the order of attaching, those included that are still being read; `read` without these."""

    changed = Signal()
    """`items` has changed: which there are, or their status, progress or tokens."""
    attached = Signal()
    """`read` has changed: another question is to be prefetched."""
    tokens_counted = Signal(TokensCounted)

    def __init__(self, host: ModelHost, parent: QObject, slot: Callable[[], Slot] = lambda: Slot.WINDOW) -> None:
        super().__init__(parent)
        self._host, self._slot = host, slot
        self._items: tuple[AttachmentItem, ...] = ()
        host.changed.connect(self._on_host_changed)

    @property
    def items(self) -> tuple[AttachmentItem, ...]:
        return self._items

    @property
    def read(self) -> tuple[Attachment, ...]:
        return tuple(item.attachment for item in self._items if item.attachment is not None)

    @property
    def reading(self) -> bool:
        """Whether one is still being read."""
        return any(item.attachment is None for item in self._items)

    def item(self, key: int) -> AttachmentItem | None:
        return next((item for item in self._items if item.key == key), None)

    def expect(self, name: str) -> int:
        """A place for a picture that is being read; the key is for `resolve` or `remove`."""
        item = AttachmentItem(next(_keys), name)
        self._items = (*self._items, item)
        self.changed.emit()
        return item.key

    def resolve(self, key: int, attachment: Attachment, pages: int = 1) -> bool:
        """The picture is read; `pages` of its file can be chosen from. False when its place was removed meanwhile."""
        if (item := self.item(key)) is None:
            return False
        resolved = _with_attachment(replace(item, pages=max(pages, item.pages)), attachment)
        self._update([resolved if item.key == key else item for item in self._items])
        self._on_attached([attachment])
        return True

    def resolve_several(self, key: int, attachments: Sequence[Attachment]) -> bool:
        """As `resolve`, for what becomes several attachments, side by side in its place."""
        if all(item.key != key for item in self._items):
            return False
        keys = [key, *itertools.islice(_keys, len(attachments) - 1)]
        made = [
            _with_attachment(AttachmentItem(own, one.name), one) for own, one in zip(keys, attachments, strict=True)
        ]
        self._update([new for item in self._items for new in (made if item.key == key else [item])])
        self._on_attached(attachments)
        return True

    def show_reading(self, key: int, done: int, total: int) -> None:
        """How far what is being read is."""
        self._update(
            replace(item, progress=(done, total)) if item.key == key and item.status == "reading" else item
            for item in self._items
        )

    def replace(self, key: int, attachment: Attachment) -> None:
        """Another picture in the place of one that is read, such as the same one redacted: its file has no other
        pages."""
        if any(item.key == key for item in self._items):
            new = _with_attachment(AttachmentItem(key, attachment.name), attachment)
            self._update([new if item.key == key else item for item in self._items])
            self._on_attached([attachment])

    def show_pages_read(self, document: Document, index: PageIndex, left: int) -> None:
        """Texts of the pages of `document` are known."""
        before = self._items
        self._update([_with_pages_read(item, document, index, left) for item in before])
        if not left and any(map(is_not, before, self._items)):  # each time the model would read all again
            self.attached.emit()

    def expect_page(self, key: int) -> Attachment | None:
        """Another page of the file, or the same picture in another detail, is being read, until `resolve`; returns what
        was there, None while that is read."""
        before = self.item(key)
        if before is None or before.attachment is None:
            return None
        self._update([_unread(item) if item is before else item for item in self._items])
        return before.attachment

    def expect_part(self, key: int) -> tuple[Attachment, ...]:
        """Other frames of the clip whose first one has this key are being read, until `resolve_several`; returns those
        that were there, none where it is no clip."""
        first = self.item(key)
        clip = first.clip if first is not None else None
        if first is None or clip is None:
            return ()
        frames = [item for item in self._items if item.clip == clip]
        waiting = AttachmentItem(key, clip.name)
        kept = [waiting if item is first else item for item in self._items if item is first or item not in frames]
        self._update(kept)
        return tuple(item.attachment for item in frames if item.attachment is not None)

    def expect_text(self) -> list[tuple[int, Attachment]]:
        """The pictures whose text is to be read; their places are as those that are being read until `resolve`."""
        wanted = [
            (item.key, item.attachment)
            for item in self._items
            if item.attachment is not None and item.attachment.image is not None and not item.attachment.text
        ]
        keys = [key for key, _attachment in wanted]
        self._update([_unread(item) if item.key in keys else item for item in self._items])
        return wanted

    def listen(self, key: int, listens: bool) -> None:
        """Send the sound of a recording itself, or what is said in it."""
        item = self.item(key)
        if item is None or item.attachment is None:
            return
        chosen = item.attachment.listened(listens)
        if chosen is not item.attachment:
            self._update([_with_attachment(one, chosen) if one is item else one for one in self._items])
            self._on_attached([chosen])

    def remove(self, key: int) -> None:
        """With a frame of a clip its other frames."""
        clip = next((item.clip for item in self._items if item.key == key), None)
        kept = [item for item in self._items if item.key != key and (clip is None or item.clip != clip)]
        if len(kept) != len(self._items):
            self._update(kept)
            self.attached.emit()

    def set(self, attachments: Sequence[Attachment]) -> None:
        """Hold exactly these."""
        attachments = as_draft(attachments)
        before = self.read
        if tuple(attachments) == before and not self.reading:
            return
        self._update([_with_attachment(AttachmentItem(next(_keys), one.name), one) for one in attachments])
        self._on_attached([one for one in attachments if one not in before])

    def put_back(self, attachments: Sequence[Attachment]) -> None:
        """Hold these, too, before the others."""
        if attachments := as_draft(attachments):
            first = [_with_attachment(AttachmentItem(next(_keys), one.name), one) for one in attachments]
            self._update([*first, *self._items])
            self._on_attached(attachments)

    def detach_read(self) -> tuple[Attachment, ...]:
        """Remove and return those that are read: they go into a question. What is still being read stays."""
        taken = self.read
        self._update([item for item in self._items if item.attachment is None])
        return taken

    def on_event(self, event: PrefetchEvent) -> None:
        """What a prefill or a count reports."""
        match event:
            case TokensCounted(image_id, tokens):
                self._update(_counted(self._items, image_id, tokens))
            case ImageReady(image_id, tokens) | SoundReady(image_id, tokens):
                counted = _counted(self._items, image_id, tokens)
                self._update([_ended(item) if _shows(item, image_id) else item for item in counted])
            case PromptProgress(done, total):
                if 0 < done < total:
                    self._update([_with_progress(item, done, total) for item in self._items])
            case Finished():
                self._update([_ended(item) for item in self._items])

    def _on_attached(self, new: Sequence[Attachment]) -> None:
        """Have their tokens counted."""
        images = [attachment.part for attachment in new if isinstance(attachment.part, ImagePart)]
        sounds = [one.sent_sound for one in new if one.sent_sound is not None]
        images = images if self._host.supports_images_in(self._slot()) else []
        if (images or sounds) and self._host.chosen:
            pictures = [one.picture for one in new if one.picture is not None]
            costs = self._host.picture_costs
            is_its_own = self._host.picture_costs_in(self._slot()) is costs
            count = TokenCountJob(images, costs.unknown_sizes(pictures) if is_its_own else (), sounds)
            count.event_arrived.connect(self._on_counted)
            self._host.submit(count)
        self._mark()
        self.attached.emit()

    def _on_counted(self, event: TokensCounted | SizeCounted) -> None:
        if isinstance(event, SizeCounted):
            self._host.picture_costs.note(event)
        else:
            self.tokens_counted.emit(event)

    def _on_host_changed(self) -> None:
        if self._host.condition == "loading":  # another model counts and encodes anew
            self._update([_marked(item, "encoding") for item in self._items])
            if self._items:
                self._on_attached(self.read)
        else:
            self._mark()

    def _mark(self) -> None:
        """Correct the status of what will never be encoded, and what is sent of sounds."""
        most = self._host.hears_seconds_in(self._slot())
        self._update([_heard(item, most) for item in self._items])
        if not self._host.supports_images_in(self._slot()):
            self._update([_marked(item, "unsupported") for item in self._items])
        elif self._host.condition == "failed":
            self._update([_marked(item, "ready") for item in self._items])

    def _update(self, items: Iterable[AttachmentItem]) -> None:
        before, self._items = self._items, tuple(items)
        if len(before) != len(self._items) or any(map(is_not, before, self._items)):
            self.changed.emit()


def _with_pages_read(item: AttachmentItem, document: Document, index: PageIndex, left: int) -> AttachmentItem:
    read = item.attachment.with_pages_read(document, index, left) if item.attachment is not None else None
    return item if read is item.attachment else replace(item, attachment=read)


def _unread(item: AttachmentItem) -> AttachmentItem:
    return replace(item, attachment=None, status="reading", progress=None)


def _marked(item: AttachmentItem, status: Status) -> AttachmentItem:
    if item.attachment is None or item.status == status:
        return item
    if item.attachment.image is None and (item.attachment.sent_sound is None or status == "unsupported"):
        return item
    if status == "unsupported" and item.attachment.text:
        status = "ready"
    return replace(item, status=status, progress=None)


def _heard(item: AttachmentItem, hears_seconds: int) -> AttachmentItem:
    """As text where the model does not hear so much."""
    sound = item.attachment.sent_sound if item.attachment is not None else None
    if item.attachment is None or sound is None or sound.seconds <= hears_seconds:
        return item
    return _with_attachment(item, item.attachment.listened(False))


def _with_attachment(item: AttachmentItem, attachment: Attachment) -> AttachmentItem:
    is_encoded = attachment.image is not None or attachment.sent_sound is not None
    status: Status = "encoding" if is_encoded else "ready"
    return replace(item, attachment=attachment, status=status)


def _with_progress(item: AttachmentItem, done: int, total: int) -> AttachmentItem:
    return replace(item, progress=(done, total)) if item.status == "encoding" else item


def _ended(item: AttachmentItem) -> AttachmentItem:
    return replace(item, status="ready", progress=None) if item.status == "encoding" else item


def _shows(item: AttachmentItem, image_id: str) -> bool:
    return item.attachment is not None and item.attachment.shows(image_id)


def _counted(items: Iterable[AttachmentItem], image_id: str, tokens: int) -> list[AttachmentItem]:
    return [
        replace(item, attachment=replace(item.attachment, tokens=tokens))
        if tokens and item.attachment is not None and _shows(item, image_id)
        else item
        for item in items
    ]
