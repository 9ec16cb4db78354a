"""Reads a picture, wherever it comes from, as an `Attachment`. It takes up to a second: call it on a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fanlight.core.chat.turns import THUMBNAIL_SIDE, Attachment
from fanlight.domain.messages import Picture
from fanlight.files import shown_name

Source = Path | bytes | Callable[[str, int], Picture]
"""A file, the bytes of one, or a function of (name, longest side) that makes the picture, such as
`partial(mime.from_qimage, image)`."""


def read_attachment(source: Source, name: str, longest_side: int, page: int = 1) -> Attachment:
    """Page number `page` of a file. Slow, on any thread. Raises PictureError."""
    from fanlight.pictures import files

    if isinstance(source, Path):
        return attachment_of(replace(files.read_file(source, longest_side, page=page), name=shown_name(source)))
    if isinstance(source, bytes):
        return attachment_of(files.read_bytes(source, name, longest_side, page=page))
    return attachment_of(source(name, longest_side))


def attachment_of(picture: Picture) -> Attachment:
    """`picture` with its thumbnail. Milliseconds, on any thread."""
    from fanlight.pictures.thumbnails import thumbnail

    return Attachment.of_picture(picture, thumbnail(picture.image, THUMBNAIL_SIDE))


def prepare_decoder() -> None:
    """Milliseconds, on any thread; it goes on starting in the background."""
    from fanlight.pictures import files

    files.prepare()


def import_picture_library() -> None:
    """Ahead of the first picture, on a thread: the import takes some 100 ms."""
    from fanlight.pictures import files, thumbnails  # noqa: F401
