"""Shapes and colors that have no name here, and far more shapes than the model knows."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from recipe.foreign import Colour, any_colour

Points = list[tuple[float, float]]
"""Corners around (0, 0), within a radius of about one."""


def _hexagon(random: Random) -> Points:
    turn = random.uniform(0, 1)
    return [(math.cos(k * math.pi / 3 + turn), math.sin(k * math.pi / 3 + turn)) for k in range(6)]


def _heart(_random: Random) -> Points:
    def y(t: float) -> float:
        return -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) / 16

    return [(math.sin(t) ** 3, y(t)) for t in (k / 40 * 2 * math.pi for k in range(40))]


def _arrow(random: Random) -> Points:
    points = [(-1, -0.25), (0.2, -0.25), (0.2, -0.7), (1, 0), (0.2, 0.7), (0.2, 0.25), (-1, 0.25)]
    c, s = random.choice(((1, 0), (0, 1), (-1, 0), (0, -1)))
    return [(a * c - b * s, a * s + b * c) for a, b in points]


def _cross(random: Random) -> Points:
    w = random.uniform(0.18, 0.36)
    turn = random.choice((0, math.pi / 4))
    points = [
        (-w, -1), (w, -1), (w, -w), (1, -w), (1, w), (w, w), (w, 1), (-w, 1), (-w, w), (-1, w), (-1, -w), (-w, -w),
    ]  # fmt: skip
    return [(a * math.cos(turn) - b * math.sin(turn), a * math.sin(turn) + b * math.cos(turn)) for a, b in points]


def _crescent(_random: Random) -> Points:
    outer = [(math.cos(t), math.sin(t)) for t in np.linspace(0.6, 2 * math.pi - 0.6, 30)]
    inner = [
        (math.cos(0.6) + 0.0 + 0.75 * (math.cos(t) - math.cos(0.85)), 0.75 * math.sin(t))
        for t in np.linspace(2 * math.pi - 0.85, 0.85, 30)
    ]
    return outer + inner


def _pentagon(random: Random) -> Points:
    turn = random.uniform(0, 1)
    return [
        (math.cos(k * 0.4 * math.pi - math.pi / 2 + turn * 0), math.sin(k * 0.4 * math.pi - math.pi / 2))
        for k in range(5)
    ]


def _scribble(pen: ImageDraw.ImageDraw, random: Random, x: float, y: float, r: float, fill: Colour) -> None:
    walk = [(x, y)]
    for _ in range(random.randint(8, 40)):
        a, b = walk[-1]
        near_x = min(max(a + random.gauss(0, r * 0.5), x - 1.3 * r), x + 1.3 * r)
        near_y = min(max(b + random.gauss(0, r * 0.5), y - 1.3 * r), y + 1.3 * r)
        walk.append((near_x, near_y))
    pen.line(walk, fill=fill, width=max(2, int(r * 0.08)), joint="curve")


def _frame(pen: ImageDraw.ImageDraw, random: Random, x: float, y: float, r: float, fill: Colour) -> None:
    frame = (
        [(-0.75, -0.75), (0.75, -0.75), (0.75, 0.75), (-0.75, 0.75), (-0.75, -0.75)]
        if random.random() < 0.5
        else [(0, -1), (0.87, 0.5), (-0.87, 0.5), (0, -1)]
    )
    pen.line([(x + r * a, y + r * b) for a, b in frame], fill=fill, width=max(2, int(r * 0.15)), joint="curve")


POLYGONS: dict[int, Callable[[Random], Points]] = {
    0: _hexagon, 1: _heart, 2: _arrow, 3: _cross, 4: _crescent, 6: _pentagon,
}  # fmt: skip


def _other_shape(pen: ImageDraw.ImageDraw, random: Random, x: float, y: float, r: float, fill: Colour) -> None:
    """One shape that is not a circle, square, triangle or five-pointed star, however it is stretched."""
    kind = random.randrange(10)
    box = (x - r, y - r, x + r, y + r)
    if kind in POLYGONS:
        pen.polygon([(x + r * a, y + r * b) for a, b in POLYGONS[kind](random)], fill=fill)
    elif kind == 5:
        pen.ellipse(box, outline=fill, width=max(2, int(r * random.uniform(0.12, 0.35))))
    elif kind == 7:
        _scribble(pen, random, x, y, r, fill)
    elif kind == 8:
        _frame(pen, random, x, y, r, fill)
    else:
        pen.pieslice(box, *random.choice(((0, 180), (180, 360), (90, 270), (30, 330), (0, 90))), fill=fill)


VIVID: tuple[Colour, ...] = (
    (255, 0, 0),
    (0, 128, 0),
    (0, 0, 255),
    (255, 215, 0),
    (255, 140, 0),
    (128, 0, 128),
    (255, 105, 180),
    (20, 20, 20),
)
STRANGE: tuple[Colour, ...] = (
    (128, 128, 128),
    (110, 110, 110),
    (139, 69, 19),
    (101, 67, 33),
    (0, 128, 128),
    (0, 140, 140),
    (0, 206, 209),
    (64, 224, 208),
    (150, 150, 150),
    (160, 82, 45),
    (128, 128, 0),
)


def other_shapes(random: Random, width: int, height: int) -> Image.Image:
    """One to three large shapes of kinds that have no name here."""
    ground = random.choice(((255, 255, 255), (255, 255, 255), (240, 240, 235), (30, 30, 34), (0, 0, 0)))
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    count = random.choice((1, 1, 1, 2, 3))
    for k in range(count):
        r = min(width / count, height) * random.uniform(0.2, 0.45)
        x, y = width * (k + 0.5) / count, height * random.uniform(0.35, 0.65)
        fill = random.choice(VIVID) if random.random() < 0.8 else any_colour(random)
        _other_shape(
            pen,
            random,
            x,
            y,
            r,
            fill if sum(abs(a - b) for a, b in zip(fill, ground, strict=True)) > 100 else (200, 30, 30),
        )
    return image


def strange_colours(random: Random, width: int, height: int) -> Image.Image:
    """Known shapes in a colour without a name here."""
    ground = random.choice(((255, 255, 255), (255, 255, 255), (245, 245, 240), (20, 20, 24), (0, 0, 0)))
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    count = random.choice((1, 1, 2, 3))
    for k in range(count):
        r = min(width / count, height) * random.uniform(0.15, 0.45)
        x, y = width * (k + 0.5) / count, height * random.uniform(0.3, 0.7)
        fill = random.choice(STRANGE)
        kind = random.randrange(4)
        if kind == 0:
            pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)
        elif kind == 1:
            pen.rectangle((x - r * 0.8, y - r * 0.8, x + r * 0.8, y + r * 0.8), fill=fill)
        elif kind == 2:
            pen.regular_polygon((x, y, r), 3, fill=fill)
        else:
            pen.polygon(
                [
                    (
                        x + r * (1 if k % 2 == 0 else 0.42) * math.sin(k * math.pi / 5),
                        y - r * (1 if k % 2 == 0 else 0.42) * math.cos(k * math.pi / 5),
                    )
                    for k in range(10)
                ],
                fill=fill,
            )
    return image


def crowd(random: Random, width: int, height: int) -> Image.Image:
    """Far more shapes than five, small or overlapping."""
    image = Image.new("RGB", (width, height), random.choice(((255, 255, 255), (235, 235, 235), (20, 20, 20))))
    pen = ImageDraw.Draw(image)
    for _ in range(random.randint(14, 90)):
        r = min(width, height) * random.uniform(0.02, 0.09)
        x, y = random.uniform(0, width), random.uniform(0, height)
        if random.random() < 0.5:
            pen.ellipse((x - r, y - r, x + r, y + r), fill=random.choice(VIVID))
        else:
            pen.regular_polygon((x, y, r), random.choice((3, 4)), random.uniform(0, 90), fill=random.choice(VIVID))
    return image
