"""What is in a picture: values drawn from a seeded random source, with nothing about pixels."""

from __future__ import annotations

import colorsys
import math
from dataclasses import dataclass
from random import Random

RGB = tuple[int, int, int]

KINDS = ("circle", "square", "triangle", "star")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "black", "white")
CELLS = ("top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom", "bottom right")

# Boxes of hue in degrees, saturation and value; between two colours lies a gap that is never drawn.
RANGES: dict[str, tuple[tuple[float, float, float, float, float, float], ...]] = {
    "red": ((-12, 8, 0.76, 1, 0.6, 1),),
    "orange": ((25, 41, 0.78, 1, 0.86, 1),),
    "yellow": ((49, 63, 0.6, 1, 0.86, 1),),
    "green": ((94, 150, 0.5, 1, 0.38, 1),),
    "blue": ((204, 246, 0.6, 1, 0.5, 1),),
    "purple": ((266, 292, 0.5, 1, 0.48, 0.95), (292, 302, 0.6, 1, 0.45, 0.72)),
    "pink": ((322, 342, 0.4, 0.95, 0.9, 1), (335, 356, 0.2, 0.45, 0.93, 1)),
    "black": ((0, 360, 0, 0.4, 0, 0.1),),
    "white": ((0, 360, 0, 0.03, 0.96, 1),),
}
# The names people use in style sheets and drawing programs: half of all shapes wear exactly these.
COMMON: dict[str, tuple[RGB, ...]] = {
    "red": ((255, 0, 0), (220, 20, 60), (231, 76, 60), (200, 0, 0), (220, 30, 30), (229, 57, 53)),
    "orange": ((255, 165, 0), (255, 140, 0), (243, 156, 18), (255, 127, 14), (230, 126, 34), (251, 140, 0)),
    "yellow": ((255, 255, 0), (255, 215, 0), (241, 196, 15), (255, 235, 59), (250, 220, 40)),
    "green": ((0, 128, 0), (0, 255, 0), (34, 139, 34), (50, 205, 50), (46, 204, 113), (76, 175, 80), (0, 160, 0)),
    "blue": ((0, 0, 255), (30, 144, 255), (65, 105, 225), (52, 152, 219), (33, 150, 243), (30, 60, 220), (0, 0, 200)),
    "purple": ((128, 0, 128), (155, 89, 182), (156, 39, 176), (102, 51, 153), (138, 43, 226), (148, 0, 211)),
    "pink": ((255, 192, 203), (255, 105, 180), (255, 20, 147), (255, 182, 193), (240, 98, 146), (255, 130, 190)),
    "black": ((0, 0, 0), (10, 10, 10), (20, 20, 20)),
    "white": ((255, 255, 255), (250, 250, 250)),
}
LIGHT: tuple[RGB, ...] = ((255, 255, 255),) * 6 + (
    (245, 245, 245),
    (240, 240, 240),
    (230, 230, 230),
    (211, 211, 211),
    (245, 245, 220),
    (240, 248, 255),
    (255, 250, 240),
    (255, 255, 224),
    (173, 216, 230),
    (230, 230, 250),
    (224, 255, 255),
    (240, 255, 240),
    (255, 228, 225),
    (200, 200, 200),
)
DARK: tuple[RGB, ...] = (
    (0, 0, 0),
    (0, 0, 0),
    (16, 16, 16),
    (32, 32, 32),
    (30, 30, 40),
    (40, 40, 40),
    (0, 0, 64),
    (20, 30, 48),
    (47, 79, 79),
    (25, 25, 50),
    (50, 20, 20),
    (10, 40, 20),
    (64, 64, 64),
    (45, 52, 54),
)
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


def distance(a: RGB, b: RGB) -> float:
    """Euclidean distance of two RGB colors."""
    return math.dist(a, b)


def hsv(hue: float, saturation: float, value: float) -> RGB:
    """RGB of hue in degrees, saturation and value from 0 to 1."""
    red, green, blue = colorsys.hsv_to_rgb(hue / 360 % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def shade(random: Random, colour: str) -> RGB:
    """One of the many tints that go by this name."""
    if random.random() < 0.5:
        return random.choice(COMMON[colour])
    low, high, s0, s1, v0, v1 = random.choice(RANGES[colour])
    return hsv(random.uniform(low, high), random.uniform(s0, s1), random.uniform(v0, v1))


def ground(random: Random) -> RGB:
    """A background color: white and light ones mostly, dark, tinted or gray ones now and then."""
    roll = random.random()
    if roll < 0.42:
        return random.choice(LIGHT)
    if roll < 0.58:
        return random.choice(DARK)
    hue = random.uniform(0, 360)
    if roll < 0.76:
        return hsv(hue, random.uniform(0, random.choice((0.28, 0.45))), random.uniform(0.8, 1))
    if roll < 0.87:
        return hsv(hue, random.uniform(0, 0.7), random.uniform(0, 0.3))
    if roll < 0.96:  # navy, dark green, maroon
        return hsv(hue, random.uniform(0.6, 1), random.uniform(0.15, 0.55))
    return hsv(hue, random.uniform(0, 0.12), random.uniform(0.3, 0.8))


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
