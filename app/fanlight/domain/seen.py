"""A picture as it went into the vision encoder."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain.messages import Image


@dataclass(frozen=True, slots=True)
class SeenTile:
    """What is encoded at once: its pixels as the encoder gets them, and the tokens it takes."""

    image: Image
    tokens: int


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """`tiles` row by row, `columns` of them in one; `overview`: all of it in one tile, where there is such a one.
    `tokens`: with those around the tiles."""

    tiles: tuple[SeenTile, ...]
    columns: int
    tokens: int
    overview: SeenTile | None = None
