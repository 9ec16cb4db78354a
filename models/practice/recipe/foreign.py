"""Pictures people make that are none of ours: pages, screens, charts."""

from __future__ import annotations

import string
from random import Random

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
