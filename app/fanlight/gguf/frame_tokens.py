"""What frames of clips will take of a model that is not loaded, as its projector declares itself."""

from __future__ import annotations

from fanlight.domain.clips import FRAME_SHAPES, UNKNOWN_COST, FrameCost
from fanlight.gguf.header import Header
from fanlight.gguf.vision import check_vision

MERGES_FRAMES = frozenset(("qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger"))
"""Types of projectors that take two frames as one picture (clip_model_n_temporal_merge in clip.cpp)."""
_ONE_SIZE = frozenset(("gemma3", "idefics3", "internvl"))
"""Those for which every picture in low detail is brought to one size."""
_AROUND = 4
"""Tokens around a picture, and between the rows of it, at most."""


def planned_frame_cost(projector: Header) -> FrameCost:
    """Not known for types whose pictures are cut in ways of their own. Raises ModelBroken, ProjectorMismatch."""
    shape = check_vision(projector)
    if shape.type in MERGES_FRAMES:
        side = shape.patch * 2
        tokens = [round(width / side) * round(height / side) + _AROUND for width, height in FRAME_SHAPES]
        return FrameCost(tuple(tokens), merges=True)
    if shape.type in _ONE_SIZE:
        return FrameCost((shape.patches // max(1, shape.merge) ** 2 + _AROUND,) * len(FRAME_SHAPES))
    return UNKNOWN_COST
