"""The words on a frozen screen and the selection in them, as in a document; no widget, no painting.

Words are in the order in which they are read, window by window: a selection that begins in a window stays in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from fanlight.core.capture.date_context import date_context
from fanlight.core.capture.selection import WindowTarget
from fanlight.desktop.capture.geometry import Box
from fanlight.domain.found_dates import DateContext
from fanlight.domain.found_items import FoundItem, placed_items
from fanlight.domain.reading import TextLine, layout_text, read_in_order
from fanlight.domain.text_blocks import TextBlock, blocks_of

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""Scripts without spaces between words are taken letter by letter."""
_FARTHEST = 3.0
"""Heights of a line from which a press means none of its words."""


@dataclass(frozen=True, slots=True)
class ScreenWord:
    """Characters `begin` to `end` of a line; edges in device pixels. `number`: its place in its window."""

    line: TextLine
    begin: int
    end: int
    left: float
    right: float
    number: int = 0
    row: int = 0

    @property
    def box(self) -> Box:
        return _box(self.left, self.line.top, self.right, self.line.bottom)


@dataclass(slots=True)
class _Group:
    """The lines and words of one window, or of what lies behind all of them, in reading order."""

    lines: list[list[ScreenWord]]
    words: list[ScreenWord]


@dataclass(frozen=True, slots=True)
class ScreenCode:
    """A QR code or a bar code, and what it says."""

    box: Box
    item: FoundItem


class ScreenText:
    """`targets` are the windows of the screen, topmost first. `dates`: what they are read by."""

    def __init__(self, targets: Sequence[WindowTarget] = (), dates: Callable[[], DateContext] = date_context) -> None:
        self._targets, self._dates = tuple(targets), dates
        self._read: dict[int, list[TextLine]] = {}
        self._groups: dict[int, _Group] = {}
        self._codes: list[ScreenCode] = []
        self._ends: tuple[ScreenWord, ScreenWord] | None = None

    def add(self, lines: Sequence[TextLine]) -> None:
        """They were read, too. What is selected stays so."""
        for line in lines:
            self._read.setdefault(self._window_of(line), []).append(line)
        for number in {self._window_of(line) for line in lines}:
            self._groups[number] = _group(self._read[number])
        if self._ends is not None:
            first, last = self._ends
            self._ends = self._again(first), self._again(last)

    def add_codes(self, codes: Iterable[ScreenCode]) -> None:
        self._codes += codes

    @property
    def boxes(self) -> list[Box]:
        """Of all lines and codes."""
        lines = [_around(line) for group in self._groups.values() for line in group.lines if line]
        return [*lines, *(code.box for code in self._codes)]

    def blocks_from(self, x: float, y: float) -> list[TextBlock]:
        """What is translated as a whole: that of the window there first, the others from the topmost on."""
        here = self._window_at(x, y)
        return [block for n in sorted(self._read, key=lambda n: (n != here, n)) for block in blocks_of(self._read[n])]

    def word_at(self, x: float, y: float) -> ScreenWord | None:
        words = (word for line in self._lines_of(self._groups.values()) for word in line)
        return next((word for word in words if word.left <= x < word.right and _is_beside(word.line, y)), None)

    # The selection.

    @property
    def selected(self) -> list[ScreenWord]:
        if self._ends is None:
            return []
        begin, end = sorted(word.number for word in self._ends)
        return self._group_of(self._ends[0]).words[begin : end + 1]

    @property
    def selected_boxes(self) -> list[Box]:
        """One for each line that has selected words."""
        return [_around(list(words)) for _line, words in groupby(self.selected, key=_line_of)]

    @property
    def selected_text(self) -> str:
        """As it stands there: with lines, columns, and the indentation of code."""
        return layout_text([_part(list(words)) for _line, words in groupby(self.selected, key=_line_of)])

    def clear(self) -> None:
        self._ends = None

    def press(self, x: float, y: float) -> None:
        """Begin a selection with the word there, or near it; nothing is selected where there is none."""
        word = _nearest(x, y, self._lines_of(self._groups.values()), _FARTHEST)
        self._ends = (word, word) if word is not None else None

    def drag(self, x: float, y: float) -> None:
        """Extend the selection to the word nearest to that place, in its window."""
        if self._ends is not None:
            first = self._ends[0]
            self._ends = first, _nearest(x, y, self._group_of(first).lines) or first

    def step(self, dx: int, dy: int, *, extend: bool) -> None:
        """Move by words or by lines; where nothing is selected, to the first word. `extend`: from where it began."""
        if self._ends is None:
            first = next((group.words[0] for group in self._groups.values() if group.words), None)
            self._ends = (first, first) if first is not None else None
            return
        last, words = self._ends[1], self._group_of(self._ends[1]).words
        if dx:
            word = words[min(max(0, last.number + dx), len(words) - 1)]
        else:
            middle = (last.left + last.right) / 2
            row = [one for one in words if one.row == last.row + dy] or [last]
            word = min(row, key=lambda one: max(one.left - middle, 0, middle - one.right))
        self._ends = (self._ends[0] if extend else word), word

    def select_line(self, x: float, y: float) -> None:
        """All words of the row there, in its column of text."""
        if (word := _nearest(x, y, self._lines_of(self._groups.values()), _FARTHEST)) is not None:
            row = [one for one in self._group_of(word).words if one.row == word.row]
            self._ends = row[0], row[-1]

    def select_window(self, x: float, y: float) -> None:
        """All words of the window there; of another one where that has none."""
        groups = [self._groups.get(self._window_at(x, y)), *self._groups.values()]
        group = next((group for group in groups if group is not None and group.words), None)
        self._ends = (group.words[0], group.words[-1]) if group is not None else None

    def item_at(self, x: float, y: float) -> FoundItem | None:
        """A code there, or an address, a phone number, a date, an amount that the word there is a part of."""
        if (code := next((code for code in self._codes if code.box.holds(round(x), round(y))), None)) is not None:
            return code.item
        if (word := self.word_at(x, y)) is None:
            return None
        items = placed_items(word.line.text, self._dates())
        return next((item for start, item in items if start < word.end and word.begin < start + len(item.text)), None)

    def _again(self, word: ScreenWord) -> ScreenWord:
        """The same word, whose number may be another one now."""
        words = self._group_of(word).words
        return next(one for one in words if one.line is word.line and one.begin == word.begin)

    def _lines_of(self, groups: Iterable[_Group]) -> list[list[ScreenWord]]:
        return [line for group in groups for line in group.lines if line]

    def _window_of(self, line: TextLine) -> int:
        return self._window_at(line.left + line.width / 2, line.middle)

    def _window_at(self, x: float, y: float) -> int:
        boxes = (target.box for target in self._targets)
        return next((i for i, box in enumerate(boxes) if box.holds(round(x), round(y))), len(self._targets))

    def _group_of(self, word: ScreenWord) -> _Group:
        return self._groups[self._window_of(word.line)]


def words_of(line: TextLine, number: int = 0, row: int = 0) -> list[ScreenWord]:
    """By the places of its letters, or in equal steps where they are not known. The first one has that `number`."""
    step = line.width / max(1, len(line.text))
    places = line.places or [(line.left + i * step, line.left + (i + 1) * step) for i in range(len(line.text))]
    return [
        ScreenWord(line, match.start(), match.end(), places[match.start()][0], places[match.end() - 1][1], at, row)
        for at, match in enumerate(_WORD.finditer(line.text), number)
    ]


def _group(read: Sequence[TextLine]) -> _Group:
    lines, count = list[list[ScreenWord]](), 0
    for number, row in enumerate(read_in_order(read)):
        for line in row:
            lines.append(words_of(line, count, number))
            count += len(lines[-1])
    return _Group(lines, [word for line in lines for word in line])


def _nearest(x: float, y: float, lines: Sequence[list[ScreenWord]], farthest: float | None = None) -> ScreenWord | None:
    """Lines count more than columns: what is beside the end of a line belongs to it."""

    def distance(left: float, right: float, line: TextLine) -> float:
        return max(left - x, 0, x - right) + 4 * max(line.top - y, 0, y - line.bottom)

    nearest = min(lines, key=lambda words: distance(words[0].left, words[-1].right, words[0].line), default=None)
    if not nearest:
        return None
    word = min(nearest, key=lambda word: distance(word.left, word.right, word.line))
    far = farthest is not None and distance(word.left, word.right, word.line) > farthest * word.line.height
    return None if far else word


def _is_beside(line: TextLine, y: float) -> bool:
    return line.top <= y < line.bottom


def _line_of(word: ScreenWord) -> int:
    return id(word.line)


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(round(left), round(top), max(1, round(right) - round(left)), max(1, round(bottom) - round(top)))


def _around(words: Sequence[ScreenWord]) -> Box:
    return _box(words[0].left, words[0].line.top, words[-1].right, words[0].line.bottom)


def _part(words: Sequence[ScreenWord]) -> TextLine:
    """The part of a line that these words are."""
    first, last = words[0], words[-1]
    text, width = first.line.text[first.begin : last.end], last.right - first.left
    return replace(first.line, text=text, left=first.left, width=width, places=())
