"""Scanned pages: how many characters are wrong as the page reader reads them, by layout. At 200 dpi, in four languages,
askew, with noise."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing

from rapidfuzz.distance import Levenshtein

from bench.child import CanNotMeasure
from bench.readings import FEWEST, Notebook
from fanlight import compose
from fanlight.domain.errors import OcrError
from fanlight.domain.reading import layout_text
from support.scanned_pages import LAYOUTS, scanned_page
from support.written import FontMissing, in_fewer_spaces

_EACH, _EACH_QUICK = 14, 2


def measure(notebook: Notebook, quick: bool) -> None:
    wrong, written = defaultdict[str, int](int), defaultdict[str, int](int)
    try:
        with closing(compose.load_reader()) as reader:
            for layout in LAYOUTS:
                for seed in range(_EACH_QUICK if quick else _EACH):
                    page = scanned_page(layout, seed)
                    told, right = in_fewer_spaces(layout_text(reader.read(page.image))), in_fewer_spaces(page.text)
                    distance = Levenshtein.distance(told, right)
                    print(f"{page.name}: {100 * distance / len(right):.2f} %", flush=True)
                    wrong[layout] += distance
                    written[layout] += len(right)
    except (FontMissing, OcrError) as error:
        raise CanNotMeasure(str(error)) from error
    for _ in range(FEWEST):  # each is one number for all pages
        for layout in LAYOUTS:
            notebook.write(f"scanned_{layout}_error_rate_percent", 100 * wrong[layout] / written[layout])
