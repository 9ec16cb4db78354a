"""Videos become frames with their times: opened here, decoded in a parsing process (`fanlight.parsing`), checked
here."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fanlight.domain.clip_errors import ClipError, NoMovingPictures
from fanlight.domain.clips import MOST_FRAMES, Clip
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at
from fanlight.files import without_waiting
from fanlight.i18n import _
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import InputRefused, ParserCrashed, ParsingFailure
from fanlight.parsing.launching import ParserKind
from fanlight.parsing.pool import ParserPool, pool_of
from fanlight.video.limits import MAX_PIXELS, MOST_SIDE, subject_of
from fanlight.video.parser_task import MOST_SHOTS, decode_clip, describe_clip

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag

PARSER = ParserKind(
    "video", ("fanlight.video.parser_task", "fanlight.video.clip_reading"), processes=1, memory_bytes=3 * 2**30
)
"""One at a time: two large ones would take all processors."""
SECONDS = 15.0
"""For each answer: progress comes four times a second, but for where a file is searched."""
_MOST_BYTES = 16 * 1000 * 1000
"""Of a frame's JPEG."""
_MOST_SECONDS = 1000 * 3600.0
_SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """As the header says: `seconds` 0 where it is not declared; `width` and `height` of the stored frames."""

    seconds: float
    width: int
    height: int
    has_sound: bool


@dataclass(frozen=True, slots=True)
class ClipFrame:
    """`jpeg` comes from a parsing process: it is decoded as any picture of a stranger's."""

    seconds: float
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadClip:
    """`shots`: seconds at which they begin, but for the first one."""

    clip: Clip
    info: ClipInfo
    frames: tuple[ClipFrame, ...]
    shots: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ClipRange:
    """Seconds on the file's time line; `end` 0: to its end."""

    start: float = 0.0
    end: float = 0.0


def parser() -> ParserPool:
    """The processes that decode videos."""
    return pool_of(PARSER)


def prepare() -> None:
    """Have a process started ahead of the first video; returns at once, and raises nothing."""
    with suppress(ParsingFailure):  # said by the video that needs it
        parser().prepare()


def probe_clip(path: Path, stop: StopFlag | None = None) -> ClipInfo:
    """Read the header. Raises ClipError for a file without moving pictures, too."""
    with _opened(path) as file, _translated(path):
        return parser().call(
            describe_clip, _asked(path), files=[file.fileno()], check=_info, seconds=SECONDS, stop=stop
        )


def read_clip(
    path: Path, longest_side: int, most: int = MOST_FRAMES, part: ClipRange = ClipRange(),
    *, stop: StopFlag | None = None, progress: Callable[[float], object] = lambda _done: None,
) -> ReadClip:  # fmt: skip
    """At most `most` frames of that part, `longest_side` pixels long. `progress`: 0 to 1. Slow; any thread. Raises
    ClipError: missing, no video, damaged, nothing there."""
    if part.end and part.end <= part.start:
        raise ClipError(
            _("The part of {subject} ends before it begins.").format(subject=subject_of(path.name)),
            _("Name the time where it begins first."),
        )
    with _opened(path) as file, _translated(path):
        identity = _identity(file)
        values = _asked(path) | {
            "start": part.start, "end": part.end, "most": most, "longest_side": min(longest_side, MOST_SIDE)
        }  # fmt: skip
        run = parser().run(decode_clip, values, files=[file.fileno()], seconds=SECONDS, stop=stop)
        info, frames, shots, last = _collected(run, most, progress)
    seconds = max(info.seconds, last)
    clip = Clip(identity, path.name, seconds, part.start, min(part.end, seconds) if part.end else seconds)
    return ReadClip(clip, info, frames, shots)


def _asked(path: Path) -> dict[str, object]:
    return {"path": str(path), "name": path.name, "subject": subject_of(path.name)}


def _collected(
    run: Generator[Packet, None, None], most: int, progress: Callable[[float], object]
) -> tuple[ClipInfo, tuple[ClipFrame, ...], tuple[float, ...], float]:
    """What the process sent, if it can be a clip: one that a file has taken over may send anything. Raises
    ParsingFailure."""
    info: ClipInfo | None = None
    frames: list[ClipFrame] = []
    shots: tuple[float, ...] = ()
    last = 0.0
    with closing(run) as replies:
        for reply in replies:
            if "progress" in reply.values:
                progress(min(1.0, _number(reply.values["progress"])))
            elif "frame" in reply.values:
                frames.append(_frame(reply))
                if len(frames) > most:
                    raise ParserCrashed("too many frames")
            elif "shots" in reply.values:
                shots, last = _shots(reply.values["shots"]), _number(reply.values.get("end"))
            else:
                info = _info(reply)
    if info is None or not frames:
        raise ParserCrashed("no frames")
    return info, tuple(sorted(frames, key=lambda frame: frame.seconds)), shots, last


def _frame(reply: Packet) -> ClipFrame:
    if len(reply.blobs) != 1 or not 0 < len(reply.blobs[0]) <= _MOST_BYTES:
        raise ParserCrashed("no frame")
    return ClipFrame(_number(reply.values["frame"]), reply.blobs[0])


def _shots(found: object) -> tuple[float, ...]:
    if not isinstance(found, list) or len(found) > MOST_SHOTS:
        raise ParserCrashed("no shots")
    return tuple(map(_number, found))


def _info(reply: Packet) -> ClipInfo:
    try:
        seconds, width, height, has_sound = reply.values["info"]
        sides = [side for side in (width, height) if type(side) is int and 0 < side <= MAX_PIXELS]
        if len(sides) != 2 or type(has_sound) is not bool:
            raise ValueError("no size")
        return ClipInfo(_number(seconds), width, height, has_sound)
    except (ValueError, LookupError, TypeError) as error:
        raise ParserCrashed(str(error)) from error


def _number(value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= _MOST_SECONDS:  # type: ignore[arg-type,operator]
        raise ParserCrashed("no such number")
    return float(value)  # type: ignore[arg-type]


def _identity(file: BinaryIO) -> str:
    """Of the content, without reading all of it: its size, its begin and its end."""
    size = os.fstat(file.fileno()).st_size
    digest = hashlib.sha256(f"{size}:".encode())
    digest.update(file.read(_SAMPLE_BYTES))
    file.seek(max(0, size - _SAMPLE_BYTES))
    digest.update(file.read(_SAMPLE_BYTES))
    file.seek(0)
    return digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Raises ClipError."""
    subject, found = subject_of(path.name or str(path)), look_at(path)
    if not found.is_file:
        raise ClipError(found.refusal, _("Check the name and the folder."))
    try:
        with open(path, "rb", opener=without_waiting) as file:
            if not os.fstat(file.fileno()).st_size:
                raise ClipError(_("{subject} is empty.").format(subject=subject), _("Copy or record it again."))
            yield file
    except OSError as error:
        text = _("{subject} cannot be read: {reason}.")
        raise ClipError(
            text.format(subject=subject, reason=os_reason(error)), _("Check the name and the folder.")
        ) from error


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except ParsingFailure as failure:
        no_pictures = isinstance(failure, InputRefused) and failure.error == NoMovingPictures.__name__
        kind = NoMovingPictures if no_pictures else ClipError
        raise kind(*failure.explained(subject_of(path.name))) from failure
