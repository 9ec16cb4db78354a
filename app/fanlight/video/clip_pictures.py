"""Clips as pictures with their moments: the frames that a parsing process has chosen, decoded as any picture is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.domain.clips import Moment
from fanlight.domain.messages import Picture
from fanlight.i18n import _
from fanlight.pictures import files as picture_files
from fanlight.pictures.detailed import in_detail
from fanlight.video import files

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag


@dataclass(frozen=True, slots=True)
class MomentPicture:
    """`picture` is kept as a JPEG, from which it can be read again: its pixels are then the same."""

    picture: Picture
    moment: Moment


def read_pictures(
    path: Path, longest_side: int, most: int, part: tuple[float, float] = (0.0, 0.0), *, name: str = "",
    stop: StopFlag | None = None, progress: Callable[[float], object] = lambda _done: None,
) -> list[MomentPicture]:  # fmt: skip
    """At most `most` frames between two times in seconds (an end of 0 is the file's own), `longest_side` pixels long.
    `name`: as people read it, else the file's. Slow; any thread. Raises ClipError, PictureError."""
    read = files.read_clip(path, longest_side, most, files.ClipRange(*part), stop=stop, progress=progress)
    return list(_decoded(read, name or path.name, longest_side, stop))


def _decoded(read: files.ReadClip, name: str, longest_side: int, stop: StopFlag | None) -> Iterator[MomentPicture]:
    clip = replace(read.clip, name=name)
    for frame in read.frames:
        moment = Moment(clip, frame.seconds)
        shown = _("{name}, {time}").format(name=name, time=moment.time)
        picture = picture_files.read_bytes(frame.jpeg, shown, longest_side, stop)
        yield MomentPicture(in_detail(picture, "low", longest_side), moment)
