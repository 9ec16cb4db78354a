"""Where a time of a clip is found in a conversation: the frame that is nearest to it, and what is said then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fanlight.core.chat.original_pictures import Original, originals_of
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.domain.clips import Clip, heard_line
from fanlight.domain.documents import Document

_OUTSIDE_SECONDS = 1.0


def frames_at(turns: Sequence[Turn], seconds: float) -> tuple[list[Original], int] | None:
    """(the frames of a clip with what is said at their times, which of them is the nearest): of the last clip that has
    that time, else of the last one; None where there is none."""
    clips: dict[Clip, dict[float, Attachment]] = {}
    for turn in turns:
        for one in turn.attachments:
            if one.moment is not None:
                clips.setdefault(one.moment.clip, {})[one.moment.seconds] = one
    if not clips:
        return None
    inside = [clip for clip in clips if clip.start - _OUTSIDE_SECONDS <= seconds <= clip.end + _OUTSIDE_SECONDS]
    clip = (inside or list(clips))[-1]
    times = sorted(clips[clip])
    heard = [one for one in _heard(turns) if one.name == clip.name][-1:]
    originals = originals_of([clips[clip][time] for time in times], are_sent=True)
    noted = [replace(one, note=_said_at(heard, time)) for one, time in zip(originals, times, strict=True)]
    return noted, min(range(len(times)), key=lambda place: abs(times[place] - seconds))


def heard_at(turns: Sequence[Turn], seconds: float) -> tuple[Document, int, str] | None:
    """(what is said in the last clip or recording, the page, the line at that time)."""
    for document in reversed(_heard(turns)):
        if (found := heard_line(document.texts, seconds)) is not None:
            return document, *found
    return None


def _heard(turns: Sequence[Turn]) -> list[Document]:
    return [part.document for turn in turns for part in turn.message.documents if part.document.kind == "sound"]


def _said_at(heard: Sequence[Document], seconds: float) -> str:
    found = heard_line(heard[0].texts, seconds) if heard else None
    return found[1] if found is not None else ""
