"""Text on the frozen screen: how soon words near the pointer can be selected, and how many of those that were drawn are
in their places, with their letters. The text reader is loaded, as it is where captures are given their text."""

from __future__ import annotations

import random
from contextlib import closing
from time import perf_counter

from bench.child import CanNotMeasure
from bench.readings import Notebook
from fanlight import compose
from fanlight.core.capture.screen_text import ScreenText
from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from support.written import KINDS, Canvas, FontMissing, Written, WrittenWord, forty, terminal

_NEAR = 0.5
"""Of a letter's height: how far the edges of a word may be from where they were drawn."""


def measure(notebook: Notebook, quick: bool) -> None:
    try:
        screens = forty()[: 10 if quick else 40]
        with closing(compose.load_reader()) as reader:
            for seed in range(3 if quick else 9):
                screen = _full_screen(seed)
                start = perf_counter()
                next(reader.read_from((screen.width / 2, screen.height / 2), screen), None)
                notebook.write("words_first_ms", 1000 * (perf_counter() - start))
            for begin in range(0, len(screens), len(KINDS)):
                group = [(_read(reader, screen), screen.words) for screen in screens[begin : begin + len(KINDS)]]
                right = [_is_right(text, word) for text, words in group for word in words]
                notebook.write("words_right_percent", 100 * sum(right) / len(right))
    except (FontMissing, OcrError) as error:
        raise CanNotMeasure(str(error)) from error


def _full_screen(seed: int) -> Image:
    canvas = Canvas(1920, 1080, dark=bool(seed % 2))
    terminal(canvas, random.Random(seed))
    return canvas.image()


def _read(reader: TextReader, screen: Written) -> ScreenText:
    text = ScreenText()
    for lines in reader.read_from((0.0, 0.0), screen.image):
        text.add(lines)
    return text


def _is_right(text: ScreenText, drawn_word: WrittenWord) -> bool:
    """A double-click on it selects it and nothing else."""
    text.press((drawn_word.left + drawn_word.right) / 2, drawn_word.middle)
    if text.selected_text != drawn_word.text:
        return False
    (box,) = text.selected_boxes
    near = _NEAR * box.height
    return abs(box.left - drawn_word.left) < near and abs(box.right - drawn_word.right) < near
