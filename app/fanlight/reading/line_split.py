"""Splits a recognized line into runs of text where the picture shows a wide gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.reading import TextLine

Gray = NDArray[np.uint8]
Columns = NDArray[np.bool_]
"""Which columns of pixels contain ink."""

WIDE_GAP = 2.6
"""In letter widths: two spaces of a fixed-width typeface leave less, three leave more."""
LOST_SPACE = 1.2
"""In letter widths: from here on a space is inserted where none was recognized."""
FAINTEST = 24
_SHARE_OF_CONTRAST = 0.3


@dataclass(frozen=True, slots=True)
class RecognizedLine:
    """A recognized line; `letter_centers`: horizontal centers of its letters without spaces, in pixels from the left
    edge of the line, empty where unknown. `confidence` is 0 to 1."""

    text: str
    confidence: float
    letter_centers: tuple[float, ...] = ()


def ink_columns(gray: Gray) -> Columns:
    """The columns of a line's picture that differ from its background, the median gray."""
    ground = float(np.median(gray))
    strength = np.abs(gray.astype(np.float32) - ground).max(axis=0)
    return np.asarray(strength > max(FAINTEST, _SHARE_OF_CONTRAST * float(strength.max(initial=0.0))))


def split_at_gaps(line: RecognizedLine, columns: Columns, left: float, top: float, height: float) -> list[TextLine]:
    """The runs of a line whose box begins at (`left`, `top`), in pixels of the picture; the ink gives their bounds."""
    inked = np.flatnonzero(columns)
    first, last = (int(inked[0]), int(inked[-1]) + 1) if inked.size else (0, len(columns))
    words = _words(line, columns, last - first)
    runs = []
    for place, word in enumerate(words):
        begin = first if place == 0 else word.begin
        end = last if place == len(words) - 1 else word.end
        runs.append(TextLine(word.text, left + begin, top, max(1, end - begin), height, line.confidence))
    return runs


@dataclass(slots=True)
class _Word:
    text: str
    begin: int = 0
    end: int = 0


def _words(line: RecognizedLine, columns: Columns, width: int) -> list[_Word]:
    text = line.text.strip()
    letters = [i for i, letter in enumerate(text) if not letter.isspace()]
    if len(letters) != len(line.letter_centers) or len(letters) < 2:
        return [_Word(text)]
    advance = _advance(letters, line.letter_centers, width / len(text))
    words = [_Word(text[letters[0]])]
    for number in range(1, len(letters)):
        here, before = letters[number], letters[number - 1]
        begin, end = _blank(columns, line.letter_centers[number - 1], line.letter_centers[number])
        if end - begin >= WIDE_GAP * advance:
            words[-1].end = begin
            words.append(_Word(text[here], begin=end))
            continue
        between = text[before + 1 : here] or (" " if end - begin >= LOST_SPACE * advance else "")
        words[-1].text += between + text[here]
    return words


def _advance(letters: Sequence[int], letter_centers: Sequence[float], otherwise: float) -> float:
    """The usual distance of letters inside a word, in pixels."""
    steps = [
        letter_centers[i] - letter_centers[i - 1] for i in range(1, len(letters)) if letters[i] == letters[i - 1] + 1
    ]
    return max(1.0, median(steps) if len(steps) >= 3 else otherwise)


def _blank(columns: Columns, after: float, before: float) -> tuple[int, int]:
    """The widest range of columns without ink between the centers of two letters."""
    start, stop = max(0, round(after)), min(len(columns), round(before))
    inked = np.flatnonzero(columns[start:stop])
    edges = np.concatenate(([-1], inked, [stop - start]))
    steps = np.diff(edges)
    widest = int(steps.argmax()) if steps.size else 0
    return start + int(edges[widest]) + 1, start + int(edges[min(widest + 1, len(edges) - 1)])
