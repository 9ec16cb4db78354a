"""How many of a picture's pixels a model is sent, by choice for each picture."""

from __future__ import annotations

from typing import Literal

from fanlight.i18n import N_

Detail = Literal["low", "normal", "high"]
DETAIL_NAMES: dict[Detail, str] = {"low": N_("Low"), "normal": N_("Normal"), "high": N_("High")}
LOW_SIDE = 512
MOST_PIXELS = 1536 * 1536
"""Of high detail, whatever the shape: models are loaded with room for a square of that size (`gguf/memory.py`)."""
_LONGEST_SIDE = 3072


def detail_of(value: object) -> Detail:
    """What is unknown is "normal"."""
    match value:
        case "low" | "high":
            return value
        case _:
            return "normal"


def first_side(detail: Detail, longest_side: int) -> int:
    """To read a picture with whose shape is not known yet: for high detail it may have to be read again."""
    return min(LOW_SIDE, longest_side) if detail == "low" else longest_side


def side_of(detail: Detail, longest_side: int, width: int, height: int) -> int:
    """The longest side of what is sent of a picture of that size; `longest_side`: with normal detail."""
    if detail != "high":
        return first_side(detail, longest_side)
    ratio = max(width, height) / max(1, min(width, height))
    pixels = max(MOST_PIXELS, longest_side**2)
    return max(longest_side, min(_LONGEST_SIDE, int((pixels * ratio) ** 0.5)))


def within(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """`size` scaled down, where needed, until its longest side fits."""
    scale = min(1.0, longest_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
