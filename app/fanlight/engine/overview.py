"""Pictures with low detail, for encoders that cut every picture into tiles, however few pixels it has: they are sent
the overview alone, as their models know it of pictures that are not cut."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.gguf.header import Header
from fanlight.gguf.vision import check_vision

ALWAYS_TILED = frozenset(("idefics3", "internvl"))
"""Projectors that scale small pictures up until they fill tiles; their overview comes last."""
_COLORS = 3
_OVERVIEW_BEGIN = 2
"""With "idefics3": <fake_token_around_image><global-img>. With "internvl" <img> stands before all tiles."""


def overview_alone(kind: str, is_chunk: Sequence[bool]) -> list[int]:
    """Of the items of a picture in a prompt (mtmd.cpp), some of which are its chunks, the places of those that are
    the overview's."""
    chunks = [place for place, one in enumerate(is_chunk) if one]
    if len(chunks) < 2:
        return list(range(len(is_chunk)))
    first, last = chunks[0], chunks[-1]
    before = range(last - _OVERVIEW_BEGIN, last) if kind == "idefics3" else range(first)
    return [*before, *range(last, len(is_chunk))]


def encoder_colors(projector: Header | None) -> tuple[Sequence[float], Sequence[float]]:
    """Mean and deviation of red, green, and blue, by which its pixels are normalized."""
    found = [projector.metadata.get(f"clip.vision.image_{name}") for name in ("mean", "std")] if projector else []
    lists = [tuple(map(float, one[:_COLORS])) for one in found if isinstance(one, tuple)]
    return (lists[0], lists[1]) if len(lists) == 2 else ((0.0,) * _COLORS, (1.0,) * _COLORS)


def always_tiled(projector: Header | None) -> str:
    """Its type, where that is in `ALWAYS_TILED`; else ""."""
    kind = check_vision(projector).type if projector is not None else ""
    return kind if kind in ALWAYS_TILED else ""
