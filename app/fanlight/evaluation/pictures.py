"""Pictures of cases: as they are, for a table, and small, for a page."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

from fanlight.batch.picture_sources import PictureSource, find_pictures
from fanlight.domain.errors import FanlightError, PictureError
from fanlight.domain.messages import Image
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _

_SMALL_SIDE = 240
_LARGE_SIDE = 4096
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def file_content(name: str, folder: Path) -> bytes:
    """Of the one file that `name` means; a page of several becomes a picture of its own. Raises PictureError."""
    sources = find_pictures(name, folder)
    if len(sources) != 1:
        raise PictureError(
            _("“{name}” stands for {count} pictures.").format(name=name, count=len(sources)),
            _("Name them one by one, so that they can be written into a table."),
        )
    return _content(sources[0])


def small_picture(name: str, folder: Path) -> list[str]:
    """`data:` addresses of what `name` means, of at most 240 pixels a side; [] where it cannot be read."""
    try:
        small = [png(source.read(_SMALL_SIDE)) for source in find_pictures(name, folder)]
    except FanlightError:
        return []
    return [f"data:image/png;base64,{base64.b64encode(one).decode('ascii')}" for one in small]


def png(image: Image) -> bytes:
    """By the PNG specification: 8 bits a channel, RGB, no filter."""
    stride = image.width * 3
    rows = b"".join(b"\0" + image.rgb[at : at + stride] for at in range(0, len(image.rgb), stride))
    head = struct.pack(">IIBBBBB", image.width, image.height, 8, 2, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _content(source: PictureSource) -> bytes:
    if source.page is not None:
        return png(source.read(_LARGE_SIDE))
    try:
        return source.data if source.path is None else source.path.read_bytes()
    except OSError as error:
        raise PictureError(
            _("{path} cannot be read: {reason}.").format(path=source.name, reason=os_reason(error))
        ) from error
