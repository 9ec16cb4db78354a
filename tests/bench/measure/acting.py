"""Tables and dates on forty drawn screens: how many of the cells stand in their row and column with their letters, and
how many of the dates are found with their times."""

from __future__ import annotations

from contextlib import closing

from bench.child import CanNotMeasure
from bench.readings import Notebook
from fanlight import compose
from fanlight.domain.errors import OcrError
from fanlight.domain.found_dates import DateContext, dates_in
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import layout_text
from fanlight.domain.text_tables import table_in
from support.written import FontMissing
from support.written_tables import KINDS, NOW, WrittenTable, forty_tables


def measure(notebook: Notebook, quick: bool) -> None:
    try:
        screens = forty_tables()[: 8 if quick else 40]
        with closing(compose.load_reader()) as reader:
            for begin in range(0, len(screens), len(KINDS)):
                counts = [_right(reader, screen) for screen in screens[begin : begin + len(KINDS)]]
                cells, all_cells, dates, all_dates = (sum(column) for column in zip(*counts, strict=True))
                notebook.write("acting_cells_percent", 100 * cells / all_cells)
                notebook.write("acting_dates_percent", 100 * dates / all_dates)
    except (FontMissing, OcrError) as error:
        raise CanNotMeasure(str(error)) from error


def _right(reader: TextReader, screen: WrittenTable) -> tuple[int, int, int, int]:
    """Right cells of how many, right dates of how many. Spaces do not count: that is the reading's affair."""
    lines = [line for part in reader.read_from((0.0, 0.0), screen.image) for line in part]
    found, cells = table_in(lines), 0
    if found is not None and len(found.rows) == len(screen.cells) and found.columns == len(screen.cells[0]):
        pairs = (
            (one, other)
            for rows in zip(found.rows, screen.cells, strict=True)
            for one, other in zip(*rows, strict=True)
        )
        cells = sum(one.replace(" ", "") == other.replace(" ", "") for one, other in pairs)
    times = [place.time for place in dates_in(layout_text(lines), DateContext(NOW))]
    return (
        cells,
        len(screen.cells) * len(screen.cells[0]),
        sum(time in times for time in screen.times),
        len(screen.times),
    )
