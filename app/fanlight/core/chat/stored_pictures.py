"""Pictures and documents that are on disk: pixels and files are read again when they are needed, and are not kept in
memory.

A conversation of hundreds of pictures takes no more than those that are in use: a few of the model's, and for the
screen a compressed thumbnail each.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from fanlight.core.chat.stored_documents import PageIndexes, shelved_document
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import DocumentPart, Image, ImagePart, Part, Picture

MOST_BYTES = 48 * 2**20
"""Pixels that stay in memory after their use."""

ReadFile = Callable[[str], bytes]
"""The file of a picture by its sha256, on any thread. Raises StoreError."""


class PixelCache:
    """The pixels used last. Any thread."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._pixels: OrderedDict[str, bytes] = OrderedDict()
        self.size = 0

    def get(self, key: str, load: Callable[[], bytes]) -> bytes:
        with self._lock:
            if (found := self._pixels.get(key)) is not None:
                self._pixels.move_to_end(key)
                return found
        loaded = load()  # takes milliseconds: others need not wait
        with self._lock:
            if key not in self._pixels:
                self._pixels[key] = loaded
                self.size += len(loaded)
            while self.size > self._most_bytes and len(self._pixels) > 1:
                self.size -= len(self._pixels.popitem(last=False)[1])
        return loaded


class StoredImage(Image):
    """Equal to the Image it stands for. `rgb` takes as long as reading it does, and may raise FanlightError."""

    __slots__ = ("_load",)
    _load: Callable[[], bytes]

    def __init__(self, like: Image, load: Callable[[], bytes]) -> None:
        for name in ("id", "width", "height", "low"):
            object.__setattr__(self, name, getattr(like, name))
        object.__setattr__(self, "_load", load)

    @property
    def rgb(self) -> bytes:
        return self._load()


class StoredFile(Picture):
    """A Picture whose file is read when it is asked for."""

    __slots__ = ("_read",)
    _read: Callable[[], bytes]

    def __init__(self, like: Picture, image: Image, read: Callable[[], bytes]) -> None:
        for name in ("kind", "width", "height", "name", "detail"):
            object.__setattr__(self, name, getattr(like, name))
        object.__setattr__(self, "image", image)
        object.__setattr__(self, "_read", read)

    @property
    def data(self) -> bytes:
        return self._read()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and (other.image, other.name) == (self.image, self.name)

    def __hash__(self) -> int:
        return hash(self.image)


class PictureShelf:
    """Turns attachments whose files are kept into ones that hold no pixels."""

    def __init__(self, cache: PixelCache | None = None) -> None:
        self._cache = cache or PixelCache()
        self.indexes = PageIndexes()

    def shelved(self, attachment: Attachment, sha256: str, read: ReadFile) -> Attachment:
        """Any thread; milliseconds, for the thumbnail."""
        image, picture, thumbnail = attachment.kept_image, attachment.picture, attachment.thumbnail
        if image is None or picture is None or thumbnail is None or isinstance(image, StoredImage):
            return attachment
        from fanlight.pictures.thumbnails import packed, unpacked

        side = max(image.width, image.height)
        small = packed(thumbnail)
        cache, key, kept = self._cache, image.id, picture.name

        def load() -> bytes:
            from fanlight.pictures.files import read_bytes

            return read_bytes(read(sha256), kept, side).image.rgb

        stored = StoredImage(image, lambda: cache.get(key, load))
        return replace(
            attachment,
            part=ImagePart(stored, attachment.moment),
            picture=StoredFile(picture, stored, lambda: read(sha256)),
            thumbnail=StoredImage(thumbnail, lambda: unpacked(small)),
        )

    def shelved_turn(self, turn: Turn, read: ReadFile) -> Turn:
        """The same object where nothing is to be given back. Computes the names of files: milliseconds each."""
        kept = tuple(self._by_content(one, read) for one in turn.attachments)
        if all(new is old for new, old in zip(kept, turn.attachments, strict=True)):
            return turn
        images = {
            old.image.id: one.image for old, one in zip(turn.attachments, kept, strict=True) if old.image is not None
        }
        documents = {one.document.id: one.document for one in kept if one.document is not None}

        def shelved_part(part: Part) -> Part:
            if isinstance(part, DocumentPart):
                return replace(part, document=documents.get(part.document.id, part.document))
            image = images.get(part.image.id) if isinstance(part, ImagePart) else None
            return replace(part, image=image) if isinstance(part, ImagePart) and image is not None else part

        parts = tuple(map(shelved_part, turn.message.parts))
        return replace(turn, message=replace(turn.message, parts=parts), attachments=kept)

    def _by_content(self, attachment: Attachment, read: ReadFile) -> Attachment:
        if isinstance(attachment.part, DocumentPart):
            shelved = shelved_document(attachment.part.document, read)
            same = shelved is attachment.part.document
            if attachment.index is not None:
                self.indexes.keep(shelved.id, attachment.index)
            return attachment if same else replace(attachment, part=replace(attachment.part, document=shelved))
        if attachment.picture is None or isinstance(attachment.picture, StoredFile) or not attachment.picture.data:
            return attachment
        sha256 = hashlib.sha256(attachment.picture.data).hexdigest()
        try:
            return self.shelved(attachment, sha256, read) if read(sha256) == attachment.picture.data else attachment
        except StoreError:
            return attachment
