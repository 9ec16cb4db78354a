"""Translation in place on forty drawn screens: how many of the words that are translated are covered, each by the
translation of its own block, and how many others are covered by mistake. The translations are a third longer than the
texts, as German is of English, and no model is asked."""

from __future__ import annotations

from contextlib import closing

from PySide6.QtGui import QGuiApplication, QImage

from bench.child import CanNotMeasure
from bench.readings import Notebook
from fanlight import compose
from fanlight.domain.errors import OcrError
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import TextLine
from fanlight.domain.text_blocks import TextBlock, blocks_of
from fanlight.domain.translated_text import is_translatable
from fanlight.ui.widgets.cover_set import CoverSet
from support.written import KINDS, FontMissing, Written, WrittenWord, forty


def measure(notebook: Notebook, quick: bool) -> None:
    application = QGuiApplication.instance() or QGuiApplication(["bench", "-platform", "offscreen"])
    try:
        screens = forty()[: 10 if quick else 40]
        with closing(compose.load_reader()) as reader:
            for begin in range(0, len(screens), len(KINDS)):
                counts = [_covered(reader, screen) for screen in screens[begin : begin + len(KINDS)]]
                right, wanted, wrong = (sum(column) for column in zip(*counts, strict=True))
                notebook.write("translated_in_place_percent", 100 * right / wanted)
                notebook.write("covered_by_mistake", wrong)
    except (FontMissing, OcrError) as error:
        raise CanNotMeasure(str(error)) from error
    finally:
        del application


def _covered(reader: TextReader, screen: Written) -> tuple[int, int, int]:
    """Words under their translation, words that are translated, and others that are covered."""
    image = screen.image
    picture = QImage(image.rgb, image.width, image.height, 3 * image.width, QImage.Format.Format_RGB888)
    lines = [line for part in reader.read_from((0.0, 0.0), image) for line in part]
    blocks = blocks_of(lines)
    shown = [block for block in blocks if is_translatable(block.text)]
    cover_set = CoverSet(picture)
    covers = dict(
        zip(shown, cover_set.covers(blocks, lambda block: _longer(block) if block in shown else ""), strict=True)
    )
    right = wanted = wrong = 0
    for word in screen.words:
        x, y = round((word.left + word.right) / 2), round(word.middle)
        own = next((block for block in shown if any(_holds(line, word) for line in block.lines)), None)
        if own is None:
            wrong += any(cover.box.holds(x, y) for cover in covers.values())
        else:
            wanted += 1
            right += covers[own].box.holds(x, y)
    return right, wanted, wrong


def _longer(block: TextBlock) -> str:
    words = block.text.split()
    return " ".join(words + words[: max(1, len(words) // 3)])


def _holds(line: TextLine, word: WrittenWord) -> bool:
    return line.left <= (word.left + word.right) / 2 < line.right and line.top <= word.middle < line.bottom
