"""What is in a picture: values drawn from a seeded random source, with nothing about pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from recipe.palette import COLOURS, COMMON, LIGHT, RGB, distance, ground, hsv, shade

KINDS = ("circle", "square", "triangle", "star")
CELLS = ("top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom", "bottom right")

# Area of each kind for a diameter of one.
AREA = {"circle": math.pi / 4, "square": 0.5, "triangle": 0.325, "star": 0.32}
SMALLEST = 1 / 10  # of the picture's longer side
CLEARLY = 1.3  # "larger" means at least this ratio of diameters and of square roots of areas


@dataclass(frozen=True, slots=True)
class Shape:
    """Centre in fractions of the picture; `diameter` (of the circle around it) in fractions of the longer side."""

    kind: str
    colour: str
    rgb: RGB
    x: float
    y: float
    diameter: float
    angle: float = 0.0
    waist: float = 0.42

    @property
    def cell(self) -> str:
        """The name of the third of the picture its center lies in."""
        return CELLS[min(2, int(self.y * 3)) * 3 + min(2, int(self.x * 3))]

    def larger_than(self, other: Shape) -> bool:
        """True only when no reading of "larger" could say otherwise."""
        area = math.sqrt(AREA[self.kind] / AREA[other.kind])
        ratio = self.diameter / other.diameter
        return ratio >= CLEARLY and ratio * area >= CLEARLY


@dataclass(frozen=True, slots=True)
class Number:
    """`height` in fractions of the picture's shorter side; `font` is an index that the drawing wraps around."""

    text: str
    rgb: RGB
    x: float
    y: float
    height: float
    font: int
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """`subject` is shapes, number, or other: then `clutter` seeds a picture the model does not know."""

    subject: str
    width: int
    height: int
    ground: RGB
    shapes: tuple[Shape, ...] = ()
    number: Number | None = None
    clutter: int = 0

    @property
    def knows(self) -> bool:
        """Whether the model may say what is in it."""
        return self.subject != "other"


def size(random: Random) -> tuple[int, int]:
    """Width and height: few small, most of a screen's middle sizes; aspect 1:4 to 4:1."""
    roll = random.random()
    longer = (
        random.uniform(64, 192)
        if roll < 0.1
        else random.uniform(192, 440)
        if roll < 0.93
        else random.uniform(440, 1000)
    )
    roll = random.random()
    aspect = (
        1.0 if roll < 0.18 else random.choice((4 / 3, 3 / 2, 16 / 9, 1.25)) if roll < 0.55 else random.uniform(1, 1.8)
    )
    if roll > 0.9:
        aspect = random.uniform(1.8, 4)
    longer, shorter = round(longer), max(24, round(longer / aspect))
    return (longer, shorter) if random.random() < 0.68 else (shorter, longer)


def _clear_of_lines(value: float, gap: float = 0.04) -> bool:
    return min(abs(value - 1 / 3), abs(value - 2 / 3)) >= gap


def _place(random: Random, width: int, height: int, diameter: float, others: list[Shape]) -> tuple[float, float] | None:
    longer = max(width, height)
    half_x, half_y = diameter * longer / 2 / width, diameter * longer / 2 / height
    if half_x > 0.5 or half_y > 0.5:
        return None
    for _ in range(24):
        x, y = random.uniform(half_x, 1 - half_x), random.uniform(half_y, 1 - half_y)
        if random.random() < 0.3:  # on the middle of a cell, as people and programs place things
            x = min(max(random.choice((1 / 6, 1 / 2, 5 / 6)), half_x), 1 - half_x)
            y = min(max(random.choice((1 / 6, 1 / 2, 5 / 6)), half_y), 1 - half_y)
        if not (_clear_of_lines(x) and _clear_of_lines(y)):
            continue
        if all(
            math.hypot((x - o.x) * width, (y - o.y) * height) / longer > (diameter + o.diameter) / 2 + 0.012
            for o in others
        ):
            return x, y
    return None


def shapes_scene(random: Random, count: int | None = None) -> Scene:
    """Up to five shapes that do not touch; fewer where there is no room. `count` fixes how many."""
    width, height = size(random)
    back = ground(random)
    if count is None:
        count = random.choices(range(6), (4, 20, 22, 22, 17, 15))[0]
    room = min(width, height) / max(width, height)
    palette = random.sample(COLOURS, random.choice((1, 2, 2, 3, 9, 9, 9)))
    kinds = random.sample(KINDS, random.choice((1, 2, 4, 4, 4)))
    largest = min(0.9 * room, 0.75 if count == 1 else 0.55 if count == 2 else 0.42)
    low = math.log(SMALLEST)
    if random.random() < 0.35:
        low = math.log(min(0.16, largest * 0.6))
    shapes: list[Shape] = []
    tries = 0
    while len(shapes) < count and tries < 60:
        tries += 1
        diameter = math.exp(random.uniform(low, math.log(max(largest, SMALLEST * 1.1))))
        if shapes and random.random() < 0.15:
            diameter = shapes[-1].diameter
        colour = random.choice(palette)
        rgb = shade(random, colour)
        if distance(rgb, back) < 60:
            palette = palette if tries % 8 else random.sample(COLOURS, 3)
            continue
        place = _place(random, width, height, diameter, shapes)
        if place is None:
            continue
        kind = random.choice(kinds)
        turned = random.random() < 0.2
        angle = random.uniform(0, 2 * math.pi) if turned else 0.0
        waist = random.uniform(0.36, 0.5) if random.random() < 0.5 else 0.4
        shapes.append(Shape(kind, colour, rgb, *place, diameter, angle, waist))
    shapes.sort(key=lambda s: (CELLS.index(s.cell), COLOURS.index(s.colour), KINDS.index(s.kind)))
    return Scene("shapes", width, height, back, tuple(shapes))


def number_scene(random: Random) -> Scene:
    """A number of one to three digits in a color that stands out."""
    width, height = size(random)
    if max(width, height) < 96:
        width, height = width * 2, height * 2
    back = ground(random) if random.random() < 0.75 else shade(random, random.choice(COLOURS))
    while True:
        ink = shade(random, random.choice(COLOURS + ("black",) * 5 + ("white",) * 2))
        if random.random() < 0.1:
            ink = hsv(random.uniform(0, 360), random.random(), random.random())
        if distance(ink, back) >= 110 and abs(sum(ink) - sum(back)) >= 130:
            break
        if random.random() < 0.1:
            back = random.choice(LIGHT)
    digits = random.choice((1, 2, 2, 3, 3))
    text = str(random.randrange(10 ** (digits - 1) if digits > 1 else 0, 10**digits))
    least = max(0.2, 0.12 * max(width, height) / min(width, height))  # 23 of the model's 192 pixels
    tall = math.exp(random.uniform(math.log(least), math.log(max(0.85, least))))
    angle = random.gauss(0, 4) if random.random() < 0.3 else 0.0
    number = Number(text, ink, random.random(), random.random(), tall, random.randrange(10_000), angle)
    if random.random() < 0.55:
        number = Number(text, ink, 0.5, 0.5, tall, number.font, angle)
    return Scene("number", width, height, back, (), number)


def other_scene(random: Random) -> Scene:
    """A picture that the model does not know, by its seed."""
    width, height = size(random)
    return Scene("other", width, height, ground(random), (), None, random.randrange(1 << 30))


def easy_scene(random: Random) -> Scene:
    """One to three large upright shapes in plain colours on plain ground: what the eye learns kinds from first."""
    if random.random() < 0.4:
        return _easy_number(random)
    width, height = size(random)
    back = random.choice(((255, 255, 255), (255, 255, 255), (245, 245, 245), (0, 0, 0), (32, 32, 32)))
    shapes: list[Shape] = []
    for _ in range(random.choice((1, 2, 3))):
        diameter = min(width, height) / max(width, height) * random.uniform(0.25, 0.8 if not shapes else 0.45)
        colour = random.choice(COLOURS)
        rgb = random.choice(COMMON[colour])
        place = _place(random, width, height, diameter, shapes)
        if distance(rgb, back) > 90 and place is not None:
            shapes.append(Shape(random.choice(KINDS), colour, rgb, *place, diameter))
    shapes.sort(key=lambda s: (CELLS.index(s.cell), COLOURS.index(s.colour), KINDS.index(s.kind)))
    return Scene("shapes", width, height, back, tuple(shapes))


def _easy_number(random: Random) -> Scene:
    """One or two large digits."""
    width, height = size(random)
    light = random.random() < 0.6
    back, rgb = (
        ((255, 255, 255), random.choice(COMMON[random.choice(("black", "blue", "red", "green", "purple"))]))
        if light
        else ((16, 16, 16), random.choice(COMMON[random.choice(("white", "yellow", "pink", "orange"))]))
    )
    text = str(random.randrange(10) if random.random() < 0.6 else random.randrange(10, 100))
    return Scene(
        "number",
        width,
        height,
        back,
        (),
        Number(text, rgb, random.uniform(0.2, 0.8), 0.5, random.uniform(0.5, 0.9), random.randrange(10_000)),
    )


def scene(random: Random, easy: float = 0.0, shapes: float = 0.62, numbers: float = 0.2) -> Scene:
    """One of the subjects by these shares; the rest is pictures the model does not know."""
    if random.random() < easy:
        return easy_scene(random)
    roll = random.random()
    if roll < shapes:
        return shapes_scene(random)
    return number_scene(random) if roll < shapes + numbers else other_scene(random)
