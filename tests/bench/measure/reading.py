"""The text reader: how many characters of drawn screens it gets wrong, and how long a capture of 800 × 600 takes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from time import perf_counter

from rapidfuzz.distance import Levenshtein

from bench.child import CanNotMeasure
from bench.readings import Notebook
from fanlight import compose
from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import layout_text
from support.written import KINDS, Canvas, FontMissing, Written, form, forty, in_fewer_spaces


def measure(notebook: Notebook, quick: bool) -> None:
    try:
        screens = forty()
        with closing(compose.load_reader()) as reader:
            reader.read(_capture(0))
            for seed in range(3 if quick else 9):
                capture = _capture(seed)
                start = perf_counter()
                reader.read(capture)
                notebook.write("ocr_read_ms", 1000 * (perf_counter() - start))
            for group in _groups(screens[:10] if quick else screens):
                notebook.write("ocr_character_error_rate_percent", 100 * _error_rate(reader, group))
    except (FontMissing, OcrError) as error:
        raise CanNotMeasure(str(error)) from error


def _groups(screens: list[Written]) -> Iterator[list[Written]]:
    """A screen of each kind in each: light and dark, at 100 % and 200 %, twice."""
    for start in range(0, len(screens), len(KINDS)):
        yield screens[start : start + len(KINDS)]


def _error_rate(reader: TextReader, screens: list[Written]) -> float:
    """Characters to insert, delete or replace, as share of those written; of white space only that there is some."""
    wrong = written = 0
    for screen in screens:
        told, right = in_fewer_spaces(layout_text(reader.read(screen.image))), in_fewer_spaces(screen.text)
        wrong += Levenshtein.distance(told, right)
        written += len(right)
    return wrong / written


def _capture(seed: int) -> Image:
    canvas = Canvas(800, 600)
    form(canvas, random.Random(seed))
    return canvas.image()
