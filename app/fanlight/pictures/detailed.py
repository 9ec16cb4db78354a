"""A picture with as many pixels for the model as its detail says."""

from __future__ import annotations

from dataclasses import replace

from fanlight.domain.detail import Detail, side_of
from fanlight.domain.messages import Picture
from fanlight.pictures.files import read_bytes


def in_detail(picture: Picture, detail: Detail, longest_side: int) -> Picture:
    """`picture` was read with `first_side(detail, longest_side)`; for high detail it is read again from its file, where
    that has more pixels. Slow, on any thread. Raises PictureError."""
    found = picture
    if detail == "high" and picture.data:
        across, down = picture.width, picture.height
        side = side_of(detail, longest_side, across, down)
        if min(side, across if across > down else down) > max(picture.image.width, picture.image.height):
            found = replace(picture, image=read_bytes(picture.data, picture.name, side).image)
    return replace(found, image=found.image.in_detail(detail), detail=detail)
