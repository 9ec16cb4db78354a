"""Pages as a scanner makes them, drawn at 200 dpi, of three layouts: columns, a table, and a form."""

from __future__ import annotations

import random
from collections.abc import Iterator

from fanlight.documents.files import page_pictures, read_document_bytes
from support.pdf_files import pdf
from support.written import Written

LONGEST_SIDE = 2339
"""Of A4 at 200 dpi."""
_WORDS = (
    "order", "number", "amount", "signature", "valve", "street", "invoice", "district", "Thursday", "quantity",
    "received", "height", "customer", "balance", "pressure", "Lisbon", "manual", "account", "payment", "Ångström",
    "café", "Größe", "winter", "delivery", "machine", "weekly", "returned", "sample",
)  # fmt: skip
Run = tuple[int, int, str]
"""Across, up, in points, and what is written there."""


def scanned_pages(count: int) -> Iterator[Written]:
    """`count` of each layout."""
    for seed in range(count):
        dice = random.Random(seed)
        for layout in (_columns, _table, _form):
            runs, rows = layout(dice)
            drawn = b"\n".join(b"BT /F1 11 Tf %d %d Td (%s) Tj ET" % (x, y, _escaped(said)) for x, y, said in runs)
            document = read_document_bytes(pdf([drawn]), "scan.pdf")
            (image,) = page_pictures(document, [1], LONGEST_SIDE)
            yield Written(layout.__name__[1:], image, tuple(rows))


def _columns(dice: random.Random) -> tuple[list[Run], list[str]]:
    left, right = ([_said(dice, 5) for _line in range(34)] for _column in range(2))
    runs = [
        (x, 760 - 18 * place, said) for x, column in ((50, left), (320, right)) for place, said in enumerate(column)
    ]
    return runs, [*left, *right]


def _table(dice: random.Random) -> tuple[list[Run], list[str]]:
    rows = [[_said(dice, 2), str(dice.randint(1, 99)), f"{dice.uniform(1, 900):.2f}"] for _row in range(28)]
    runs = [
        (x, 760 - 24 * place, cell)
        for place, row in enumerate(rows)
        for x, cell in zip((60, 320, 430), row, strict=True)
    ]
    return runs, ["  ".join(row) for row in rows]


def _form(dice: random.Random) -> tuple[list[Run], list[str]]:
    rows = [(f"{_said(dice, 1).title()}:", _said(dice, 3)) for _row in range(20)]
    runs = [
        (x, 750 - 34 * place, said) for place, row in enumerate(rows) for x, said in zip((60, 230), row, strict=True)
    ]
    return runs, ["  ".join(row) for row in rows]


def _said(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words))


def _escaped(text: str) -> bytes:
    return text.encode("cp1252")
