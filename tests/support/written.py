"""Screens whose text is known: dialogs, terminals, editors, forms and tables, drawn from a seed.

What is written on one is `rows`, top to bottom; what stands side by side is joined by two spaces. The fonts are
those of most Linux desktops: DejaVu, and Liberation, whose letters are as wide as those of Arial and Courier New. Sizes
are the usual ones of a screen at 100 %, doubled for 200 %.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from fanlight.domain.messages import Image
from support import written_words as words

Colour = tuple[int, int, int]
FOLDERS = (Path("/usr/share/fonts/truetype"), Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))
SANS = ("LiberationSans-Regular.ttf", "DejaVuSans.ttf")
MONO = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf")
SERIF = ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf")


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """Its edges in pixels of the picture."""

    text: str
    left: float
    right: float
    middle: float


@dataclass(frozen=True, slots=True)
class Written:
    name: str
    image: Image
    rows: tuple[str, ...]
    words: tuple[WrittenWord, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.rows)


class FontMissing(Exception):
    """A sentence: which font, and the packages that have it."""


@cache
def font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    """Raises FontMissing."""
    for folder in FOLDERS:
        for path in folder.rglob(name) if folder.is_dir() else ():
            return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)
    raise FontMissing(f"The font {name} is not here: apt-get install fonts-liberation fonts-dejavu-core")


@dataclass(slots=True)
class Canvas:
    """Sizes and places are in pixels at 100 %; `scale` turns them into the picture's own."""

    width: int
    height: int
    dark: bool = False
    scale: float = 1.0
    picture: Pillow.Image = field(init=False)
    rows: list[str] = field(init=False, default_factory=list)
    words: list[WrittenWord] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.picture = Pillow.new("RGB", self._sized(self.width, self.height), self.ground)  # type: ignore[arg-type]

    @property
    def ground(self) -> Colour:
        return (30, 31, 34) if self.dark else (250, 250, 250)

    @property
    def ink(self) -> Colour:
        return (222, 222, 226) if self.dark else (32, 33, 36)

    @property
    def faint(self) -> Colour:
        return (70, 72, 78) if self.dark else (205, 207, 212)

    def _sized(self, *places: float) -> tuple[int, ...]:
        return tuple(round(place * self.scale) for place in places)

    def box(self, left: float, top: float, width: float, height: float, fill: Colour | None = None) -> None:
        place = self._sized(left, top, left + width, top + height)
        ImageDraw.Draw(self.picture).rectangle(place, fill=fill, outline=self.faint, width=max(1, round(self.scale)))

    def width_of(self, text: str, name: str, pixels: int) -> float:
        return font(name, round(pixels * self.scale)).getlength(text) / self.scale

    def row(self, top: float, cells: Sequence[tuple[float, str]], name: str, pixels: int) -> None:
        """Texts beside each other, told left to right."""
        for left, text in cells:
            place, letters = self._sized(left, top), font(name, round(pixels * self.scale))
            ImageDraw.Draw(self.picture).text(place, text, self.ink, letters)  # type: ignore[arg-type]
            for word in re.finditer(r"\S+", text):
                begin, end = (place[0] + letters.getlength(text[:at]) for at in word.span())
                self.words.append(WrittenWord(word[0], begin, end, place[1] + 0.6 * letters.size))
        self.rows.append("  ".join(text for _, text in sorted(cells)))

    def image(self) -> Image:
        return Image.of(*self.picture.size, self.picture.tobytes())

    def done(self, name: str) -> Written:
        return Written(name, self.image(), tuple(self.rows), tuple(self.words))


def dialog(canvas: Canvas, chance: random.Random) -> None:
    sans, size = chance.choice(SANS), chance.choice((11, 12, 13, 14))
    canvas.box(0, 0, canvas.width - 1, 30, canvas.faint)
    canvas.row(8, [(12, words.title(chance))], sans, size)
    top = 52.0
    for _ in range(chance.randint(1, 3)):
        for line in _wrapped(canvas, words.paragraph(chance), sans, size, canvas.width - 60):
            canvas.row(top, [(30, line)], sans, size)
            top += size * 1.5
        top += size
    for _ in range(chance.randint(1, 3)):
        canvas.box(30, top, size, size)
        canvas.row(top - 1, [(40 + size, words.option(chance))], sans, size)
        top += size * 2
    buttons, left = [], float(canvas.width - 16)
    for label in chance.sample(words.BUTTONS, 2):
        wide = canvas.width_of(label, sans, size)
        left -= wide + 40
        canvas.box(left, canvas.height - 44, wide + 28, size + 16)
        buttons.append((left + 14, label))
    canvas.row(canvas.height - 37, buttons, sans, size)


def terminal(canvas: Canvas, chance: random.Random) -> None:
    mono, size, top = chance.choice(MONO), chance.choice((11, 12, 13, 14)), 8.0
    while top < canvas.height - 2 * size:
        canvas.row(top, [(8, words.output(chance))], mono, size)
        top += size * 1.35


def editor(canvas: Canvas, chance: random.Random) -> None:
    mono, size = chance.choice(MONO), chance.choice((11, 12, 13))
    wide, top, number = canvas.width_of("0", mono, size), 10.0, chance.randint(1, 90)
    for line in words.code(chance, int((canvas.height - 20) / (size * 1.45))):
        indent = len(line) - len(line.lstrip())
        written = [(50 + indent * wide, line.strip())] if line.strip() else []
        canvas.row(top, [(12, str(number)), *written], mono, size)
        number, top = number + 1, top + size * 1.45


def form(canvas: Canvas, chance: random.Random) -> None:
    sans, size, top = chance.choice(SANS), chance.choice((11, 12, 13)), 20.0
    canvas.row(top, [(24, words.title(chance))], sans, size + 5)
    top += size * 3
    while top < canvas.height - 5 * size:
        label, value, hint = words.entry(chance)
        canvas.box(200, top - 5, canvas.width - 230, size + 12)
        canvas.row(top, [(24, label), (208, value)], sans, size)
        top += size * 1.9
        if chance.random() < 0.4:
            canvas.row(top, [(208, hint)], sans, max(9, size - 2))
            top += size * 1.7
        top += 6


def table(canvas: Canvas, chance: random.Random) -> None:
    sans, size, top = chance.choice((*SANS, SERIF[0])), chance.choice((10, 11, 12, 13)), 12.0
    places = (16.0, 110.0, 300.0, 400.0, 500.0)
    canvas.row(top, list(zip(places, words.HEADINGS, strict=True)), sans, size)
    top += size * 2
    while top < canvas.height - 2 * size:
        canvas.box(8, top - 0.4 * size, canvas.width - 16, 0)
        canvas.row(top, list(zip(places, words.record(chance), strict=True)), sans, size)
        top += size * 1.9


KINDS: dict[str, Callable[[Canvas, random.Random], None]] = {
    "dialog": dialog,
    "terminal": terminal,
    "editor": editor,
    "form": form,
    "table": table,
}
SIZES = {"dialog": (460, 380), "terminal": (640, 400), "editor": (620, 420), "form": (560, 420), "table": (600, 400)}


def drawn(kind: str, seed: int, dark: bool = False, scale: float = 1.0) -> Written:
    """The same for the same arguments. Raises FontMissing."""
    canvas = Canvas(*SIZES[kind], dark, scale)
    KINDS[kind](canvas, random.Random(f"{kind} {seed}"))
    return canvas.done(f"{kind}-{seed}-{'dark' if dark else 'light'}-{scale:g}x")


def forty() -> list[Written]:
    """Each kind twice in light and dark, at 100 % and 200 %; the kinds take turns."""
    looks = [(dark, scale) for dark in (False, True) for scale in (1.0, 2.0)]
    return [
        drawn(kind, 10 * look + seed, dark, scale)
        for seed in range(2)
        for look, (dark, scale) in enumerate(looks)
        for kind in KINDS
    ]


def in_fewer_spaces(text: str) -> str:
    """For comparing letters alone: one space for several, no empty lines."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _wrapped(canvas: Canvas, text: str, name: str, pixels: int, wide: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if canvas.width_of(longer, name, pixels) <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
