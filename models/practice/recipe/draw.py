"""A scene becomes pixels, then the square the model sees, and the labels the eye learns from."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from recipe.clutter import clutter
from recipe.scenes import CELLS, COLOURS, KINDS, RGB, Number, Scene, Shape

SIDE, PATCH, POOL = 192, 16, 2
GRID = SIDE // PATCH  # patches a side
CELL = 8  # label pixels a patch side
DIGITS = 10
SIZES = (0.14, 0.19, 0.26, 0.35, 0.47)  # between classes of diameters
FONT_FOLDERS = ("/usr/share/fonts", "/Library/Fonts", "/System/Library/Fonts/Supplemental", "C:/Windows/Fonts")
# Families whose digits are plain to read; what is missing on a machine is left out.
FONT_NAMES = (
    "DejaVuSans",
    "DejaVuSerif",
    "DejaVuSansMono",
    "DejaVuSansCondensed",
    "LiberationSans",
    "LiberationSerif",
    "LiberationMono",
    "FreeSans",
    "FreeSerif",
    "FreeMono",
    "OpenSans",
    "Roboto",
    "Lato",
    "Hack",
    "ComicNeue",
    "Bebas",
    "Cabin",
    "CourierPrime",
    "Courier Prime",
    "Inconsolata",
    "Carlito",
    "Caladea",
    "Cantarell",
    "Oswald",
    "Quicksand",
    "Montserrat",
    "Arial",
    "Verdana",
    "Times",
    "Courier",
    "Georgia",
    "Trebuchet",
    "Impact",
    "Helvetica",
)


@cache
def fonts() -> tuple[str, ...]:
    found = [path for folder in FONT_FOLDERS for end in ("ttf", "otf") for path in Path(folder).rglob(f"*.{end}")]
    odd = ("Math", "Thin", "Hairline", "ExtraLight")
    plain = [
        str(path) for path in found if path.name.startswith(FONT_NAMES) and not any(word in path.name for word in odd)
    ]
    return ("",) * max(3, len(plain) // 12) + tuple(sorted(plain))


@cache
def font(index: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    name = fonts()[index % len(fonts())]
    return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)


def outline(shape: Shape, width: float, height: float) -> list[tuple[float, float]]:
    """Corners in pixels of a picture `width` x `height`; a circle has many."""
    radius = shape.diameter * max(width, height) / 2
    x, y = shape.x * width, shape.y * height
    if shape.kind == "circle":
        turns = [(k / 48 * 2 * math.pi, 1.0) for k in range(48)]
    elif shape.kind == "square":
        turns = [((k + 0.5) / 4 * 2 * math.pi, 1.0) for k in range(4)]
    elif shape.kind == "triangle":
        turns = [(k / 3 * 2 * math.pi - math.pi / 2, 1.0) for k in range(3)]
    else:
        turns = [(k / 10 * 2 * math.pi - math.pi / 2, 1.0 if k % 2 == 0 else shape.waist) for k in range(10)]
    return [
        (x + radius * far * math.cos(a + shape.angle), y + radius * far * math.sin(a + shape.angle)) for a, far in turns
    ]


def _draw_number(picture: Image.Image, number: Number) -> tuple[Image.Image, list[tuple[float, float, float, float]]]:
    """The picture with the number on it and one box a digit, in pixels (rotation ignored: it is small)."""
    width, height = picture.size
    size = max(9, round(number.height * min(width, height) / 0.74))
    while True:
        face = font(number.font, size)
        left, top, right, bottom = face.getbbox(number.text)
        if (right - left <= width * 0.94 and bottom - top <= height * 0.94) or size <= 9:
            break
        size = max(9, int(size * 0.88))
    x = (width - (right - left)) * (0.03 + 0.94 * number.x)
    y = (height - (bottom - top)) * (0.03 + 0.94 * number.y)
    edges = [face.getlength(number.text[:k]) for k in range(len(number.text) + 1)]
    boxes = [(x + a, y, x + b, y + bottom - top) for a, b in pairwise(edges)]
    if abs(number.angle) < 0.5:
        ImageDraw.Draw(picture).text((x - left, y - top), number.text, fill=number.rgb, font=face)
        return picture, boxes
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).text((x - left, y - top), number.text, fill=255, font=face)
    centre = (x + (right - left) / 2, y + (bottom - top) / 2)
    mask = mask.rotate(number.angle, Image.Resampling.BICUBIC, center=centre)
    picture.paste(number.rgb, (0, 0), mask)
    return picture, boxes


def picture(scene: Scene, random: Random) -> tuple[Image.Image, list[tuple[float, float, float, float]]]:
    """Draws the scene; smooth edges or steps by chance."""
    if scene.subject == "other":
        return clutter(scene.clutter, scene.width, scene.height), []
    smooth = 2 if scene.width * scene.height < 90_000 and random.random() < 0.6 else 1
    canvas = Image.new("RGB", (scene.width * smooth, scene.height * smooth), scene.ground)
    pen = ImageDraw.Draw(canvas)
    for shape in scene.shapes:
        if shape.kind == "circle":
            radius = shape.diameter * max(canvas.size) / 2
            x, y = shape.x * canvas.width, shape.y * canvas.height
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shape.rgb)
        else:
            pen.polygon(outline(shape, *canvas.size), fill=shape.rgb)
    if smooth > 1:
        canvas = canvas.resize(
            (scene.width, scene.height), random.choice((Image.Resampling.BOX, Image.Resampling.LANCZOS))
        )
    return _draw_number(canvas, scene.number) if scene.number else (canvas, [])


def worn(image: Image.Image, random: Random) -> Image.Image:
    """As pictures travel: scaled and saved as JPEG by chance."""
    roll = random.random()
    if roll < 0.12:
        scale = random.uniform(0.5, 1.6)
        how = random.choice(
            (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
        )
        if max(image.size) * scale >= 64 and image.width * image.height * scale * scale < 700_000:
            image = image.resize((max(16, round(image.width * scale)), max(16, round(image.height * scale))), how)
    if random.random() < 0.4 and image.width * image.height < 320_000:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=random.randint(30, 95))
        image = Image.open(file).convert("RGB")
    return image


def square(image: Image.Image) -> tuple[Image.Image, tuple[float, float, float]]:
    """What llama.cpp does for `gemma3`: bilinear, aspect kept, centred on black. Also returns scale and offsets."""
    if image.size == (SIDE, SIDE):
        return image, (1.0, 0.0, 0.0)
    scale = min(np.float32(SIDE) / np.float32(image.width), np.float32(SIDE) / np.float32(image.height))
    width = min(math.ceil(np.float32(image.width) * scale), SIDE)
    height = min(math.ceil(np.float32(image.height) * scale), SIDE)
    canvas = Image.new("RGB", (SIDE, SIDE))
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    canvas.paste(image.resize((width, height), Image.Resampling.BILINEAR), (left, top))
    return canvas, (float(scale), float(left), float(top))


def _cover(things: list[list[tuple[float, float]]]) -> NDArray[np.int64]:
    """For each patch the index (from 1) of the thing that covers most of it, 0 for none."""
    side = GRID * CELL
    canvas = Image.new("L", (side, side))
    pen = ImageDraw.Draw(canvas)
    for index, points in enumerate(things, 1):
        pen.polygon([(x * side / SIDE, y * side / SIDE) for x, y in points], fill=index)
    blocks = np.asarray(canvas).reshape(GRID, CELL, GRID, CELL).transpose(0, 2, 1, 3).reshape(GRID * GRID, -1)
    counts = np.stack([(blocks == index).sum(1) for index in range(len(things) + 1)], 1)
    counts[:, 0] = 4  # fewer label pixels than this count for nothing
    return np.asarray(counts.argmax(1), np.int64)


def _under(cover: NDArray[np.int64], things: int) -> NDArray[np.int64]:
    """For each picture token the thing that covers most of its patches, 0 for none."""
    half = GRID // POOL
    four = cover.reshape(half, POOL, half, POOL).transpose(0, 2, 1, 3).reshape(half * half, -1)
    votes = np.stack([np.full(half * half, 0.5), *((four == index).sum(1) for index in range(1, things + 1))], 1)
    return np.asarray(votes.argmax(1), np.int64)


def labels(
    scene: Scene,
    boxes: list[tuple[float, float, float, float]],
    native: tuple[int, int],
    fit: tuple[float, float, float],
) -> dict[str, NDArray[np.int64]]:
    """Per patch: kind, colour, digit (0 is none); the subject; and per pooled token which kinds, colours, digits
    (by place in the number), cells of the picture and sizes have their centre there."""
    scale, left, top = fit
    width, height = native
    half = GRID // POOL
    kind = np.zeros(GRID * GRID, np.int64)
    colour, digit = kind.copy(), kind.copy()
    centre = np.zeros((half * half, len(KINDS) + len(COLOURS) + 3 * DIGITS + len(CELLS) + len(SIZES) + 1), np.int64)

    def place(x: float, y: float) -> tuple[float, float]:
        return x * scale + left, y * scale + top

    under = np.zeros((half * half, 5), np.int64)
    if scene.shapes:
        cover = _cover([[place(x, y) for x, y in outline(s, width, height)] for s in scene.shapes])
        kind = np.array([0] + [1 + KINDS.index(s.kind) for s in scene.shapes])[cover]
        colour = np.array([0] + [1 + COLOURS.index(s.colour) for s in scene.shapes])[cover]
        below = _under(cover, len(scene.shapes))
        for column, values in enumerate(
            (
                [1 + KINDS.index(s.kind) for s in scene.shapes],
                [1 + COLOURS.index(s.colour) for s in scene.shapes],
                [1 + CELLS.index(s.cell) for s in scene.shapes],
                [1 + sum(s.diameter > size for size in SIZES) for s in scene.shapes],
            )
        ):
            under[:, column] = np.array([0, *values])[below]
        for s in scene.shapes:
            x, y = place(s.x * width, s.y * height)
            spot = min(half - 1, int(y / PATCH / POOL)) * half + min(half - 1, int(x / PATCH / POOL))
            centre[spot, KINDS.index(s.kind)] = 1
            centre[spot, len(KINDS) + COLOURS.index(s.colour)] = 1
            cells = len(KINDS) + len(COLOURS) + 3 * DIGITS
            centre[spot, cells + CELLS.index(s.cell)] = 1
            centre[spot, cells + len(CELLS) + sum(s.diameter > size for size in SIZES)] = 1
    if scene.number:
        grown = width / scene.width, height / scene.height
        boxes = [(a * grown[0], b * grown[1], c * grown[0], d * grown[1]) for a, b, c, d in boxes]
        cover = _cover([[place(a, b), place(c, b), place(c, d), place(a, d)] for a, b, c, d in boxes])
        digit = np.array([0] + [1 + int(c) for c in scene.number.text])[cover]
        below = _under(cover, len(boxes))
        under[:, 4] = np.array([0] + [1 + int(c) for c in scene.number.text])[below]
        for k, (a, b, c, d) in enumerate(boxes):
            x, y = place((a + c) / 2, (b + d) / 2)
            spot = min(half - 1, max(0, int(y / PATCH / POOL))) * half + min(half - 1, max(0, int(x / PATCH / POOL)))
            centre[spot, len(KINDS) + len(COLOURS) + k * DIGITS + int(scene.number.text[k])] = 1
    subject = 2 if scene.subject == "other" else 1 if scene.number else 0
    counts = np.array([len(scene.shapes), *(sum(s.kind == k for s in scene.shapes) for k in KINDS)])
    return {
        "under": under,
        "counts": counts,
        "kind": kind,
        "colour": colour,
        "digit": digit,
        "centre": centre,
        "subject": np.array(subject),
    }


def ink(
    scene: Scene, pixels: NDArray[np.uint8], native: tuple[int, int], fit: tuple[float, float, float]
) -> NDArray[np.float32]:
    """Per patch, the share of ink in each of 4 x 4 parts (144, 16): ink differs from the ground by half of what
    the palest ink does."""
    inks = [s.rgb for s in scene.shapes] + ([scene.number.rgb] if scene.number else [])
    least = min((sum(abs(a - b) for a, b in zip(rgb, scene.ground, strict=True)) for rgb in inks), default=765)
    ground = np.array(scene.ground, np.uint8)
    gap = np.maximum(pixels, ground) - np.minimum(pixels, ground)
    far = gap[..., 0].astype(np.uint16) + gap[..., 1] + gap[..., 2] > least // 2
    scale, left, top = fit
    inside = np.zeros((SIDE, SIDE), np.uint8)
    inside[int(top) : int(top + native[1] * scale + 1), int(left) : int(left + native[0] * scale + 1)] = 255
    inside *= far
    shares = (
        np.asarray(Image.fromarray(inside).reduce(PATCH // 4), np.float32)
        .reshape(GRID, 4, GRID, 4)
        .transpose(0, 2, 1, 3)
        / 255
    )
    return np.asarray(shares.reshape(GRID * GRID, 16), np.float32)


def seen(scene: Scene, random: Random) -> tuple[NDArray[np.uint8], dict[str, NDArray[np.generic]]]:
    """The square of pixels (SIDE, SIDE, 3) and its labels."""
    image, boxes = picture(scene, random)
    image = worn(image, random)
    fitted, fit = square(image)
    pixels = np.asarray(fitted)
    taught: dict[str, NDArray[np.generic]] = {
        **labels(scene, boxes, image.size, fit),
        "ink": ink(scene, pixels, image.size, fit),
    }
    return pixels, taught


def example(ground: RGB = (255, 255, 255)) -> Scene:
    """The sample that ships: three shapes."""
    return Scene(
        "shapes",
        800,
        600,
        ground,
        (
            Shape("circle", "red", (229, 57, 53), 0.2, 0.25, 0.24),
            Shape("star", "blue", (30, 110, 240), 0.78, 0.3, 0.28),
            Shape("square", "green", (46, 160, 67), 0.5, 0.76, 0.3),
        ),
    )


if __name__ == "__main__":
    sample = Path(__file__).resolve().parents[3] / "resources" / "samples" / "shapes.png"
    sample.parent.mkdir(parents=True, exist_ok=True)
    large = replace(example(), width=1600, height=1200)
    picture(large, Random(0))[0].resize((800, 600), Image.Resampling.BOX).save(sample)
