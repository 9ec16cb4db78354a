"""Pictures the model must not claim to know: textures and scenes like photographs here, made things in `foreign`."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from recipe.foreign import any_colour, chart, screen, text
from recipe.foreign_shapes import crowd, other_shapes, strange_colours

Array = NDArray[np.float64]


def _image(values: Array) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _cloud(source: np.random.Generator, width: int, height: int, slope: float) -> Array:
    """Noise whose amplitude falls with frequency to the power `slope`, as in natural pictures; mean 0, deviation 1."""
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    reach = np.hypot(fx, fy)
    reach[0, 0] = 1
    spectrum = np.exp(2j * math.pi * source.random(reach.shape)) / reach**slope
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, (height, width))
    return np.asarray((field - field.mean()) / (field.std() + 1e-9))


def _mixed(source: np.random.Generator, width: int, height: int, slope: float, random: Random) -> Array:
    """Three channels of correlated cloud around random means."""
    shared = _cloud(source, width, height, slope)
    own = random.uniform(0, 0.6)
    layers = [
        random.uniform(50, 200)
        + random.uniform(25, 70) * (shared * (1 - own) + own * _cloud(source, width, height, slope))
        for _ in range(3)
    ]
    return np.stack(layers, 2)


def noise(random: Random, width: int, height: int) -> Image.Image:
    """Random pixels, coarse or fine."""
    source = np.random.default_rng(random.getrandbits(32))
    if random.random() < 0.6:
        return _image(_mixed(source, width, height, random.uniform(0.7, 2.2), random))
    grain = random.choice((1, 1, 2, 4, 8))
    small = source.integers(0, 256, (height // grain + 1, width // grain + 1, random.choice((1, 3))))
    values = np.repeat(np.repeat(small, grain, 0), grain, 1)[:height, :width]
    return _image(np.broadcast_to(values, (height, width, 3)).astype(float))


def gradient(random: Random, width: int, height: int) -> Image.Image:
    """One color running into another."""
    y, x = np.mgrid[0:height, 0:width]
    turn = random.uniform(0, 2 * math.pi)
    ramp = (x - width / 2) / width * math.cos(turn) + (y - height / 2) / height * math.sin(turn)
    if random.random() < 0.35:
        ramp = np.hypot(x / width - random.random(), y / height - random.random())
    ramp = (ramp - ramp.min()) / (np.ptp(ramp) + 1e-9)
    while True:
        a, b = np.array(any_colour(random)), np.array(any_colour(random))
        if np.abs(a - b).sum() > 200:
            return _image(a + (b - a) * ramp[..., None])


def pattern(random: Random, width: int, height: int) -> Image.Image:
    """Checks, stripes, bricks, dots, waves."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    turn = random.choice((0.0, 0.0, math.pi / 2, random.uniform(0, math.pi)))
    u, v = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    step = max(width, height) / random.uniform(4, 40)
    kind = random.randrange(6)
    if kind == 0:
        mask = (np.floor(u / step) + np.floor(v / step)) % 2
    elif kind == 1:
        mask = (u / step % 1 < random.uniform(0.2, 0.8)).astype(float)
    elif kind == 2:
        row = np.floor(v / step)
        mask = ((v / step % 1 > 0.12) & ((u / step / 2 + row * 0.5) % 1 > 0.06)).astype(float)
    elif kind == 3:
        mask = (np.hypot(u / step % 1 - 0.5, v / step % 1 - 0.5) < random.uniform(0.15, 0.4)).astype(float)
    elif kind == 4:
        mask = (np.sin(u / step * 3 + 2 * np.sin(v / step)) + 1) / 2
    else:
        mask = ((u / step % 1 < 0.1) | (v / step % 1 < 0.1)).astype(float)
    while True:
        a, b = np.array(any_colour(random)), np.array(any_colour(random))
        if np.abs(a - b).sum() > 120:
            return _image(a + (b - a) * mask[..., None])


def leaves(random: Random, width: int, height: int) -> Image.Image:
    """Many overlapping discs and quads with texture, blurred by chance: the statistics of natural scenes."""
    source = np.random.default_rng(random.getrandbits(32))
    image = Image.new("RGB", (width, height), any_colour(random))
    pen = ImageDraw.Draw(image)
    longer = max(width, height)
    dull = random.random() < 0.5
    for _ in range(random.randint(25, 220)):
        radius = longer * min(0.4, 0.02 / random.uniform(0.05, 1) ** 0.8)
        x, y = random.uniform(0, width), random.uniform(0, height)
        fill = any_colour(random, 30, 180) if dull else any_colour(random)
        if random.random() < 0.6:
            pen.ellipse((x - radius, y - radius * random.uniform(0.4, 1), x + radius, y + radius), fill=fill)
        else:
            pen.polygon(
                [
                    (x + radius * random.uniform(-1, 1), y + radius * random.uniform(-1, 1))
                    for _ in range(random.randint(3, 6))
                ],
                fill=fill,
            )
    if random.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(longer * random.uniform(0.002, 0.03)))
    if random.random() < 0.7:
        texture = _cloud(source, width, height, random.uniform(0.4, 1.4)) * random.uniform(5, 30)
        image = _image(np.asarray(image, float) + texture[..., None])
    return image


def landscape(random: Random, width: int, height: int) -> Image.Image:
    """Sky, hills, water or ground, a sun, trees or houses, with grain."""
    source = np.random.default_rng(random.getrandbits(32))
    y: Array = np.mgrid[0:height, 0:width][0] / height
    top, low = np.array(any_colour(random, 60, 255)), np.array(any_colour(random, 100, 255))
    values = top + (low - top) * y[..., None] + 18 * random.random() * _cloud(source, width, height, 1.6)[..., None]
    xs = np.arange(width)
    for depth in range(random.randint(1, 4)):
        level = 0.35 + 0.16 * depth + random.uniform(-0.08, 0.08)
        waves = [
            math.sin(k) * np.sin(xs / width * (k + 1) * random.uniform(1, 5) + random.uniform(0, 6))
            for k in range(1, 4)
        ]
        ridge = level + 0.08 * np.sum(waves, 0)
        land = y > ridge[None, :]
        grain = _cloud(source, width, height, random.uniform(0.5, 1.3))[..., None]
        values = np.where(land[..., None], np.array(any_colour(random, 10, 190)) + 22 * grain, values)
    image = _image(values)
    pen = ImageDraw.Draw(image)
    if random.random() < 0.3:
        r = width * random.uniform(0.03, 0.08)
        sx, sy = random.uniform(0, width), random.uniform(0, height * 0.3)
        pen.ellipse((sx - r, sy - r, sx + r, sy + r), fill=(255, 244, 214))
    for _ in range(random.choice((0, 0, 4, 12))):
        left, base = random.uniform(0, width), random.uniform(height * 0.5, height)
        tall = height * random.uniform(0.05, 0.3)
        draw = _tree if random.random() < 0.6 else _house
        draw(pen, random, left, base, tall)
    if random.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.5, 3)))
    return image


def _tree(pen: ImageDraw.ImageDraw, random: Random, x: float, y: float, h: float) -> None:
    pen.rectangle((x - h * 0.04, y - h, x + h * 0.04, y), fill=(70, 50, 30))
    for _ in range(6):
        a, b, r = x + random.gauss(0, h * 0.15), y - h + random.gauss(0, h * 0.15), h * 0.2
        green = (random.randint(10, 90), random.randint(60, 150), random.randint(10, 70))
        pen.ellipse((a - r, b - r, a + r, b + r), fill=green)


def _house(pen: ImageDraw.ImageDraw, random: Random, x: float, y: float, h: float) -> None:
    pen.rectangle((x, y - h * 0.6, x + h * 0.7, y), fill=any_colour(random, 60, 220))
    roof = [(x - h * 0.1, y - h * 0.6), (x + h * 0.35, y - h), (x + h * 0.8, y - h * 0.6)]
    pen.polygon(roof, fill=any_colour(random, 30, 160))


def portrait(random: Random, width: int, height: int) -> Image.Image:
    """A face or a soft object lit from one side on a blurred ground."""
    source = np.random.default_rng(random.getrandbits(32))
    values = _mixed(source, width, height, random.uniform(1.5, 2.6), random)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    for _ in range(random.choice((1, 1, 2, 3))):
        cx, cy = width * random.uniform(0.3, 0.7), height * random.uniform(0.35, 0.65)
        rx = min(width, height) * random.uniform(0.15, 0.42)
        ry = rx * random.uniform(0.6, 1.5)
        inside = 1 / (1 + np.exp((np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * random.uniform(8, 40)))
        light = 1 + 0.5 * ((x - cx) / rx * random.uniform(-1, 1) + (y - cy) / ry * random.uniform(-1, 1))
        skin = np.array(
            random.choice(((224, 172, 140), (141, 85, 60), (255, 219, 190), (90, 60, 45), any_colour(random, 30, 230)))
        )
        values = values * (1 - inside[..., None]) + skin * light[..., None] * inside[..., None]
    image = _image(values + 6 * source.standard_normal((height, width, 1)))
    if random.random() < 0.7:
        pen = ImageDraw.Draw(image)
        for side in (-1, 1):
            a, b, r = cx + side * rx * 0.4, cy - ry * 0.2, rx * 0.13
            pen.ellipse((a - r, b - r * 0.6, a + r, b + r * 0.6), fill=(250, 250, 250))
            pen.ellipse((a - r * 0.5, b - r * 0.5, a + r * 0.5, b + r * 0.5), fill=any_colour(random, 0, 90))
        pen.arc(
            (cx - rx * 0.4, cy + ry * 0.1, cx + rx * 0.4, cy + ry * 0.6),
            20,
            160,
            fill=(150, 50, 50),
            width=max(1, int(rx * 0.08)),
        )
        pen.pieslice(
            (cx - rx * 1.05, cy - ry * 1.1, cx + rx * 1.05, cy + ry * 0.3), 190, 350, fill=any_colour(random, 10, 120)
        )
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 2.5)))
    return image


MAKERS: tuple[tuple[float, Callable[[Random, int, int], Image.Image]], ...] = (
    (1.0, noise),
    (0.7, gradient),
    (0.8, pattern),
    (1.5, leaves),
    (1.2, landscape),
    (1.2, portrait),
    (1.5, text),
    (1.5, screen),
    (0.7, chart),
    (2.0, other_shapes),
    (0.9, strange_colours),
    (0.5, crowd),
)


def clutter(seed: int, width: int, height: int) -> Image.Image:
    """The picture for a seed; drawn small, since the model sees 192 pixels, then brought to size."""
    random = Random(seed)
    scale = min(1.0, random.uniform(220, 420) / max(width, height))
    make = random.choices([maker for _, maker in MAKERS], [weight for weight, _ in MAKERS])[0]
    return make(random, max(32, int(width * scale)), max(32, int(height * scale)))
