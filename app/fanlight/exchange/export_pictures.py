"""Pictures of other programs' exports: in the messages as data, or as files beside them. They are found when an export
is read, and read one conversation at a time when that is written."""

from __future__ import annotations

import base64
import hashlib
import logging
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path, PurePosixPath

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, PictureFile
from fanlight.domain.errors import PictureError
from fanlight.domain.messages import TextPart
from fanlight.domain.path_kinds import look_at
from fanlight.domain.stored import StoredPicture
from fanlight.exchange.export_files import MOST_FILES, is_archive
from fanlight.pictures.limits import MAX_BYTES

log = logging.getLogger(__name__)

_UNREADABLE = (OSError, ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error, PictureError)
_AFTER_NAME = "-._"
_SHORTEST_NAME = 8

Read = Callable[[], bytes]


class ExportFiles:
    """What is in the folder or the archive of an export, or beside its file. Listed when the first is looked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, identifier: object, name: object = "") -> PictureFile | None:
        """The file that is called so, or whose name begins so. `name`: what the user called it."""
        if not isinstance(identifier, str) or len(identifier) < _SHORTEST_NAME:
            return None
        found = self._listed
        for i in range(bisect_left(found, identifier, key=lambda one: one[0]), len(found)):
            file, read = found[i]
            if not file.startswith(identifier):
                break
            if file == identifier or file[len(identifier)] in _AFTER_NAME:
                return PictureFile(name if isinstance(name, str) and name else file, read)
        return None

    @cached_property
    def _listed(self) -> list[tuple[str, Read]]:
        try:
            return sorted(islice(self._files(), MOST_FILES), key=lambda one: one[0])
        except _UNREADABLE as error:
            log.info("the files of %s cannot be listed: %r", self._path, error)
            return []

    def _files(self) -> Iterator[tuple[str, Read]]:
        if look_at(self._path).is_folder:
            folders = [self._path.rglob("*"), *_user_files(self._path)]
        elif is_archive(self._path):
            archive = zipfile.ZipFile(self._path)  # closed with the last of its pictures
            for member in archive.namelist():
                yield PurePosixPath(member).name, partial(_read_member, archive, member)
            return
        else:
            folders = [self._path.parent.iterdir(), *_user_files(self._path.parent)]
        for folder in folders:
            for file in folder:
                yield file.name, partial(_read_file, file)


def of_data(url: object) -> PictureFile | None:
    """Of a `data:` URL; None for any other address: nothing is fetched."""
    if not isinstance(url, str) or not url[:11].lower().startswith("data:image/"):
        return None
    return PictureFile("", partial(_decoded, url))


def urls_in(content: object) -> list[PictureFile | None]:
    """Of parts as OpenAI writes them: `{"type": "image_url", "image_url": {"url": "data:…"}}`."""
    found = [part.get("image_url") for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    return [of_data(one.get("url") if isinstance(one, dict) else one) for one in found]


def with_pictures(conversation: ArchivedConversation, longest_side: int = 1536) -> ArchivedConversation:
    """With all that can be read. Slow: each is decoded, so that it is known to be one, and kept without its
    metadata."""
    pictures = dict(conversation.pictures)
    messages = tuple(_with_pictures(message, longest_side, pictures) for message in conversation.messages)
    return replace(conversation, messages=messages, pictures=pictures)


def _with_pictures(message: ArchivedMessage, longest_side: int, kept: dict[str, bytes]) -> ArchivedMessage:
    if not message.files:
        return message
    from fanlight.pictures import files  # most exports have none

    parts = []
    for file in message.files:
        try:
            picture = files.read_bytes(file.read(), file.name, longest_side)
        except _UNREADABLE as error:
            log.info("a picture of an export cannot be read: %r", error)
            continue
        name = hashlib.sha256(picture.data).hexdigest()
        kept[name] = picture.data
        size = (picture.width, picture.height)
        parts.append(StoredPicture(name, picture.kind, file.name, *size, picture.image.id))
    names = ", ".join(file.name for file in message.files if file.name)
    return replace(message, parts=(*parts, *message.parts) or (TextPart(names or "–"),), files=())


def _user_files(folder: Path) -> list[Iterator[Path]]:
    """LM Studio keeps them beside its folder of conversations."""
    places = [above / "user-files" for above in (folder, *folder.parents[:3])]
    return [place.iterdir() for place in places if look_at(place).is_folder]


def _read_file(path: Path) -> bytes:
    found = look_at(path)
    if not found.is_file or found.size > MAX_BYTES:
        raise ValueError(path.name)
    return path.read_bytes()


def _read_member(archive: zipfile.ZipFile, member: str) -> bytes:
    """No more than a picture may have, whatever the archive says."""
    with archive.open(member) as file:
        return file.read(MAX_BYTES + 1)


def _decoded(url: str) -> bytes:
    head, _comma, data = url.partition(",")
    if not head.lower().endswith(";base64"):
        raise ValueError(head[:100])
    return base64.b64decode(data)
