"""Answers about many pictures as files: a table, JSON, or side-cars beside the pictures, which are never touched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.core.many_pictures.picture_rows import PictureRow
from fanlight.core.many_pictures.run_templates import RunTemplate, shown_columns, words_of
from fanlight.domain.errors import FanlightError, OutputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import shortened
from fanlight.domain.schema_fields import value_at
from fanlight.domain.value_tables import Rows, cell_of
from fanlight.exchange.table_files import Sheet, csv_text, spreadsheet
from fanlight.exchange.xmp_side_car import PictureWords, side_car_of, written_side_car
from fanlight.files import replace_file, write_output
from fanlight.i18n import _


@dataclass(frozen=True, slots=True)
class SideCarPlan:
    """`known`: which of them are there already; `words` what is to be written, by picture."""

    words: dict[Path, PictureWords]
    places: dict[Path, Path]
    known: frozenset[Path]


@dataclass(frozen=True, slots=True)
class SideCarsWritten:
    """How many were written, and why others were not: `problem` is the first reason."""

    written: int
    left_out: int
    problem: str = ""


def table_rows(rows: Sequence[PictureRow], template: RunTemplate) -> Rows:
    columns = shown_columns(template)
    head = [_("Picture"), *(column.label for column in columns), _("Problem")]
    return [
        list(head),
        *([row.name, *(cell_of(value_at(row.value, column.path)) for column in columns), row.error] for row in rows),
    ]


def save_rows(path: Path, rows: Sequence[PictureRow], template: RunTemplate) -> Path:
    """As its ending says: .json, .xlsx, else CSV. Any thread. Raises OutputError."""
    try:
        match path.suffix.lower():
            case ".json":
                data = (json.dumps([_entry(row) for row in rows], indent=2, ensure_ascii=False) + "\n").encode(
                    "utf-8", "backslashreplace"
                )
            case ".xlsx":
                data = spreadsheet([Sheet(_("Pictures"), table_rows(rows, template))])
            case _:
                data = csv_text(table_rows(rows, template)).encode("utf-8", "backslashreplace")
        write_output(path, data)
    except OSError as error:
        text = _("{path} cannot be written: {reason}.").format(path=path, reason=os_reason(error))
        raise OutputError(text, _("Choose another folder.")) from error
    return path


def _entry(row: PictureRow) -> dict[str, Any]:
    entry: dict[str, Any] = {"picture": row.name}
    if row.has_value:
        entry["answer"] = row.value
    if row.edited is not None:
        entry |= {"corrected": True, "model": row.answer}
    return entry | ({"error": row.error} if row.error else {})


def plan_side_cars(rows: Sequence[PictureRow], template: RunTemplate) -> SideCarPlan:
    """Looks at the disk; any thread."""
    words = {row.path: found for row in rows if (found := words_of(template, row.value))}
    by_stem: dict[Path, list[Path]] = {}
    for row in rows:
        by_stem.setdefault(row.path.with_suffix(""), []).append(row.path)
    places = {path: side_car_of(path, by_stem.get(path.with_suffix(""), ())) for path in words}
    return SideCarPlan(words, places, frozenset(path for path, place in places.items() if place.exists()))


def write_side_cars(plan: SideCarPlan, *, adds_to_known: bool) -> SideCarsWritten:
    """Any thread; milliseconds each. What goes wrong with one costs that one."""
    written, left_out, problem = 0, 0, ""
    for path, words in plan.words.items():
        place = plan.places[path]
        try:
            before = place.read_bytes() if place.exists() else None
            if before is not None and not adds_to_known:
                left_out += 1
                continue
            replace_file(place, written_side_car(words, before, place.name))
            written += 1
        except FanlightError as error:
            left_out, problem = left_out + 1, problem or error.text
        except OSError as error:
            text = _("{path} cannot be written: {reason}.")
            why = text.format(path=shortened(str(place)), reason=os_reason(error))
            left_out, problem = left_out + 1, problem or why
    return SideCarsWritten(written, left_out, problem)
