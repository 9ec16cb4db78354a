"""The frames of a clip as one item: a person adds, looks at, and removes the clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from fanlight.core.chat.attachments import AttachmentItem, Status
from fanlight.core.chat.turns import Attachment
from fanlight.i18n import format_number, ngettext

_WORST_FIRST: tuple[Status, ...] = ("unsupported", "reading", "encoding", "ready")


def one_a_clip(items: Sequence[AttachmentItem]) -> list[AttachmentItem]:
    """`items` with one in the place of the frames of a clip, which has the key of the first one."""
    shown: list[AttachmentItem] = []
    for clip, group in groupby(items, lambda item: item.clip):
        same = list(group)
        shown += same if clip is None else [_joined(same, clip.name)]
    return shown


def _joined(items: Sequence[AttachmentItem], name: str) -> AttachmentItem:
    frames = tuple(item.attachment for item in items if item.attachment is not None)
    status = min((item.status for item in items), key=_WORST_FIRST.index)
    return replace(items[0], name=name, status=status, progress=_progress(items), frames=frames)


def _progress(items: Sequence[AttachmentItem]) -> tuple[int, int] | None:
    """Frames that are encoded, of all."""
    done = sum(item.status == "ready" for item in items)
    return (done, len(items)) if done < len(items) else None


def clip_caption(frames: Sequence[Attachment]) -> str:
    """ "12 pictures, 0:00.0 to 1:15.0, 3,600 tokens"."""
    first, last = frames[0].moment, frames[-1].moment
    assert first is not None
    assert last is not None
    text = ngettext("{count} picture, {start} to {end}", "{count} pictures, {start} to {end}", len(frames))
    shown = text.format(count=format_number(len(frames)), start=first.time, end=last.time)
    tokens = sum(frame.tokens for frame in frames)
    if not tokens:
        return shown
    counted = ngettext("{pictures}, {count} token", "{pictures}, {count} tokens", tokens)
    return counted.format(pictures=shown, count=format_number(tokens))
