"""Pairs that are drawn here, for the practice model: a shape that is alike but for its colour, size or place.

What it shows is how such a check works. Shapes have no rights: a difference here is a weakness of the model's eye.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.messages import Image
from fanlight.evaluation.pictures import png

_SIDE, _FINE = 160, 2
_COLOURS = {"red": (220, 30, 30), "blue": (30, 60, 220), "green": (20, 150, 40), "yellow": (250, 220, 20)}
_GROUNDS = ((255, 255, 255), (225, 228, 232), (250, 240, 225), (40, 42, 46))
_PLACES = ((1 / 6, 1 / 6), (5 / 6, 1 / 6), (1 / 2, 1 / 2), (1 / 6, 5 / 6))
_SHAPES = ("circle", "square", "triangle")


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """`x` and `y` of its middle, and its `width`, as shares of the picture's side."""

    kind: str
    colour: str
    x: float = 0.5
    y: float = 0.5
    width: float = 0.24
    ground: tuple[int, int, int] = _GROUNDS[0]


def drawn_entries() -> list[dict[str, Any]]:
    """Of each pair one question for a yes, and one, about other pictures, for a number."""
    return [
        {"id": f"{attribute} {number} {kind}", "attribute": attribute, **question,
         "first": {"value": values[0], "images": [_address(first)]},
         "second": {"value": values[1], "images": [_address(second)]}}
        for attribute, values, shapes in (
            ("colour", ("red", "blue"), list(_colours())),
            ("size", ("large", "small"), list(_sizes())),
            ("place", ("left", "right"), list(_places())),
        )
        for number, (first, second) in enumerate(shapes, 1)
        for kind, question in _questions(first, number)
    ]  # fmt: skip


def _questions(shape: DrawnShape, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    if number % 2:
        yield "there", {"question": f"Is there a {shape.kind}?", "answer": "yes"}
    else:
        yield "count", {"question": "How many shapes are there?", "answer": 1}


def _colours() -> Iterator[tuple[DrawnShape, DrawnShape]]:
    for kind in _SHAPES:
        for x, y in _PLACES:
            for ground in _GROUNDS[:2]:
                one = DrawnShape(kind, "red", x, y, ground=ground)
                yield one, replace(one, colour="blue")


def _sizes() -> Iterator[tuple[DrawnShape, DrawnShape]]:
    for kind in _SHAPES:
        for colour in _COLOURS:
            for ground in _GROUNDS[::3]:
                one = DrawnShape(kind, colour, width=0.6, ground=ground)
                yield one, replace(one, width=0.18)


def _places() -> Iterator[tuple[DrawnShape, DrawnShape]]:
    for kind in _SHAPES:
        for colour in _COLOURS:
            for ground in _GROUNDS[2:]:
                one = DrawnShape(kind, colour, x=1 / 6, ground=ground)
                yield one, replace(one, x=5 / 6)


def _address(shape: DrawnShape) -> str:
    return f"data:image/png;base64,{base64.b64encode(png(drawn(shape))).decode('ascii')}"


def drawn(shape: DrawnShape) -> Image:
    """Two samples a pixel and direction smooth the edges."""
    fine = _FINE * _SIDE
    y, x = np.mgrid[0:fine, 0:fine] / fine
    inside = _inside(shape, x, y).reshape(_SIDE, _FINE, _SIDE, _FINE).mean(axis=(1, 3))[:, :, None]
    pixels = inside * np.array(_COLOURS[shape.colour]) + (1 - inside) * np.array(shape.ground)
    return Image.of(_SIDE, _SIDE, pixels.round().astype(np.uint8).tobytes())


def _inside(shape: DrawnShape, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    across, down, half = x - shape.x, y - shape.y, shape.width / 2
    match shape.kind:
        case "circle":
            return across**2 + down**2 <= half**2
        case "square":
            return (np.abs(across) <= half) & (np.abs(down) <= half)
        case _:  # a triangle with equal sides
            height = half * 3**0.5
            from_top = down + height / 2
            return (from_top >= 0) & (from_top <= height) & (np.abs(across) <= half * from_top / height)
