"""Clips: pieces of videos that models are given as pictures with their times."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fanlight.domain.detail import LOW_SIDE

MOST_FRAMES = 32
"""Of one clip, however large the context is: each takes some hundred tokens and has to be encoded."""
LEAST_FRAMES = 4
_FRAME_TOKENS = 300
"""About what a picture as large as FRAME_SIDE takes, where the model has not counted it."""
_LABEL_TOKENS = 8
"""Of the time before a frame."""
_SHARE = 0.5
"""Of the context, for the pictures of clips."""
_UNKNOWN_CONTEXT = 4096
FRAME_SIDE = LOW_SIDE
"""Longest side of a frame in pixels. Frames are in low detail: an encoder that cuts pictures into tiles gets each frame
whole, as models of videos were trained."""
FRAME_SHAPES = ((FRAME_SIDE, FRAME_SIDE), (FRAME_SIDE, FRAME_SIDE * 3 // 4), (FRAME_SIDE, FRAME_SIDE * 9 // 16))
"""Sizes of frames whose tokens a model counts when it is loaded: square, 4:3, and 16:9."""
_SAME_SHAPE = 0.98
_LONGEST_SECONDS = 1000 * 3600.0
_PRECISE_SECONDS = 120.0
"""A clip up to this long has times with tenths of seconds."""

_LINE_SECONDS, _LINE_PAUSE_SECONDS = 15.0, 2.0
_PAGE_LETTERS = 1500
"""Of what is said: a model is given the pages that a question needs."""
_TRANSPORT_PACKETS = ((0, 188), (4, 192))
"""Where the first one begins and how long each is: those of cameras and discs have a time before each."""
_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d{1,3})?)|(\d{1,6}(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class Clip:
    """From `start` to `end` (seconds on the file's time line) of a video that is `seconds` long. `id` tells files
    apart."""

    id: str
    name: str
    seconds: float
    start: float
    end: float

    @property
    def is_whole(self) -> bool:
        return self.start <= 0 and self.end >= self.seconds

    def time(self, seconds: float) -> str:
        """As it stands before a frame: "0:12.4", in a long clip "1:02:03"."""
        return clip_time(seconds, precise=self.end - self.start <= _PRECISE_SECONDS)


ClipPart = tuple[float, float]
"""From and to so many seconds on a file's time line; an end of 0 is its own."""
WHOLE_CLIP: ClipPart = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in a clip a picture comes from."""

    clip: Clip
    seconds: float

    @property
    def time(self) -> str:
        return self.clip.time(self.seconds)


def plain_moment(moment: Moment) -> dict[str, Any]:
    """For JSON."""
    clip = moment.clip
    about = {"id": clip.id, "name": clip.name, "seconds": clip.seconds, "start": clip.start, "end": clip.end}
    return {"clip": about, "at": moment.seconds}


def moment_of(found: object) -> Moment | None:
    """What `plain_moment` has written; None for anything else."""
    try:
        clip, at = found["clip"], found["at"]  # type: ignore[index]
        times = [float(time) for time in (clip["seconds"], clip["start"], clip["end"], at)]
        if not all(math.isfinite(time) and 0 <= time < _LONGEST_SECONDS for time in times):
            return None
        seconds, start, end, at = times
        return Moment(Clip(str(clip["id"]), str(clip["name"]), seconds, start, end), at)
    except (TypeError, LookupError, ValueError):
        return None


def clip_time(seconds: float, *, precise: bool) -> str:
    tenths = round(max(0.0, seconds) * 10) if precise else int(max(0.0, seconds)) * 10
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    last = f"{rest // 10:02}.{rest % 10}" if precise else f"{rest // 10:02}"
    return f"{hours}:{minutes:02}:{last}" if hours else f"{minutes}:{last}"


def parse_time(text: str) -> float:
    """Seconds of "1:02:03", "2:03.5" or "123.5". Raises ValueError."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"no time: {text}")
    hours, minutes, rest, alone = match.groups()
    if alone is not None:
        return float(alone)
    if float(rest) >= 60 or (hours is not None and int(minutes) >= 60):
        raise ValueError(f"no time: {text}")
    return 3600 * int(hours or 0) + 60 * int(minutes) + float(rest)


def clip_heading(clip: Clip, *, in_pairs: bool = False) -> str:
    """What a model is told before the first frame; in English, as models are trained most on that. `in_pairs`: it
    takes two neighboring frames as one picture."""
    which = f"{clip.time(clip.seconds)} long"
    if not clip.is_whole:
        which = f"from {clip.time(clip.start)} to {clip.time(clip.end)} of {clip.time(clip.seconds)}"
    example = clip.time(clip.start)
    order = "two at a time, each two behind their times" if in_pairs else "each behind its time"
    return f"Pictures from the video “{clip.name}” ({which}), {order}. Cite the times that you use, as in [{example}]."


def frame_label(*moments: Moment) -> str:
    """The text before a frame, or before two that are taken as one picture."""
    return " ".join([f"[{moment.time}]" for moment in moments])


@dataclass(frozen=True, slots=True)
class FrameCost:
    """What frames take of a model. `tokens`: of one in each of FRAME_SHAPES; (): not known. `merges`: two neighboring
    ones of a clip become one picture, which takes as much as one alone."""

    tokens: tuple[int, ...] = ()
    merges: bool = False

    def of(self, size: tuple[int, int]) -> int:
        """Of one from a video with pictures of that size, alone; 0 where that is not known."""
        ratio = max(size) / max(1, min(size))
        fitting = [
            tokens
            for tokens, (width, height) in zip(self.tokens, FRAME_SHAPES, strict=False)
            if _SAME_SHAPE * width / height <= ratio
        ]
        return fitting[-1] if fitting else 0


UNKNOWN_COST = FrameCost()


def halves(tokens: int) -> tuple[int, int]:
    """What each of two frames takes that are one picture of so many tokens."""
    return (tokens + 1) // 2, tokens // 2


def frames_in(
    context_tokens: int | None, clips: int = 1, cost: FrameCost = UNKNOWN_COST, size: tuple[int, int] = (1, 1)
) -> int:
    """How many frames each of `clips` may have in a context of so many tokens; 0 and None: it is not known. `size`: of
    the video's pictures."""
    room = int(_SHARE * (context_tokens or _UNKNOWN_CONTEXT)) // max(1, clips)
    tokens, together = cost.of(size) or _FRAME_TOKENS, 2 if cost.merges else 1
    most = together * (room // (tokens + together * _LABEL_TOKENS))
    return max(LEAST_FRAMES, min(MOST_FRAMES, most))


def pair_begins(frames: Sequence[tuple[Clip | None, tuple[int, int]]]) -> list[int]:
    """Of pictures side by side, each with the clip that it is a frame of and its size, the places of those that a model
    which merges frames takes together with the next one: neighbors of one clip, equal in size."""
    begins: list[int] = []
    for place in range(len(frames) - 1):
        follows = not begins or begins[-1] + 1 < place
        if follows and frames[place][0] is not None and frames[place] == frames[place + 1]:
            begins.append(place)
    return begins


@dataclass(frozen=True, slots=True)
class HeardWords:
    """What is said from `start` to `end` (seconds)."""

    start: float
    end: float
    text: str


def heard_in(heard: Iterable[HeardWords], part: ClipPart) -> list[HeardWords]:
    """What is said in that part."""
    begin, end = part
    return [words for words in heard if words.start >= begin and (not end or words.start < end)]


def heard_pages(heard: Iterable[HeardWords]) -> tuple[str, ...]:
    """Lines with their times ("[0:12] Good morning."), some thousand letters a page."""
    pages: list[list[str]] = [[]]
    letters = 0
    line, begin, end = "", 0.0, 0.0
    for words in heard:
        if line and (words.start - begin > _LINE_SECONDS or words.start - end > _LINE_PAUSE_SECONDS):
            letters = _add_line(pages, f"[{clip_time(begin, precise=False)}] {line.strip()}", letters)
            line = ""
        if not line:
            begin = words.start
        line, end = line + words.text, words.end
    if line.strip():
        _add_line(pages, f"[{clip_time(begin, precise=False)}] {line.strip()}", letters)
    return tuple("\n".join(page) for page in pages if page)


def heard_line(pages: Iterable[str], seconds: float) -> tuple[int, str] | None:
    """(the page, counted from 1, and the line) of what is said at that time or was said last before."""
    found = None
    for number, page in enumerate(pages, 1):
        for line in page.split("\n"):
            time, _bracket, said = line.removeprefix("[").partition("] ")
            try:
                begins = parse_time(time)
            except ValueError:
                continue
            if begins > seconds + 1 and found is not None:
                return found
            found = number, said
    return found


def _add_line(pages: list[list[str]], line: str, letters: int) -> int:
    """The letters of the last page with it."""
    if letters + len(line) > _PAGE_LETTERS:
        pages.append([])
        letters = 0
    pages[-1].append(line)
    return letters + len(line)


def is_transport_stream(head: bytes) -> bool:
    """Whether a file that begins so is a video of television's or a camera's: packets that begin with a G. TypeScript's
    files have the same names."""
    return any(head[begin::size][:3] == b"GGG" for begin, size in _TRANSPORT_PACKETS)
