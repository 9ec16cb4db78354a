"""Picture files become a `Picture`: read here, decoded in a parsing process (`fanlight.parsing`), checked here."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Image as Pixels
from fanlight.domain.messages import Picture
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import ParserCrashed, ParsingFailure
from fanlight.parsing.launching import ParserKind
from fanlight.parsing.pool import ParserPool, pool_of
from fanlight.pictures.limits import MAX_BYTES, MAX_PIXELS, check_bytes, subject_of
from fanlight.pictures.parser_task import decode_picture

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag

PARSER = ParserKind(
    "pictures", ("fanlight.pictures.parser_task", "fanlight.pictures.decode"), processes=1, memory_bytes=3 * 2**30
)
"""One at a time: two large pictures would double the peak of memory."""
SECONDS = 9.0
"""For one picture: the slowest that may be read take half of it on a usual computer."""
_KEPT = ("png", "jpeg", "webp", "avif")


def read_file(path: Path, longest_side: int = 1536, stop: StopFlag | None = None) -> Picture:
    """The picture in a file. Raises PictureError: missing, a folder, not readable, too large, not a picture, cut off,
    damaged."""
    name = path.name or str(path)
    return read_bytes(_content(path, subject_of(name)), name, longest_side, stop)


def read_bytes(data: bytes, name: str = "", longest_side: int = 1536, stop: StopFlag | None = None) -> Picture:
    """`longest_side`: pixels of the picture for the model; nothing is enlarged. Setting `stop` ends it at once. Slow;
    any thread. Raises PictureError."""
    subject = subject_of(name)
    check_bytes(len(data), subject)
    values = {"name": name, "longest_side": longest_side}

    def check(reply: Packet) -> Picture:
        return _checked(reply, data, name, longest_side)

    try:
        return parser().call(decode_picture, values, [data], check=check, seconds=SECONDS, stop=stop)
    except ParsingFailure as failure:
        raise PictureError(*failure.explained(subject)) from failure


def parser() -> ParserPool:
    """The processes that decode pictures."""
    return pool_of(PARSER)


def prepare() -> None:
    """Have a process started ahead of the first picture; returns at once, and raises nothing."""
    with suppress(ParsingFailure):  # said by the picture that needs it
        parser().prepare()


def _checked(reply: Packet, data: bytes, name: str, longest_side: int) -> Picture:
    """What the process sent, if it can be a picture: a process that a file has taken over may send anything."""
    try:
        width, height = (_bounded(side, longest_side) for side in reply.values["shown"])
        across, down = (_bounded(reply.values[side], MAX_PIXELS) for side in ("width", "height"))
        rgb, *changed = reply.blobs
        kept = data if reply.values["same"] is True else changed[0]
        if across * down > MAX_PIXELS or not 0 < len(kept) <= MAX_BYTES or reply.values["kind"] not in _KEPT:
            raise ValueError("out of range")
        pages = _bounded(reply.values["pages"], 10**6)
        return Picture(Pixels.of(width, height, rgb), kept, reply.values["kind"], across, down, name, pages)
    except (ValueError, LookupError, TypeError) as error:
        raise ParserCrashed(str(error)) from error


def _bounded(value: Any, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError("no such size")
    return value


def _content(path: Path, subject: str) -> bytes:
    """Raises PictureError."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise PictureError(_("{subject} is a folder.").format(subject=subject), _("Choose the pictures inside it."))
        if not stat.S_ISREG(found.st_mode):
            raise PictureError(_("{subject} is a device or a pipe, not a file.").format(subject=subject))
        if found.st_size:  # 0 is what files of /proc say
            check_bytes(found.st_size, subject)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PictureError(
            _("{subject} does not exist.").format(subject=subject), _("Check the name and the folder.")
        ) from None
    except PermissionError:
        raise PictureError(
            _("You do not have permission to read {subject}.").format(subject=subject),
            _("Change its permissions, or copy it to a folder of your own."),
        ) from None
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else error
        raise PictureError(
            _("{subject} cannot be read: {reason}.").format(subject=subject, reason=reason),
            _("Check the name and the folder."),
        ) from None
