"""Long pages and what is seen of them while they are scrolled, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from support.written import MONO, SANS, font

Pixels = NDArray[np.uint32]
KINDS = ("text", "dark text", "code", "table", "chat", "pictures")
CARET_ROW = 240
"""Of the page; 16 rows high."""
_WORDS = [
    "the", "of", "and", "light", "window", "paper", "river", "stone", "open", "green", "under", "letter",
    "house", "early", "number", "field", "water", "seven",
]  # fmt: skip


def packed(picture: Pillow.Image) -> Pixels:
    rgb = np.asarray(picture.convert("RGB"), np.uint32)
    return np.asarray(rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2], np.uint32)


def long_page(kind: str, seed: int, width: int, height: int, scale: int = 1) -> Pixels:
    """`height` is about that; sizes of type are those of a screen at 100 or 200 %."""
    draw_with = random.Random(seed)
    dark = kind in ("dark text", "code")
    ground, ink = ((30, 31, 34), (214, 216, 220)) if dark else ((255, 255, 255), (34, 34, 38))
    picture = Pillow.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(picture)
    size = 14 * scale
    face = font((MONO if kind == "code" else SANS)[0], size)
    step, y, number = round(size * 1.5), 10 * scale, 1
    while y < height - step:
        left = 16 * scale
        if kind in ("text", "dark text"):
            if draw_with.random() < 0.12:
                y += step
            words = " ".join(draw_with.choice(_WORDS) for _ in range(draw_with.randint(3, 12)))
            draw.text((left, y), words, ink, face)
        elif kind == "code":
            indent = "    " * draw_with.randint(0, 3)
            common = draw_with.choice(["return None", "else:", "}", "pass", ""])
            special = f"{draw_with.choice(_WORDS)}_{draw_with.choice(_WORDS)} = {draw_with.choice(_WORDS)}({number})"
            draw.text((left, y), indent + (common if draw_with.random() < 0.5 else special), ink, face)
        elif kind == "table":
            draw.line([(0, y - 3), (width, y - 3)], (200, 200, 205))
            draw.text((left, y), str(number), ink, face)
            for column, text in enumerate(("Open", "12.50", "paid", "EUR", "no remark")):
                draw.text((left + (90 + 110 * column) * scale, y), text, ink, face)
        elif kind == "chat":
            high = step * draw_with.randint(1, 4) + 8 * scale
            mine = draw_with.random() < 0.5
            x = width // 3 if mine else left
            fill = (214, 234, 255) if mine else (238, 238, 240)
            draw.rounded_rectangle((x, y, x + width // 2, y + high), 8 * scale, fill)
            for line in range((high - 8 * scale) // step):
                said = " ".join(draw_with.choice(_WORDS) for _ in range(4))
                draw.text((x + 8 * scale, y + 4 * scale + line * step), said, ink, face)
            y += high - step + 12 * scale
        else:
            high = draw_with.randint(40, 160) * scale
            fine = np.random.default_rng(number + 977 * seed).integers(
                0, 255, (high // 8 + 1, width // 24, 3), np.uint8
            )
            photo = Pillow.fromarray(fine).resize((width * 2 // 3, high), Pillow.Resampling.BICUBIC)
            picture.paste(photo, (left, y))
            draw.text((left, y + high + 2), f"Figure {number}", ink, face)
            y += high + step
        y += step
        number += 1
    return packed(picture)


@dataclass
class ScrolledRegion:
    """What stands around the page, and what moves by itself. `frame(at)` is a picture of it."""

    page: Pixels
    height: int
    header: int = 0
    footer: int = 0
    side: int = 0
    scrollbar: int = 0
    caret: bool = False
    film: bool = False
    status: bool = False
    """The footer counts."""
    seed: int = 0
    frames_taken: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        width = self.page.shape[1] + self.side + self.scrollbar
        self.width = width
        noise = rng.integers(60, 200, (self.height // 6 + 1, width // 6 + 1))
        grey = np.kron(noise, np.ones((6, 6), np.int64))[: self.height, :width].astype(np.uint32)
        self._fixed = np.asarray(grey << 16 | grey << 8 | grey, np.uint32)
        self._fixed[:, self.side :] = np.where(
            rng.random((self.height, width - self.side)) < 0.02, np.uint32(0x404040), np.uint32(0xD0D0D8)
        )

    @property
    def view(self) -> int:
        return self.height - self.header - self.footer

    @property
    def last(self) -> int:
        return int(self.page.shape[0]) - self.view

    def frame(self, at: int) -> Pixels:
        self.frames_taken += 1
        made = self._fixed.copy()
        below, right = self.height - self.footer, self.side + self.page.shape[1]
        made[self.header : below, self.side : right] = self.page[at : at + self.view]
        if self.scrollbar:
            made[self.header : below, right:] = 0xEEEEEE
            thumb = max(20, self.view * self.view // self.page.shape[0])
            top = self.header + (self.view - thumb) * at // max(1, self.last)
            made[top : top + thumb, right + 2 :] = 0x888888
        if self.caret and self.frames_taken % 3 == 0:
            y = self.header + max(0, CARET_ROW - at)
            made[y : max(y, self.header + CARET_ROW + 16 - at), self.side + 30 : self.side + 32] = 0x808080
        if self.film:
            colours = np.random.default_rng(self.frames_taken).integers(0, 0xFFFFFF, (60, 90), np.uint32)
            y = 700 - at
            if 0 <= y < self.view - 60:
                made[self.header + y : self.header + y + 60, right - 120 : right - 30] = colours
        if self.status:
            rng = np.random.default_rng(at)
            spots = rng.random((12, 60)) < 0.4
            made[below + 4 : below + 16, right - 100 : right - 40] = np.where(spots, 0, 0xD0D0D8)
        return made


def scrolled_places(region: ScrolledRegion, seed: int, frames: int, how: str) -> list[int]:
    """`how`: "wheel" by equal steps, "smooth" by fingers, "back" also upwards, "keys" by nearly a whole view."""
    draw_with = random.Random(seed)
    at, velocity, places = 0, 0.0, [0]
    notch = draw_with.choice([53, 57, 100, 120])
    for _ in range(frames):
        if how == "wheel":
            at += notch * draw_with.choice([0, 1, 1, 2, 3])
        elif how == "smooth":
            velocity = 0.8 * velocity + draw_with.choice([0, 0, 60, 25])
            at += round(velocity)
        elif how == "keys":
            at += draw_with.choice([0, 0, round(0.85 * region.view)])
        else:
            at += draw_with.choice([0, 1, 1, 1, -1, 2, -2]) * draw_with.randint(3, 190)
        at = min(max(at, 0), region.last)
        places.append(at)
    return [*places, at, at]


def torn(before: Pixels, after: Pixels, at: int) -> Pixels:
    """A frame that was taken while it was painted."""
    made = before.copy()
    made[:at] = after[:at]
    return made


@dataclass(frozen=True, slots=True)
class ScrollSequence:
    region: ScrolledRegion
    places: list[int]

    def frames(self) -> Iterator[Pixels]:
        for at in self.places:
            yield self.region.frame(at)

    def compare(self, picture: Pixels) -> tuple[int, int]:
        """Rows of the page that are wrong in the stitched picture, and that it has too few or too many."""
        region, first = self.region, min(self.places)
        page = region.page[first : max(self.places) + region.view]
        got = picture[region.header : picture.shape[0] - region.footer, region.side :][:, : page.shape[1]]
        count = min(len(page), len(got))
        differs = got[:count] != page[:count]
        if region.caret:
            differs[CARET_ROW - first : CARET_ROW - first + 16, 30:32] = False
        return int(np.count_nonzero(differs.any(axis=1))), abs(len(page) - len(got))


_HOWS = ("wheel", "smooth", "back", "keys", "wheel")
_AROUND: tuple[dict[str, int], ...] = (
    {},
    {"header": 60},
    {"footer": 40, "scrollbar": 14},
    {"header": 50, "footer": 30, "side": 180, "scrollbar": 12},
    {"caret": 1, "header": 30, "footer": 30, "status": 1},
)


def scroll_sequence(number: int) -> ScrollSequence:
    scale, kind = 2 if number % 7 == 3 else 1, KINDS[number % 6]
    page = long_page(kind, number, 640 * scale, 5200 * scale, scale)
    around = _AROUND[number // 6 % 5]
    region = ScrolledRegion(page, 560 * scale, seed=number, **around)  # type: ignore[arg-type]
    return ScrollSequence(region, scrolled_places(region, number, 40, _HOWS[number % 5]))


def scroll_sequences() -> Iterator[ScrollSequence]:
    """Thirty."""
    return (scroll_sequence(number) for number in range(30))
