"""Pictures people make that are none of ours: pages, screens, charts, other shapes, colours without a name here."""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]


def any_colour(random: Random, low: int = 0, high: int = 255) -> Colour:
    """Each channel between `low` and `high`."""
    return random.randint(low, high), random.randint(low, high), random.randint(low, high)


def _words(random: Random, count: int) -> str:
    return " ".join(
        "".join(
            random.choices(
                string.ascii_letters
                if random.random() < 0.1
                else string.ascii_lowercase + "....,-0123456789"
                if random.random() < 0.15
                else string.ascii_lowercase,
                k=random.randint(1, 9),
            )
        )
        for _ in range(count)
    )


def text(random: Random, width: int, height: int) -> Image.Image:
    """A page, a listing, a note, a sign: letters, from one word to full of them."""
    dark = random.random() < 0.35
    paper = any_colour(random, 0, 50) if dark else any_colour(random, 215, 255)
    ink = any_colour(random, 170, 255) if dark else any_colour(random, 0, 110)
    image = Image.new("RGB", (width, height), paper)
    pen = ImageDraw.Draw(image)
    large = random.random() < 0.3
    size = int(min(width, height) * random.uniform(0.15, 0.4)) if large else random.randint(8, max(9, height // 12))
    face = ImageFont.load_default(max(7, size))
    y = random.uniform(0.02, 0.3) * height
    margin = random.uniform(0.02, 0.15) * width
    while y < height * (0.98 if not large else 0.7):
        line = _words(random, random.randint(1, 2) if large else random.randint(2, 16))
        if random.random() < 0.3 and not large:
            pen.text(
                (margin + size * random.randint(0, 4), y),
                line,
                fill=any_colour(random, 90, 230) if dark else any_colour(random, 0, 160),
                font=face,
            )
        elif large and random.random() < 0.5:
            pen.text((margin, y), line.title()[: random.randint(2, 9)], fill=ink, font=face)
        else:
            pen.text((margin, y), line[: int((width - margin) / size / 0.5)], fill=ink, font=face)
        y += size * random.uniform(1.1, 1.6)
        if random.random() < 0.1:
            y += size
    return image


def screen(random: Random, width: int, height: int) -> Image.Image:
    """A window, a form, a page: bars, panels, buttons and lines of text."""
    dark = random.random() < 0.35
    low, high = (15, 70) if dark else (205, 255)

    def shade() -> Colour:
        return any_colour(random, low, high)

    ink = any_colour(random, 190, 255) if dark else any_colour(random, 0, 80)
    image = Image.new("RGB", (width, height), shade())
    pen = ImageDraw.Draw(image)
    face = ImageFont.load_default(max(7, min(width, height) // random.randint(14, 34)))
    step = max(8, height // random.randint(10, 26))
    pen.rectangle((0, 0, width, step), fill=any_colour(random))
    pen.text((4, 1), _words(random, 3), fill=ink, font=face)
    if random.random() < 0.6:
        pen.rectangle((0, step, width * random.uniform(0.15, 0.3), height), fill=shade())
    for _ in range(random.randint(4, 26)):
        x, y = random.uniform(0, width * 0.85), random.uniform(step, height)
        w = random.uniform(0.08, 0.5) * width
        kind = random.randrange(4)
        if kind == 0:
            pen.rounded_rectangle(
                (x, y, x + w * 0.5, y + step), max(1, step // 4), fill=any_colour(random), outline=ink
            )
        elif kind == 1:
            pen.rectangle(
                (x, y, x + w, y + step * random.uniform(0.8, 5)), fill=shade(), outline=any_colour(random, 90, 200)
            )
        if kind != 1:
            pen.text((x + 2, y + 1), _words(random, random.randint(1, 6)), fill=ink, font=face)
    return image


def chart(random: Random, width: int, height: int) -> Image.Image:
    """Bars, lines, dots or slices over two axes, with numbers and a title."""
    image = Image.new("RGB", (width, height), random.choice(((255, 255, 255), (250, 250, 245), (30, 30, 36))))
    pen = ImageDraw.Draw(image)
    ink = (90, 90, 90)
    left, low = width * 0.1, height * 0.88
    pen.line((left, height * 0.05, left, low, width * 0.97, low), fill=ink, width=max(1, width // 200))
    count = random.randint(4, 14)
    fill = any_colour(random)
    kind = random.randrange(4)
    tops = [random.uniform(0.1, 0.85) * height for _ in range(count)]
    xs = [left + (k + 0.5) * (width * 0.85) / count for k in range(count)]
    if kind == 0:
        half = width * 0.3 / count
        for x, y in zip(xs, tops, strict=True):
            pen.rectangle((x - half, y, x + half, low), fill=fill if random.random() < 0.7 else any_colour(random))
    elif kind == 1:
        _curves(pen, random, xs, width, height)
    elif kind == 2:
        for _ in range(random.randint(20, 120)):
            x, y, r = random.uniform(left, width), random.uniform(0, low), width * 0.008
            pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)
    else:
        _pie(pen, random, width, height)
    face = ImageFont.load_default(max(7, height // 22))
    for k in range(4):
        pen.text((2, low - k * height * 0.22), str(random.randint(0, 900)), fill=ink, font=face)
    pen.text((width * 0.3, 1), _words(random, 3), fill=ink, font=face)
    return image


def _curves(pen: ImageDraw.ImageDraw, random: Random, xs: list[float], width: int, height: int) -> None:
    for _ in range(random.randint(1, 3)):
        points = [(x, random.uniform(0.1, 0.85) * height) for x in xs]
        pen.line(points, fill=any_colour(random, 0, 220), width=max(1, width // 150))


def _pie(pen: ImageDraw.ImageDraw, random: Random, width: int, height: int) -> None:
    pen.rectangle((0, 0, width, height), fill=(255, 255, 255))
    start, radius = 0.0, min(width, height) * 0.4
    box = (width / 2 - radius, height / 2 - radius, width / 2 + radius, height / 2 + radius)
    for _ in range(random.randint(3, 7)):
        end = min(360, start + random.uniform(30, 110))
        pen.pieslice(box, start, end, fill=any_colour(random))
        start = end


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
