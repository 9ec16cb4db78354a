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
from recipe.palette import COLOURS, RGB
from recipe.scenes import CELLS, KINDS, Number, Scene, Shape
from recipe.symbols import DIGITS, PARTS, SIZE, spans

SIDE = 128
GRID = 8  # picture tokens a side
CELL = 12  # label pixels a token's side
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
    """Font files whose digits are plain to read; "" stands for Pillow's own font."""
    found = [path for folder in FONT_FOLDERS for end in ("ttf", "otf") for path in Path(folder).rglob(f"*.{end}")]
    odd = ("Math", "Thin", "Hairline", "ExtraLight")
    plain = [
        str(path) for path in found if path.name.startswith(FONT_NAMES) and not any(word in path.name for word in odd)
    ]
    return ("",) * max(3, len(plain) // 12) + tuple(sorted(plain))


@cache
def font(index: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font at `index` (it wraps around), `size` pixels tall."""
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


def square(image: Image.Image) -> Image.Image:
    """What the model sees, as llama.cpp makes it for `yasa2`: stretched to a square, Pillow's bicubic."""
    return image if image.size == (SIDE, SIDE) else image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _cover(things: list[list[tuple[float, float]]]) -> NDArray[np.int64]:
    """For each token the index (from 1) of the thing that covers most of its cell, 0 for hardly any."""
    side = GRID * CELL
    canvas = Image.new("L", (side, side))
    pen = ImageDraw.Draw(canvas)
    for index, points in enumerate(things, 1):
        pen.polygon([(x * side, y * side) for x, y in points], fill=index)
    blocks = np.asarray(canvas).reshape(GRID, CELL, GRID, CELL).transpose(0, 2, 1, 3).reshape(GRID * GRID, -1)
    counts = np.stack([(blocks == index).sum(1) for index in range(len(things) + 1)], 1)
    counts[:, 0] = CELL  # fewer label pixels than this count for nothing
    return np.asarray(counts.argmax(1), np.int64)


def _token(x: float, y: float) -> int:
    """Whose cell a point lies in; x and y in pictures."""
    return min(GRID - 1, max(0, int(y * GRID))) * GRID + min(GRID - 1, max(0, int(x * GRID)))


def code(scene: Scene, boxes: list[tuple[float, float, float, float]]) -> NDArray[np.float32]:
    """What each picture token is to say (GRID * GRID, symbols.SIZE); `boxes` of the digits, in pictures."""
    said = np.zeros((GRID * GRID, SIZE), np.float32)
    said[:, PARTS["subject"].start + ("shapes", "number", "other").index(scene.subject)] = 1

    def mark(where: int | NDArray[np.bool_], part: str, index: int) -> None:
        said[where, PARTS[part].start + index] = 1

    if scene.shapes:
        ratio = math.sqrt(max(scene.width, scene.height) / min(scene.width, scene.height))
        corners = [outline(s, scene.width, scene.height) for s in scene.shapes]
        cover = _cover([[(x / scene.width, y / scene.height) for x, y in points] for points in corners])
        for k, s in enumerate(scene.shapes, 1):
            here = _token(s.x, s.y)
            mark(here, "kind", KINDS.index(s.kind))
            mark(here, "colour", COLOURS.index(s.colour))
            mark(here, "place", CELLS.index(s.cell))
            said[here, PARTS["span"]] += spans(s.diameter * ratio)
            mark(cover == k, "under_kind", KINDS.index(s.kind))
            mark(cover == k, "under_colour", COLOURS.index(s.colour))
    if scene.number:
        cover = _cover([[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in boxes])
        for k, (a, b, c, d) in enumerate(boxes):
            digit = int(scene.number.text[k])
            mark(_token((a + c) / 2, (b + d) / 2), "digits", k * DIGITS + digit)
            mark(cover == k + 1, "under_digit", digit)
    return said


def seen(scene: Scene, random: Random) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The square of pixels (SIDE, SIDE, 3) and its code."""
    image, boxes = picture(scene, random)
    width, height = image.size
    boxes = [(a / width, b / height, c / width, d / height) for a, b, c, d in boxes]
    return np.asarray(square(worn(image, random))), code(scene, boxes)


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
