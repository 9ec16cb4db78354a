"""The colors by their names, and the grounds they stand on: RGB from 0 to 255, drawn from a seeded random source."""

from __future__ import annotations

import colorsys
import math
from random import Random

RGB = tuple[int, int, int]


COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "black", "white")

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
