"""Text recognized in a picture, and its layout: rows, columns, paragraphs."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class TextLine:
    """A run of text in one line; its box in pixels of the picture. Text beyond a wide gap (cells of a table, columns of
    a page) is a run of its own. `confidence` is 0 to 1. `places` are the left and right edges of its characters, empty
    where they are not known. `slope`: of a page that lies askew, pixels down for each one to the right; the box holds
    the run as it lies."""

    text: str
    left: float
    top: float
    width: float
    height: float
    confidence: float = 1.0
    places: tuple[tuple[float, float], ...] = ()
    slope: float = 0.0

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def level(self) -> TextLine:
        """Where it would be if the page were turned about the picture's corner until its lines are level."""
        if not self.slope:
            return self
        sine, cosine = math.sin(math.atan(self.slope)), math.cos(math.atan(self.slope))
        x, y, steep = self.left + self.width / 2, self.middle, abs(sine)
        width = (self.width * cosine - self.height * steep) / (cosine**2 - steep**2)
        height = (self.height * cosine - self.width * steep) / (cosine**2 - steep**2)
        across, middle = x * cosine + y * sine, y * cosine - x * sine
        return replace(
            self, left=across - width / 2, top=middle - height / 2, width=width, height=height, places=(), slope=0.0
        )


Row = list[TextLine]
"""Runs of one row, from left to right."""

_NARROW, _WIDE = frozenset("iljtfrI.,:;'`|!()[]{} "), frozenset("mwMW@%&")
_GAP = "  "


class FaceBox(NamedTuple):
    """In pixels of the picture; it may extend beyond its edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def reading_order(lines: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """Rows from top to bottom, each from left to right."""
    return tuple(line for row in rows(lines) for line in row)


def rows(lines: Sequence[TextLine]) -> list[Row]:
    """Groups runs into rows: two runs are in one row when they share at least half the height of the lower one."""
    level = [line.level for line in lines]
    lying = {id(one): line for one, line in zip(level, lines, strict=True)}
    return [[lying[id(one)] for one in row] for row in _level_rows(level)]


def _level_rows(lines: Sequence[TextLine]) -> list[Row]:
    found: list[Row] = []
    for line in sorted(lines, key=lambda line: line.middle):
        near = found[-1] if found else []
        if near and _shared(line, near[-1]) >= 0.5 * min(line.height, near[-1].height):
            near.append(line)
        else:
            found.append([line])
    for row in found:
        row.sort(key=lambda line: line.left)
    return found


def read_in_order(lines: Sequence[TextLine]) -> Iterator[Row]:
    """Rows as they are read: columns of running text one after the other."""
    runs = [line for line in lines if line.text.strip()]
    level = [line.level for line in runs]
    lying = {id(one): line for one, line in zip(level, runs, strict=True)}
    for part in _read_apart(_level_rows(level)):
        yield from ([lying[id(one)] for one in row] for row in part)


def layout_text(lines: Sequence[TextLine]) -> str:
    """The text in the layout of the picture: a line for each row, columns aligned with spaces, a blank line between
    paragraphs. Fixed-width text keeps its indentation and its gaps; in other text columns stand two spaces apart, but
    columns of running text, as newspapers have them, one after the other. Hyphenated words stay divided."""
    runs = [line.level for line in lines if line.text.strip()]
    page = _level_rows(runs)
    cell = _cell(runs)
    written: list[str] = []
    for part in [page] if cell else _read_apart(page):
        for block in _blocks(part):
            lines_of_block = _on_grid(block, min(run.left for run in runs), cell) if cell else _in_columns(block)
            written += ["", *lines_of_block] if written else lines_of_block
    return "\n".join(written)


def _median(values: Iterable[float]) -> float:
    """The upper median. `statistics` would add ten milliseconds of imports to every start."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _shared(one: TextLine, other: TextLine) -> float:
    """Height in pixels that two runs share."""
    return min(one.bottom, other.bottom) - max(one.top, other.top)


def _blocks(page: Sequence[Row]) -> Iterator[list[Row]]:
    """Groups of rows with gaps that are small compared with the rest of the page."""
    if not page:
        return
    gaps = [_gap(above, below) for above, below in pairwise(page)]
    usual = -_median(-gap for gap in gaps) if gaps else 0.0  # the lower one of two
    height = _median(run.height for row in page for run in row)
    block = [page[0]]
    for gap, row in zip(gaps, page[1:], strict=True):
        if gap > max(1.8 * max(usual, 0.0), usual + 0.5 * height):
            yield block
            block = []
        block.append(row)
    yield block


def _gap(above: Row, below: Row) -> float:
    return min(run.top for run in below) - max(run.bottom for run in above)


# Fixed-width text.


def _cell(runs: Sequence[TextLine]) -> float | None:
    """The width of a character in pixels for fixed-width text, else None. Text is fixed-width when the widths of runs
    follow from the number of characters more closely than from their shapes."""
    long = [run for run in runs if len(run.text) >= 8]
    if len(long) < 3:
        return None
    by_count = [run.width / (len(run.text) - 0.2) for run in long]
    by_shape = [run.width / sum(letter_width(letter) for letter in run.text) for run in long]
    return _median(by_count) if _spread(by_count) < min(_spread(by_shape), 0.03) else None


def letter_width(letter: str) -> float:
    """The approximate width of a letter in a proportional typeface, as a share of the type size."""
    if letter in _NARROW:
        return 0.29
    if letter in _WIDE:
        return 0.85
    return 0.67 if letter.isupper() else 0.55


def _spread(values: Sequence[float]) -> float:
    """The median deviation from the median, as a share of it: runs whose spaces were not recognized are outliers."""
    middle = _median(values)
    return _median(abs(value - middle) for value in values) / middle


def _on_grid(block: Sequence[Row], origin: float, cell: float) -> list[str]:
    written = []
    for row in block:
        text = ""
        for run in row:
            place = round((run.left - origin) / cell)
            text = text.ljust(max(place, len(text) + bool(text))) + run.text
        written.append(text)
    return written


# Columns of other text.

_LEAST_ROWS, _LEAST_LETTERS, _FULL = 6, 20, 0.6
"""Of columns of running text: rows in which they stand side by side, letters in a line, and how much of the column's
width a line takes. The cells of tables are shorter, and more different."""


@dataclass(frozen=True, slots=True)
class _Column:
    left: float
    right: float

    def holds(self, cell: Row) -> bool:
        slack = cell[0].height / 2
        return self.left - slack <= cell[0].left and cell[-1].right <= self.right + slack


def _in_columns(block: Sequence[Row]) -> list[str]:
    """The block's lines with columns aligned. Columns are separated by white space through all rows of several runs."""
    columns = _columns([run for row in block if len(row) > 1 for run in row])
    if len(columns) < 2:
        return [_GAP.join(run.text for run in row) for row in block]
    table = [_cells(row, columns) for row in block]
    pads = [_pad(columns[i], [cells[i] for cells in table if cells[i]]) for i in range(len(columns))]
    return [_GAP.join(pad(_text(cell)) for pad, cell in zip(pads, cells, strict=True)).rstrip() for cells in table]


def _read_apart(page: Sequence[Row]) -> Iterator[list[Row]]:
    """Columns of running text, each for itself, between the rows that go over several of them; else the page."""
    columns = _columns([run for row in page if len(row) > 1 for run in row])
    if not _have_running_text(page, columns):
        yield list(page)
        return
    beside: list[Row] = []
    for row in page:
        if all(any(column.holds([run]) for column in columns) for run in row):
            beside.append(row)
        else:
            yield from _one_after_the_other(beside, columns)
            beside = []
            yield [row]
    yield from _one_after_the_other(beside, columns)


def _have_running_text(page: Sequence[Row], columns: Sequence[_Column]) -> bool:
    rows_of_several = [_cells(row, columns) for row in page if len(row) > 1] if len(columns) > 1 else []
    if len(rows_of_several) < _LEAST_ROWS:
        return False
    for place, column in enumerate(columns):
        cells = [cells[place] for cells in rows_of_several if cells[place]]
        full = [(cell[-1].right - cell[0].left) / (column.right - column.left) for cell in cells]
        if len(cells) < _LEAST_ROWS or _median(len(_text(cell)) for cell in cells) < _LEAST_LETTERS:
            return False
        if _median(full) < _FULL:
            return False
    return True


def _one_after_the_other(beside: Sequence[Row], columns: Sequence[_Column]) -> Iterator[list[Row]]:
    by_column = zip(*(_cells(row, columns) for row in beside), strict=True)
    yield from (column for cells in by_column if (column := [cell for cell in cells if cell]))


def _columns(runs: Sequence[TextLine]) -> list[_Column]:
    columns: list[_Column] = []
    for run in sorted(runs, key=lambda run: run.left):
        if columns and run.left < columns[-1].right:
            columns[-1] = _Column(columns[-1].left, max(columns[-1].right, run.right))
        else:
            columns.append(_Column(run.left, run.right))
    return columns


def _cells(row: Row, columns: Sequence[_Column]) -> list[Row]:
    """The row's runs by column: each is in the last column that begins no further right than the run."""
    cells: list[Row] = [[] for _ in columns]
    for run in row:
        place = bisect_right(columns, run.left + run.height / 2, key=lambda column: column.left)
        cells[max(0, place - 1)].append(run)
    return cells


def _pad(column: _Column, cells: Sequence[Row]) -> Callable[[str], str]:
    """Fills a cell up to the width of the column, on the left where its right edge is straighter. A cell that extends
    beyond the column, like a heading over all of them, does not widen it."""
    inside = [cell for cell in cells if column.holds(cell)]
    wide = max((len(_text(cell)) for cell in inside), default=0)
    lefts, rights = [cell[0].left for cell in inside], [cell[-1].right for cell in inside]
    if inside and max(rights) - min(rights) < 0.5 * (max(lefts) - min(lefts)):
        return lambda text: text.rjust(wide)
    return lambda text: text.ljust(wide)


def _text(cell: Row) -> str:
    return _GAP.join(run.text for run in cell)


BESIDE = "The text in the picture, as it was read there:"
MOST_LETTERS = 6_000
"""Of the text beside a question: it must leave room for the answer."""


def with_text_read(question: str, text: str) -> str:
    """The question as the model gets it, with the text that was read in its picture."""
    return f"{question}\n\n{BESIDE}\n{text[:MOST_LETTERS]}"


def without_text_read(question: str) -> str:
    """As it was asked."""
    return question.partition(f"\n\n{BESIDE}\n")[0]


def holds_text_read(question: str) -> bool:
    """Whether it was made by `with_text_read`."""
    return f"\n\n{BESIDE}\n" in question
