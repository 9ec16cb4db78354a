"""Picture files become a `Picture`: opened here, decoded in a parsing process (`fanlight.parsing`), checked here."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Image as Pixels
from fanlight.domain.messages import Picture
from fanlight.domain.os_errors import os_reason
from fanlight.files import without_waiting
from fanlight.i18n import _
from fanlight.parsing.channel import Packet, passes_descriptors
from fanlight.parsing.failures import ParserCrashed, ParsingFailure
from fanlight.parsing.launching import ParserKind
from fanlight.parsing.pool import ParserPool, pool_of
from fanlight.pictures.limits import MAX_BYTES, MAX_PIXELS, check_bytes, subject_of
from fanlight.pictures.metadata import WITHOUT_CODING
from fanlight.pictures.parser_task import decode_picture

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag

PARSER = ParserKind(
    "pictures", ("fanlight.pictures.parser_task", "fanlight.pictures.decode"), processes=1, memory_bytes=3 * 2**30
)
"""One at a time: two large pictures would double the peak of memory."""
SECONDS = 9.0
"""For one picture: the slowest that may be read take half of it on a usual computer."""
_MOST_ANSWERS = 3
"""The pixels, the pixels of what was coded anew, and what is kept."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    longest_side: int
    page: int
    stop: StopFlag | None


def read_file(path: Path, longest_side: int = 1536, stop: StopFlag | None = None, page: int = 1) -> Picture:
    """The picture in a file. Raises PictureError: missing, a folder, not readable, too large, not a picture, cut off,
    damaged, no such page."""
    name = path.name or str(path)
    with _opened(path, subject_of(name)) as file:
        before = _state(file)
        if passes_descriptors() and before[0]:  # a size of 0 is what files of /proc say
            picture, data = _decoded(_Wanted(name, longest_side, page, stop), file)
            if _state(file) == before:
                return picture
        else:
            data = file.read(MAX_BYTES + 1)
    return read_bytes(data, name, longest_side, stop, page)


def read_bytes(
    data: bytes, name: str = "", longest_side: int = 1536, stop: StopFlag | None = None, page: int = 1
) -> Picture:
    """`longest_side`: pixels of the picture for the model; nothing is enlarged. `page`: of several, counted from 1.
    Setting `stop` ends it at once. Slow; any thread. Raises PictureError."""
    check_bytes(len(data), subject_of(name))
    return _decoded(_Wanted(name, longest_side, page, stop), data)[0]


def parser() -> ParserPool:
    """The processes that decode pictures."""
    return pool_of(PARSER)


def prepare() -> None:
    """Have a process started ahead of the first picture; returns at once, and raises nothing."""
    with suppress(ParsingFailure):  # said by the picture that needs it
        parser().prepare()


def _decoded(wanted: _Wanted, source: bytes | BinaryIO) -> tuple[Picture, bytes]:
    """(the picture, the file's content). A file is read here while the process decodes its own copy. Raises
    PictureError, and OSError."""
    values = {"name": wanted.name, "longest_side": wanted.longest_side, "page": wanted.page}
    content: list[bytes] = []

    def read() -> None:
        content.append(source if isinstance(source, bytes) else source.read(MAX_BYTES + 1))

    blobs, files = ([source], []) if isinstance(source, bytes) else ([], [source.fileno()])
    run = parser().run(decode_picture, values, blobs, files, seconds=SECONDS, stop=wanted.stop, meanwhile=read)
    try:
        with closing(run) as replies:
            return _assembled(replies, content, wanted), content[0]
    except ParsingFailure as failure:
        raise PictureError(*failure.explained(subject_of(wanted.name))) from failure


def _assembled(replies: Iterable[Packet], content: Sequence[bytes], wanted: _Wanted) -> Picture:
    """`content` has the file's once the first reply is there. Raises ParsingFailure."""
    pixels: Pixels | None = None
    picture: Picture | None = None
    for number, reply in enumerate(replies):
        if picture is not None or number >= _MOST_ANSWERS:
            raise ParserCrashed("too many answers")
        if "shown" in reply.values:
            pixels = _pixels(reply, wanted.longest_side)
        else:
            picture = _checked(reply, pixels, content[0], wanted)
    if picture is None:
        raise ParserCrashed("no answer")
    return picture


def _pixels(reply: Packet, longest_side: int) -> Pixels:
    """What the process sent, if it can be pixels: a process that a file has taken over may send anything."""
    try:
        width, height = (_bounded(side, longest_side) for side in reply.values["shown"])
        (rgb,) = reply.blobs
        return Pixels.of(width, height, rgb)
    except (ValueError, LookupError, TypeError) as error:
        raise ParserCrashed(str(error)) from error


def _checked(reply: Packet, pixels: Pixels | None, content: bytes, wanted: _Wanted) -> Picture:
    """As `_pixels`, for the rest of the picture."""
    try:
        across, down = (_bounded(reply.values[side], MAX_PIXELS) for side in ("width", "height"))
        kept = content if reply.values["same"] is True else reply.blobs[0]
        if across * down > MAX_PIXELS or not 0 < len(kept) <= MAX_BYTES or reply.values["kind"] not in WITHOUT_CODING:
            raise ValueError("out of range")
        pages = _bounded(reply.values["pages"], 10**6)
        if pixels is None or reply.values["page"] != wanted.page or wanted.page > pages:
            raise ValueError("another picture")
        return Picture(pixels, kept, reply.values["kind"], across, down, wanted.name, pages, wanted.page)
    except (ValueError, LookupError, TypeError) as error:
        raise ParserCrashed(str(error)) from error


def _bounded(value: Any, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError("no such size")
    return value


def _state(file: BinaryIO) -> tuple[int, ...]:
    """What changes when somebody writes into it: both sides have then read different things."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


@contextmanager
def _opened(path: Path, subject: str) -> Iterator[BinaryIO]:
    """A file that is one, and not too large. Raises PictureError, also where it cannot be read to its end."""
    try:
        _check_file(path.stat(), subject)
        with open(path, "rb", opener=without_waiting) as file:
            _check_file(os.fstat(file.fileno()), subject)
            yield file
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


def _check_file(found: os.stat_result, subject: str) -> None:
    """Raises PictureError."""
    if stat.S_ISDIR(found.st_mode):
        raise PictureError(_("{subject} is a folder.").format(subject=subject), _("Choose the pictures inside it."))
    if not stat.S_ISREG(found.st_mode):
        raise PictureError(_("{subject} is a device or a pipe, not a file.").format(subject=subject))
    if found.st_size:  # 0 is what files of /proc say
        check_bytes(found.st_size, subject)
