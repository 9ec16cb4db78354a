"""What is written on drawn screens is read as it stands there."""

from __future__ import annotations

import random

import pytest
from rapidfuzz.distance import Levenshtein

from fanlight.domain.messages import Image
from fanlight.domain.reading import layout_text
from fanlight.domain.stop import StopFlag
from fanlight.reading.ocr import RapidOcrReader
from support.written import MONO, SANS, Canvas, drawn, form, in_fewer_spaces

WORDS = (
    "six", "quiet", "foxes", "jumped", "over", "27", "lazy", "dogs", "near", "the", "old", "harbour", "wall", "today",
)  # fmt: skip


def page(
    *rows: tuple[float, list[tuple[float, str]]], size: int = 13, font: str = SANS[0], width: int = 420, **look: object
) -> Image:
    """Rows of texts at places, drawn on a screen 240 pixels high."""
    canvas = Canvas(width, 240, **look)  # type: ignore[arg-type]
    for top, cells in rows:
        canvas.row(top, cells, font, size)
    return canvas.image()


def wrong(reader: RapidOcrReader, image: Image, text: str) -> float:
    """Characters to change, as share of those written."""
    right = in_fewer_spaces(text)
    return Levenshtein.distance(in_fewer_spaces(layout_text(reader.read(image))), right) / len(right)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_dialog_is_read_letter_by_letter(reader: RapidOcrReader, dark: bool, scale: float) -> None:
    rows = [
        (20.0, [(20.0, "Save changes to report-2024.xlsx?")]),
        (50.0, [(20.0, "Everything since 14:35 will be lost.")]),
        (200.0, [(230.0, "Cancel"), (330.0, "Save")]),
    ]
    image = page(*rows, dark=dark, scale=scale)
    assert layout_text(reader.read(image)) == (
        "Save changes to report-2024.xlsx?\nEverything since 14:35 will be lost.\n\nCancel  Save"
    )


def test_a_table_keeps_its_rows_and_columns(reader: RapidOcrReader) -> None:
    rows = [
        ("Item", "Colour", "Pieces"),
        ("Chair", "black", "4"),
        ("Desk lamp", "white", "12"),
        ("Shelf", "green", "150"),
    ]
    image = page(*[(20.0 + 26 * i, list(zip((20.0, 150.0, 270.0), row, strict=True))) for i, row in enumerate(rows)])
    assert layout_text(reader.read(image)).splitlines() == [f"{a:<9}  {b:<6}  {c}" for a, b, c in rows]


def test_two_columns_stay_two_columns(reader: RapidOcrReader) -> None:
    left, right = (
        ("The quick brown fox", "jumps over the lazy", "dog in the morning"),
        ("Pack my box", "with five dozen", "jugs of water"),
    )
    image = page(*[(20.0 + 20 * i, [(16.0, a), (240.0, b)]) for i, (a, b) in enumerate(zip(left, right, strict=True))])
    assert layout_text(reader.read(image)).splitlines() == [f"{a:<19}  {b}" for a, b in zip(left, right, strict=True)]


def test_code_keeps_its_indentation(reader: RapidOcrReader) -> None:
    code = [
        "def total(values):",
        "    result = 0",
        "    for value in values:",
        "        result += value",
        "    return result",
    ]
    canvas = Canvas(420, 240, dark=True)
    cell = canvas.width_of("0", MONO[0], 13)
    for i, line in enumerate(code):
        indent = len(line) - len(line.lstrip())
        canvas.row(16 + 19 * i, [(20 + indent * cell, line.strip())], MONO[0], 13)
    assert layout_text(reader.read(canvas.image())) == "\n".join(code)


@pytest.mark.parametrize("size", [9, 10, 11])
@pytest.mark.parametrize("font", SANS)
def test_small_print_is_read(reader: RapidOcrReader, size: int, font: str) -> None:
    lines = [" ".join(random.Random(f"{size} {i}").sample(WORDS, 9)) for i in range(8)]
    image = page(
        *[(10.0 + 1.6 * size * i, [(10.0, line)]) for i, line in enumerate(lines)], size=size, font=font, width=620
    )
    assert wrong(reader, image, "\n".join(lines)) <= 0.02


@pytest.mark.parametrize("kind", ["terminal", "editor", "form", "table"])
def test_a_whole_screen_has_few_mistakes(reader: RapidOcrReader, kind: str) -> None:
    screen = drawn(kind, 3, dark=kind in ("terminal", "editor"))
    assert wrong(reader, screen.image, screen.text) <= 0.025


def test_a_crop_with_one_word_is_read(reader: RapidOcrReader) -> None:
    canvas = Canvas(70, 22)
    canvas.row(4, [(8, "Settings")], SANS[0], 12)
    assert layout_text(reader.read(canvas.image())) == "Settings"


def test_places_are_pixels_of_the_picture(reader: RapidOcrReader) -> None:
    image = page((100.0, [(60.0, "Somewhere"), (300.0, "else")]), scale=2.0)
    somewhere, other = reader.read(image)
    assert (somewhere.text, other.text) == ("Somewhere", "else")
    assert abs(somewhere.left - 120) < 8
    assert abs(other.left - 600) < 8
    assert 190 < somewhere.top < somewhere.bottom < 240
    assert 0.8 < somewhere.confidence <= 1


@pytest.mark.parametrize("size", [(1, 1), (300, 200), (3, 900), (900, 2)])
def test_a_picture_without_text_has_none(reader: RapidOcrReader, size: tuple[int, int]) -> None:
    assert reader.read(Image.of(*size, bytes([240, 240, 240]) * size[0] * size[1])) == ()


def test_a_noisy_picture_has_none_either(reader: RapidOcrReader) -> None:
    noise = random.Random(5).randbytes(200 * 160 * 3)
    assert all(len(line.text) <= 2 for line in reader.read(Image.of(200, 160, noise)))


def test_a_screen_searched_in_tiles_has_each_line_once(reader: RapidOcrReader) -> None:
    canvas = Canvas(1500, 520)
    for i in range(10):
        canvas.row(8 + 50 * i, [(900, f"A line that reaches from one tile into the next, number {i + 1}")], SANS[0], 14)
    assert [line.text for line in reader.read(canvas.image())] == canvas.rows


def test_one_line_on_a_large_empty_screen_is_found(reader: RapidOcrReader) -> None:
    canvas = Canvas(1920, 1080)
    canvas.row(20, [(20, "Some text on a screen")], SANS[0], 14)
    assert layout_text(reader.read(canvas.image())) == "Some text on a screen"


def test_lettering_larger_than_a_tile_shares_is_read(reader: RapidOcrReader) -> None:
    canvas = Canvas(1500, 700, dark=True)
    canvas.row(240, [(60, "Large letters")], SANS[0], 200)
    assert layout_text(reader.read(canvas.image())) == "Large letters"


def test_a_very_long_line_is_read_in_pieces(reader: RapidOcrReader) -> None:
    text = " ".join(f"{word} {i}" for i, word in enumerate(4 * WORDS))
    wide = Canvas(1, 1).width_of(text, SANS[0], 14)
    assert wide > 50 * 24
    canvas = Canvas(round(wide) + 40, 60)
    canvas.row(20, [(10, text)], SANS[0], 14)
    assert wrong(reader, canvas.image(), text) <= 0.02


def test_a_reader_that_was_stopped_says_nothing(reader: RapidOcrReader) -> None:
    stop = StopFlag()
    stop.set()
    assert reader.read(page((20.0, [(20.0, "Never read")])), stop) == ()


def test_the_same_picture_reads_the_same_again(reader: RapidOcrReader) -> None:
    canvas = Canvas(420, 300)
    form(canvas, random.Random(2))
    assert reader.read(canvas.image()) == reader.read(canvas.image())
