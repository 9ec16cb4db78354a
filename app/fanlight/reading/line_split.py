"""Splits a recognized line into runs of text where the picture shows a wide gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from fanlight.domain.reading import TextLine

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3), or (height, width) for gray."""
Columns = NDArray[np.bool_]
"""Which columns of pixels contain ink."""

WIDE_GAP = 2.6
"""In letter widths: two spaces of a fixed-width typeface leave less, three leave more."""
LOST_SPACE = 1.2
"""In letter widths: from here on a space is inserted where none was recognized."""
LOST_BETWEEN_DIGITS = 0.6
"""Digits leave less between them than letters do, in any typeface."""
_NO_UNDERSCORE = 0.5
"""In letter widths: an underscore fills more of its place."""
_RULE, _LEAST_BESIDE = 3.0, 0.2
"""Heights of a line from which a stroke is no part of a letter; the share of its columns that letters have, too."""
FAINTEST = 24
_SHARE_OF_CONTRAST = 0.3


@dataclass(frozen=True, slots=True)
class RecognizedLine:
    """A recognized line; `letter_centers`: horizontal centers of its letters without spaces, in pixels from the left
    edge of the line, empty where unknown. `confidence` is 0 to 1."""

    text: str
    confidence: float
    letter_centers: tuple[float, ...] = ()


def ink_columns(line: Pixels) -> Columns:
    """The columns of a line's picture that differ from its background, the median, in one of the colors. What
    underlines text, or frames it, is no ink."""
    channels = line.reshape(*line.shape[:2], -1).astype(np.int16)
    strength = np.abs(channels - np.median(channels, axis=(0, 1)).astype(np.int16)).max(axis=2)
    inked = strength > max(FAINTEST, _SHARE_OF_CONTRAST * float(strength.max(initial=0)))
    return np.asarray(_without_rules(inked).any(axis=0))


def _without_rules(inked: Columns) -> Columns:
    """Rows without what is longer than letters are, where letters stand in the same columns: what stands alone may be
    a dash, or underscores."""
    longest = _RULE * len(inked)
    rules = np.zeros_like(inked)
    for row in np.flatnonzero(inked.sum(axis=1) > longest):
        edges = np.flatnonzero(np.diff(inked[row], prepend=False, append=False))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            rules[row, begin:end] = end - begin > longest
    beside = inked & ~rules
    shares = beside.any(axis=0) & rules.any(axis=0)
    is_beside_letters = shares.sum() > _LEAST_BESIDE * rules.any(axis=0).sum()
    return np.asarray(beside if is_beside_letters else inked)


def split_at_gaps(line: RecognizedLine, columns: Columns, left: float, top: float, height: float) -> list[TextLine]:
    """The runs of a line whose box begins at (`left`, `top`), in pixels of the picture; the ink gives their bounds."""
    inked = np.flatnonzero(columns)
    first, last = (int(inked[0]), int(inked[-1]) + 1) if inked.size else (0, len(columns))
    runs = _runs(_with_blanks(line, columns, last - first), columns, last - first)
    found = []
    for number, run in enumerate(runs):
        begin = first if number == 0 else run.begin
        end = last if number == len(runs) - 1 else run.end
        places = run.places(begin, end, left)
        found.append(TextLine(run.text, left + begin, top, max(1, end - begin), height, line.confidence, places))
    return found


@dataclass(slots=True)
class _RunOfText:
    """`edges`: where the characters before the last one end, and the next ones begin."""

    text: str
    begin: int = 0
    end: int = 0
    edges: list[tuple[float, float]] = field(default_factory=list)

    def add(self, between: str, letter: str, begin: float, end: float) -> None:
        """`between` are spaces, which share the blank from `begin` to `end`."""
        self.text += between + letter
        if not between:
            self.edges.append(((begin + end) / 2,) * 2)
            return
        step = (end - begin) / len(between)
        cuts = [begin + i * step for i in range(len(between) + 1)]
        self.edges += [(cut, cut) for cut in cuts]

    def places(self, begin: float, end: float, left: float) -> tuple[tuple[float, float], ...]:
        if len(self.edges) != len(self.text) - 1:
            return ()
        begins = [begin, *(after for _before, after in self.edges)]
        ends = [*(before for before, _after in self.edges), end]
        return tuple((left + one, left + other) for one, other in zip(begins, ends, strict=True))


def _with_blanks(line: RecognizedLine, columns: Columns, width: int) -> RecognizedLine:
    """A space for each underscore where there is no ink."""
    letters = [i for i, letter in enumerate(line.text) if not letter.isspace()]
    if "_" not in line.text or len(letters) != len(line.letter_centers):
        return line
    blank = set()
    for number in range(1, len(letters) - 1):
        here = letters[number]
        is_alone = letters[number - 1] < here - 1 or letters[number + 1] > here + 1
        if line.text[here] != "_" or is_alone:
            continue
        begin, end = _blank(columns, line.letter_centers[number - 1], line.letter_centers[number + 1])
        if end - begin >= _NO_UNDERSCORE * width / len(line.text):
            blank.add(number)
    spaces = {letters[number] for number in blank}
    text = "".join(" " if i in spaces else letter for i, letter in enumerate(line.text))
    centers = (center for number, center in enumerate(line.letter_centers) if number not in blank)
    return replace(line, text=text, letter_centers=tuple(centers))


def _runs(line: RecognizedLine, columns: Columns, width: int) -> list[_RunOfText]:
    text = line.text.strip()
    letters = [i for i, letter in enumerate(text) if not letter.isspace()]
    if len(letters) != len(line.letter_centers) or len(letters) < 2:
        return [_RunOfText(text)]
    advance = _advance(letters, line.letter_centers, width / len(text))
    runs = [_RunOfText(text[letters[0]])]
    for number in range(1, len(letters)):
        here, before = letters[number], letters[number - 1]
        begin, end = _blank(columns, line.letter_centers[number - 1], line.letter_centers[number])
        if end - begin >= WIDE_GAP * advance:
            runs[-1].end = begin
            runs.append(_RunOfText(text[here], begin=end))
            continue
        lost = LOST_BETWEEN_DIGITS if text[before].isdigit() and text[here].isdigit() else LOST_SPACE
        between = text[before + 1 : here] or (" " if end - begin >= lost * advance else "")
        runs[-1].add(between, text[here], begin, end)
    return runs


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
