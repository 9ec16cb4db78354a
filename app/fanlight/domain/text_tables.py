"""A table in recognized text: its rows and columns are found by where the runs of text stand.

A row of the picture is a row of the table, unless it goes on with the one above. Columns are separated by white space
that goes through nearly all rows; a run that crosses it is divided there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fanlight.domain.reading import Row, TextLine, rows

_FEWEST_ROWS, _FEWEST_ROWS_OF_TWO = 2, 3
"""Two columns are less likely a table."""
_CROSSING = 0.12
"""Share of the rows that may cross the white space between two columns."""
_NARROWEST = 0.35
"""Of that white space, in heights of a line."""
_FULL, _FULL_OF_TWO, _LONGEST_CELL = 0.5, 0.8, 60
"""Least share of the cells that have a text; letters of a usual cell, at most."""
_FAR = 2.6
"""How many usual steps from row to row lie between two tables, in one of which rows may have several lines."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """Rows of cells, all equally long, at least two by two."""

    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if len(self.rows) < 2 or len({len(row) for row in self.rows}) != 1 or len(self.rows[0]) < 2:
            raise ValueError("a table has at least two rows and two columns")

    @property
    def columns(self) -> int:
        return len(self.rows[0])


def table_in(lines: Sequence[TextLine]) -> TextTable | None:
    """The largest one; None where there is none."""
    page = rows([line.level for line in lines if line.text.strip()])
    tables = [table for part in _parts(page) if (table := _table(part)) is not None]
    return max(tables, key=lambda table: len(table.rows) * table.columns, default=None)


def _parts(page: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that may be of one table: not far from each other, and no running text between them."""
    several = [row for row in page if len(row) > 1]
    steps = sorted(_middle(below) - _middle(above) for above, below in pairwise(several))
    usual = steps[len(steps) // 2] if steps else 0.0
    part = list[Row]()
    for row in page:
        far = bool(part) and _middle(row) - _middle(part[-1]) > _FAR * max(usual, 1.4 * _height([row]))
        if far or _goes_across(row, several):
            yield part
            part = []
        if not _goes_across(row, several):
            part.append(row)
    yield part


def _goes_across(row: Row, several: Sequence[Row]) -> bool:
    """Whether it is one run that goes over the gaps of other rows into their next columns, as a heading or a paragraph
    does."""
    if len(row) != 1:
        return False
    gaps = [(one.right, other.left) for near in several for one, other in pairwise(near)]
    crossed = sum(row[0].left < begin and end < row[0].right for begin, end in gaps)
    return crossed > 0.5 * len(several) and crossed > 1


def _table(part: list[Row]) -> TextTable | None:
    """The part without the single texts before and after it, as a table; None where it is none."""
    inside = [place for place, row in enumerate(part) if len(row) > 1]
    if len(inside) < _FEWEST_ROWS:
        return None
    part = part[inside[0] : inside[-1] + 1 + _lines_below(part, inside[-1])]
    edges = _edges(part)
    if not edges:
        return None
    cells = [_cells(row, edges) for row in part]
    written = _merged(part, cells)
    columns = [place for place in range(len(edges) + 1) if any(row[place] for row in written)]
    written = [[row[place] for place in columns] for row in written]
    least = _FEWEST_ROWS_OF_TWO if len(columns) == 2 else _FEWEST_ROWS
    if len(columns) < 2 or len(written) < least or not _is_dense(written):
        return None
    return TextTable(tuple(map(tuple, written)))


def _lines_below(part: Sequence[Row], last: int) -> int:
    """How many rows after the last one of several cells go on with one of its cells, near below it."""
    count = 0
    for above, row in pairwise(part[last:]):
        if len(row) != 1 or row[0].top - max(run.bottom for run in above) > 0.6 * row[0].height:
            break
        if not any(run is not above[0] and abs(run.left - row[0].left) < row[0].height / 2 for run in above):
            break
        count += 1
    return count


def _edges(part: Sequence[Row]) -> list[float]:
    """The middles of the white spaces between columns, in pixels from the left."""
    runs = [run for row in part for run in row]
    narrowest = _NARROWEST * _height(part)
    may_cross = int(_CROSSING * len(part))
    stops = sorted([(run.left, 1) for run in runs] + [(run.right, -1) for run in runs], key=lambda stop: stop)
    edges, covered, begin = list[float](), 0, None
    for place, step in stops:
        before, covered = covered, covered + step
        if before > may_cross >= covered:
            begin = place
        elif before <= may_cross < covered and begin is not None and place - begin >= narrowest:
            edges.append((begin + place) / 2)
    return [edge for edge in edges if _separates(part, edge)]


def _separates(part: Sequence[Row], edge: float) -> bool:
    """Whether enough rows have something on both sides of it."""
    both = sum(row[0].left < edge < row[-1].right for row in part)
    return both >= max(2, 0.4 * len(part))


def _cells(row: Row, edges: Sequence[float]) -> list[str]:
    cells = [list[str]() for _ in range(len(edges) + 1)]
    for run in row:
        for piece in _divided(run, edges):
            middle = piece.left + min(piece.width / 2, piece.height)
            cells[bisect_right(edges, middle)].append(piece.text.strip())
    return [" ".join(texts) for texts in cells]


def _divided(run: TextLine, edges: Sequence[float]) -> Iterator[TextLine]:
    """Its pieces on both sides of each edge that it crosses at a space; a text over several columns stays whole."""
    crossed = [edge for edge in edges if run.left + run.height / 2 < edge < run.right - run.height / 2]
    if not crossed:
        yield run
        return
    step = run.width / max(1, len(run.text))
    places = run.places or [(run.left + i * step, run.left + (i + 1) * step) for i in range(len(run.text))]
    begin = 0
    for edge in crossed:
        spaces = [m.span() for m in re.finditer(r"\s+", run.text) if m.start() > begin]
        near = min(spaces, key=lambda span: abs((places[span[0]][0] + places[span[1] - 1][1]) / 2 - edge), default=None)
        if near is None or abs((places[near[0]][0] + places[near[1] - 1][1]) / 2 - edge) > run.height:
            continue
        yield _piece(run, places, begin, near[0])
        begin = near[1]
    yield _piece(run, places, begin, len(run.text))


def _piece(run: TextLine, places: Sequence[tuple[float, float]], begin: int, end: int) -> TextLine:
    left, right = places[begin][0], places[max(begin, end - 1)][1]
    return replace(run, text=run.text[begin:end], left=left, width=max(1.0, right - left), places=())


def _merged(part: Sequence[Row], cells: Sequence[list[str]]) -> list[list[str]]:
    """Rows of which some go on with the row above, as wrapped texts do: they stand close below it, closer than other
    rows do, have nothing in the first column, and less than half of the others."""
    steps = [_middle(below) - _middle(above) for above, below in pairwise(part)]
    goes_on = [False, *(not row[0] and 2 * sum(map(bool, row)) < len(row) + 1 for row in cells[1:])]
    apart = [step for step, same in zip(steps, goes_on[1:], strict=True) if not same]
    usual = sorted(apart)[len(apart) // 2] if apart else 0.0
    merged = [list(cells[0])]
    for step, row, same in zip(steps, cells[1:], goes_on[1:], strict=True):
        if same and step < 0.9 * usual:
            merged[-1] = [f"{one} {other}".strip() for one, other in zip(merged[-1], row, strict=True)]
        else:
            merged.append(list(row))
    return merged


def _is_dense(written: Sequence[Sequence[str]]) -> bool:
    """Whether it looks like one: most cells have a text, and few are as long as lines of running text."""
    cells = [cell for row in written for cell in row]
    full = [cell for cell in cells if cell]
    columns = list(zip(*written, strict=True))
    if len(full) < (_FULL_OF_TWO if len(columns) == 2 else _FULL) * len(cells) or any(
        sum(map(bool, column)) < 2 for column in columns
    ):
        return False
    if len(columns) == 2 and _are_line_numbers(columns[0]):
        return False
    lengths = sorted(map(len, full))
    if lengths[len(lengths) // 2] > _LONGEST_CELL:
        return False
    is_text = [sorted(map(len, filter(None, column)))[sum(map(bool, column)) // 2] > 30 for column in columns]
    return not all(is_text)  # columns of a page


def _are_line_numbers(column: Sequence[str]) -> bool:
    """Whether most of them are one more than the one above, as beside program text."""
    steps = [below.isdecimal() and above.isdecimal() and int(below) - int(above) for above, below in pairwise(column)]
    return sum(step == 1 for step in steps) > 0.5 * len(steps)


def _middle(row: Row) -> float:
    return sum(run.middle for run in row) / len(row)


def _height(part: Sequence[Row]) -> float:
    heights = sorted(run.height for row in part for run in row)
    return heights[len(heights) // 2]
