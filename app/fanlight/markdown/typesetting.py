"""Formulas as outlines, which are drawn in any size and color. They are made in a parsing process: a model writes them,
and some take without end."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import isfinite
from typing import Any

from fanlight.markdown.formula_task import COORDINATES, MOST_STEPS, draw_formula
from fanlight.markdown.formulas import CLOSING, marks_of_block
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import ParserCrashed, ParsingFailure
from fanlight.parsing.launching import ParserKind
from fanlight.parsing.pool import pool_of

PARSER = ParserKind(
    "formulas", ("fanlight.markdown.formula_task", "fanlight.markdown.formula_rows"), processes=1,
    memory_bytes=2**30, idle_seconds=60.0,
)  # fmt: skip
SECONDS = 2.0
"""For one formula; usual ones take a few hundredths of that."""
_LARGEST = 1_000.0
"""Em."""


@dataclass(frozen=True, slots=True)
class FormulaOutline:
    """In em, from the left end of the baseline, y downwards. `steps`: M(ove), L(ine), Q and C (curves) and Z (close),
    `points`: their coordinates."""

    width: float
    ascent: float
    descent: float
    steps: str
    points: array[float]


def tex_of(source: str) -> tuple[str, bool] | None:
    """What stands between the marks, and whether it is a formula of its own line; None for one that is not closed."""
    source = source.replace("\u2028", "\n").strip()
    marks = marks_of_block(source)
    opening, closing = marks or _marks_in_line(source)
    inside = source.removeprefix(opening).removesuffix(closing)
    if len(source) - len(inside) != len(opening) + len(closing) or not inside:
        return None
    is_environment = opening.startswith(r"\begin")
    return source if is_environment else inside, marks is not None


def _marks_in_line(source: str) -> tuple[str, str]:
    opening = source[:2]
    return (opening, CLOSING[opening]) if opening in CLOSING else ("$", "$")


def outline_of(source: str) -> FormulaOutline | None:
    """The formula `source`, marks included; None where it cannot be drawn. Slow; any thread."""
    found = tex_of(source)
    if found is None:
        return None
    values = {"tex": found[0], "display": found[1]}
    try:
        return pool_of(PARSER).call(draw_formula, values, check=_checked, seconds=SECONDS)
    except ParsingFailure:  # the pool's log has the reason, and the source is shown
        return None


def _checked(reply: Packet) -> FormulaOutline | None:
    if not reply.blobs:
        return None
    try:
        width, ascent, descent = (_bounded(reply.values[name]) for name in ("width", "ascent", "descent"))
        steps, points = reply.blobs[0].decode("ascii"), array("f", reply.blobs[1])
        if len(steps) > MOST_STEPS or sum(COORDINATES[step] for step in steps) != len(points):
            raise ValueError("steps and points differ")
        if not all(isfinite(value) and abs(value) <= _LARGEST for value in points):
            raise ValueError("out of range")
    except (ValueError, LookupError, TypeError) as error:
        raise ParserCrashed(str(error)) from error
    return FormulaOutline(width, ascent, descent, steps, points)


def _bounded(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= _LARGEST:
        raise ValueError("no such size")
    return float(value)
