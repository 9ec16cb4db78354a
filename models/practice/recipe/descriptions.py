"""What people type to find a drawn picture, and of which pictures it is true."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace
from random import Random

from recipe.answers import PLACES, listed
from recipe.offtopic import offtopic
from recipe.palette import COLOURS, RANGES, RGB, distance, shade
from recipe.scenes import Scene, Shape, scene
from recipe.wordings import article, phrase

OWN_GROUND = 0.45
"""Share of pictures whose ground has a color with a name: "a red circle on blue"."""
FRAMES = (
    "{what}", "{what}", "{what}", "{what}", "picture of {what}", "a picture of {what}", "image with {what}",
    "a picture with {what}", "{what} in a picture", "there is {what}", "show me {what}", "pictures with {what}",
)  # fmt: skip
GROUNDS = (
    "{what} on {ground}", "{what} on {ground}", "{what} on {ground}", "{what} on a {ground} ground",
    "{what} on a {ground} background", "{what}, {ground} background", "{what} in front of {ground}",
    "{ground} background with {what}", "on {ground} {what}", "on a {ground} background: {what}",
    "{what} before a {ground} background", "{ground} ground, {what}", "{what} upon {ground}",
)  # fmt: skip
HELD_OUT = ("find {what}", "the drawing that shows {what}", "{what} please", "I am looking for {what}")
HELD_OUT_GROUNDS = (
    "{what} against a {ground} background", "{what} over a {ground} ground", "on a {ground} ground: {what}",
    "find {what} on {ground}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shape; "" is any."""

    kind: str = ""
    colour: str = ""
    cell: str = ""

    def fits(self, shape: Shape) -> bool:
        """Whether it is such a shape."""
        return self.kind in ("", shape.kind) and self.colour in ("", shape.colour) and self.cell in ("", shape.cell)

    def is_in(self, scene: Scene) -> bool:
        """Whether the scene has such a shape."""
        return any(map(self.fits, scene.shapes))


@dataclass(frozen=True, slots=True)
class Description:
    """A text and its meaning; without a meaning (off the subject) it is true of no picture."""

    text: str
    wanted: tuple[Wanted, ...] = ()
    ground: str = ""

    def is_true_of(self, scene: Scene) -> bool:
        """Whether a person would say so of the picture."""
        on_ground = self.ground in ("", ground_name(scene.ground))
        return bool(self.wanted) and on_ground and all(one.is_in(scene) for one in self.wanted)


def ground_name(rgb: RGB) -> str:
    """The color of a ground; "" where it has no plain name."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    for colour in COLOURS:
        for low, high, s0, s1, v0, v1 in RANGES[colour]:
            in_hue = any(low <= hue * 360 + turn <= high for turn in (-360, 0))
            if in_hue and s0 <= saturation <= s1 and v0 <= value <= v1:
                return colour
    return ""


def described_scene(random: Random) -> Scene:
    """A scene as the practice model knows it, often on a ground whose color has a name."""
    drawn = scene(random, 0.1, 0.85, 0.05)
    if not drawn.shapes or random.random() > OWN_GROUND:
        return drawn
    for _ in range(8):
        rgb = shade(random, random.choice(COLOURS))
        if all(distance(rgb, shape.rgb) >= 90 for shape in drawn.shapes):
            return replace(drawn, ground=rgb)
    return drawn


def describe(random: Random, scene: Scene, *, held_out: bool = False, whole: bool = False) -> Description:
    """Something that is true of the scene, if it has shapes. `held_out`: in wordings that are never trained on;
    `whole`: all that is in it."""
    if not scene.shapes:
        return off_subject(random)
    shapes = list(scene.shapes) if whole else random.sample(scene.shapes, random.randint(1, min(3, len(scene.shapes))))
    placed = random.random() < (0.5 if whole else 0.3)
    said = [_said(random, shape, placed=placed, fully=whole) for shape in shapes]
    ground = ground_name(scene.ground)
    if ground and (whole or random.random() < 0.5):
        frame = random.choice(HELD_OUT_GROUNDS if held_out else GROUNDS)
    else:
        ground, frame = "", random.choice(HELD_OUT if held_out else FRAMES)
    text = frame.format(what=listed([words for _, words in said]), ground=ground)
    return Description(_spelled(random, text), tuple(wanted for wanted, _ in said), ground)


def off_subject(random: Random) -> Description:
    """A text that is about no drawn picture."""
    return Description(_spelled(random, offtopic(random)))


def _said(random: Random, shape: Shape, *, placed: bool, fully: bool) -> tuple[Wanted, str]:
    roll = 0.0 if fully else random.random()
    kind = shape.kind if roll < 0.85 else ""
    colour = shape.colour if roll < 0.7 or roll >= 0.85 else ""
    cell = shape.cell if placed else ""
    words = phrase(random, kind, colour)
    words = article(words) if random.random() < 0.6 else words
    return Wanted(kind, colour, cell), f"{words} {PLACES[cell]}" if cell else words


def _spelled(random: Random, text: str) -> str:
    roll = random.random()
    return text[:1].upper() + text[1:] if roll < 0.25 else text.lower() if roll < 0.9 else text
