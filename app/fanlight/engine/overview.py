"""Pictures with low detail, for encoders that cut every picture into tiles, however few pixels it has: they are sent
the overview alone, as their models know it of pictures that are not cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fanlight.gguf.header import Header
from fanlight.gguf.vision import check_vision

if TYPE_CHECKING:
    from fanlight.engine.mtmd import Item

ALWAYS_TILED = frozenset(("idefics3", "internvl"))
"""Projectors that scale small pictures up until they fill tiles; their overview comes last."""
_COLORS = 3
_OVERVIEW_BEGIN = 2
"""With "idefics3": <fake_token_around_image><global-img>. With "internvl" <img> stands before all tiles."""


def overview_alone(kind: str, items: Sequence[Item]) -> tuple[Item, ...]:
    """Of the items of a picture in a prompt (mtmd.cpp), those of its overview, which becomes part 0."""
    places = [place for place, item in enumerate(items) if not isinstance(item, int)]
    if len(places) < 2:
        return tuple(items)
    first, last = places[0], places[-1]
    before = items[last - _OVERVIEW_BEGIN : last] if kind == "idefics3" else items[:first]
    overview = items[last]
    assert not isinstance(overview, int)
    return (*before, replace(overview, part=0), *items[last + 1 :])


def encoder_colors(projector: Header | None) -> tuple[Sequence[float], Sequence[float]]:
    """Mean and deviation of red, green, and blue, by which its pixels are normalized."""
    found = [projector.metadata.get(f"clip.vision.image_{name}") for name in ("mean", "std")] if projector else []
    lists = [tuple(map(float, one[:_COLORS])) for one in found if isinstance(one, tuple)]
    return (lists[0], lists[1]) if len(lists) == 2 else ((0.0,) * _COLORS, (1.0,) * _COLORS)


def always_tiled(projector: Header | None) -> str:
    """Its type, where that is in `ALWAYS_TILED`; else ""."""
    kind = check_vision(projector).type if projector is not None else ""
    return kind if kind in ALWAYS_TILED else ""
