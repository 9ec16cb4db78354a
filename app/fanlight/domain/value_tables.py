"""Values that were read by a schema, as tables: one row, or one for each line item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from fanlight.domain.schema_fields import FormField, value_at
from fanlight.i18n import _

Cell = str | int | float | bool | None
Rows = list[list[Cell]]


def flat_rows(fields: Sequence[FormField], values: Any) -> Rows:
    """Of rows of texts alone, these. Else headings, and a row for each item of the largest table with the other values
    in front, so that the rows of many pages fit below each other; without a table one row."""
    singles = [field for field in fields if field.kind not in ("table", "grid")]
    tables = [field for field in fields if field.kind == "table"]
    grids = [field for field in fields if field.kind == "grid"]
    if grids and not singles and not tables:
        return _grid(values, grids[0])
    table = max(tables, key=lambda field: len(_rows(values, field)), default=None)
    front = [cell_of(value_at(values, field.path)) for field in singles]
    head: list[Cell] = [heading_of(field) for field in singles]
    if table is None:
        return [head, front]
    items = _rows(values, table)
    rows = [[*front, *_cells(table, item)] for item in items] or [[*front, *[None] * len(table.columns)]]
    return [[*head, *(column.label for column in table.columns)], *rows]


def named_rows(fields: Sequence[FormField], values: Any) -> Rows:
    """A row for each value that is in no table: what it is, and the value."""
    singles = [field for field in fields if field.kind not in ("table", "grid")]
    return [[heading_of(field), cell_of(value_at(values, field.path))] for field in singles]


def item_tables(fields: Sequence[FormField], values: Any) -> Iterator[tuple[str, Rows]]:
    """(what it is, its rows with headings) of each table."""
    for field in fields:
        if field.kind == "grid":
            yield heading_of(field), _grid(values, field)
        elif field.kind == "table":
            head: list[Cell] = [column.label for column in field.columns]
            yield heading_of(field), [head, *(_cells(field, item) for item in _rows(values, field))]


def heading_of(field: FormField) -> str:
    """With the group that it is in: two may have the same name."""
    if not field.group:
        return field.label
    return _("{group}: {name}").format(group=field.group, name=field.label)


def cell_of(value: Any) -> Cell:
    """A list of texts with commas between; what has more parts, as JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


def _cells(table: FormField, item: Any) -> list[Cell]:
    return [cell_of(value_at(item, column.path)) for column in table.columns]


def _grid(values: Any, field: FormField) -> Rows:
    return [[cell_of(cell) for cell in row] for row in _rows(values, field) if isinstance(row, list)]


def _rows(values: Any, table: FormField) -> list[Any]:
    found = value_at(values, table.path)
    return found if isinstance(found, list) else []
