"""A screen is read from a point on: the same lines as in one go, those near the point first."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageOps

from fanlight.domain.messages import Image
from fanlight.domain.reading import reading_order
from fanlight.domain.stop import StopFlag
from fanlight.reading.nearest import FIRST, FoundBoxes, tiles_from
from fanlight.reading.tiles import MOST_PIXELS, Quad, bounds
from support.written import MONO, SANS, Canvas, drawn, font

if TYPE_CHECKING:
    from fanlight.reading.ocr import RapidOcrReader


def quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


@pytest.mark.parametrize("near", [(0, 0), (1900, 1070), (960, 540), (-50, 4000)])
@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (300, 200), (5000, 40)])
def test_the_tiles_cover_all_and_begin_at_the_point(near: tuple[float, float], size: tuple[int, int]) -> None:
    tiles = list(tiles_from(near, *size, MOST_PIXELS))
    wide, high = size
    assert all(0 <= left < right <= wide and 0 <= top < bottom <= high for left, top, right, bottom in tiles)
    x, y = min(max(near[0], 0), wide - 1), min(max(near[1], 0), high - 1)
    assert tiles[0][0] <= x <= tiles[0][2]
    assert tiles[0][1] <= y <= tiles[0][3]
    assert tiles[0][2] - tiles[0][0] <= max(FIRST[0], 1280)
    for _ in range(200):
        x, y = random.randrange(wide), random.randrange(high)
        assert any(left <= x < right and top <= y < bottom for left, top, right, bottom in tiles)


def test_a_box_counts_once_and_what_an_edge_cuts_is_joined() -> None:
    boxes = FoundBoxes((100, 100), 2000, 300)
    whole, far, cut = quad(50, 90, 200, 110), quad(700, 200, 800, 220), quad(900, 90, 1000, 110)
    assert boxes.add([far, cut, whole], (0, 0, 1000, 300)) == [whole, far]
    again, other_half = quad(960, 20, 990, 40), quad(936, 90, 1300, 110)
    assert boxes.add([quad(51, 91, 199, 109), again, other_half], (936, 0, 2000, 300)) == [again]
    (joined,) = boxes.rest()
    assert bounds(joined) == (900, 90, 1300, 110)
    assert boxes.rest() == []
    assert boxes.add_large([quad(0, 80, 1500, 150), quad(0, 230, 900, 300)]) == [quad(0, 230, 900, 300)]


@pytest.mark.parametrize("kind", ["form", "editor"])
def test_the_lines_are_those_of_one_go(reader: RapidOcrReader, kind: str) -> None:
    image = drawn(kind, 3, dark=kind == "editor").image
    parts = list(reader.read_from((image.width / 2, image.height - 1), image))
    lines = [line.text for line in reading_order([line for part in parts for line in part])]
    whole = [line.text for line in reader.read(image)]
    assert abs(len(lines) - len(whole)) <= 1
    assert len(set(lines) & set(whole)) >= 0.9 * len(set(whole)), "boxes differ by a pixel between tiles"
    assert parts[0][0].top > image.height / 2


def test_words_are_where_they_were_drawn(reader: RapidOcrReader) -> None:
    canvas, texts = Canvas(900, 260), ["Open the settings window", "def total(items): return 42", "Price: 17.50 EUR"]
    for number, (text, name) in enumerate(zip(texts, (SANS[0], MONO[0], SANS[1]), strict=True)):
        canvas.row(30 + 60 * number, [(40, text)], name, 16)
    lines = [line for part in reader.read_from((0, 0), canvas.image()) for line in part]
    for text, name in zip(texts, (SANS[0], MONO[0], SANS[1]), strict=True):
        (line,) = [line for line in lines if line.text == text]
        assert len(line.places) == len(text)
        for at, character in enumerate(text):
            begins = 40 + font(name, 16).getlength(text[:at])
            if not character.isspace() and text[:at][-1:] in ("", " "):
                assert abs(line.places[at][0] - begins) < 5


def test_a_stop_ends_it(reader: RapidOcrReader) -> None:
    stop, image = StopFlag(), drawn("form", 3).image
    parts = reader.read_from((0, 0), image, stop)
    next(parts)
    stop.set()
    assert list(parts) == []


@pytest.mark.parametrize(
    ("kind", "inverted"), [("QRCode", False), ("QRCode", True), ("EAN13", False), ("Code128", False)]
)
def test_codes_are_read_with_their_places(reader: RapidOcrReader, kind: str, inverted: bool) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    says = "5901234123457" if kind == "EAN13" else "https://example.org/a?b=1"
    code = zxingcpp.create_barcode(says, getattr(zxingcpp.BarcodeFormat, kind)).to_image(scale=2)
    shown = Pillow.fromarray(np.array(code)).convert("L")
    ground = Pillow.new("L", (1200, 500), 255)
    ground.paste(shown, (300, 120))
    picture = (ImageOps.invert(ground) if inverted else ground).convert("RGB")
    (found,) = reader.read_codes(Image.of(1200, 500, picture.tobytes()))
    assert found.text == says
    assert 295 <= found.left < found.right <= 305 + shown.width
    assert 115 <= found.top < found.bottom <= 125 + shown.height


def test_a_picture_without_codes_has_none(reader: RapidOcrReader) -> None:
    assert reader.read_codes(drawn("form", 3).image) == ()


def test_the_end_of_a_line_that_was_read_whole_in_the_next_tile_is_not_read_twice() -> None:
    boxes = FoundBoxes((0, 0), 1600, 100)
    assert boxes.add([quad(20, 40, 895, 60)], (0, 0, 896, 100)) == []
    word = quad(850, 40, 936, 60)
    assert boxes.add([word], (832, 0, 1600, 100)) == [word]
    assert [bounds(left) for left in boxes.rest()] == [(20, 40, 850, 60)]
