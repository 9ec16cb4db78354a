"""The table on the screen and `last.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.figures import Figure
from bench.readings import Missing, Result, Summary

_HEAD = ("figure", "median", "min", "max", "unit", "target", "")


def table(figures: Sequence[Figure], results: Mapping[str, Result]) -> str:
    """One line a figure that was asked for; the reasons of those without a value follow."""
    rows = [_HEAD, *(_row(figure, results[figure.name]) for figure in figures if figure.name in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "-" * len(lines[0]))
    for name, result in results.items():
        if isinstance(result, Missing):
            lines.append(f"{name}: {result.why}")
    return "\n".join(lines)


def document(
    figures: Sequence[Figure], results: Mapping[str, Result], machine: Mapping[str, object]
) -> dict[str, object]:
    """What `last.json` holds: `figures` and `machine`, and apart from them the verdicts and what is missing."""
    known = {f.name: (f, r) for f in figures if isinstance(r := results.get(f.name), Summary)}
    return {
        "figures": {
            name: {
                "median": _short(summary.median),
                "min": _short(summary.min),
                "max": _short(summary.max),
                "unit": figure.unit,
            }
            for name, (figure, summary) in known.items()
        },
        "machine": dict(machine),
        "targets": {
            name: {"target": str(figure.target), "met": figure.target.met(summary.median), "count": summary.count}
            for name, (figure, summary) in known.items()
            if figure.target is not None
        },
        "missing": {name: result.why for name, result in results.items() if isinstance(result, Missing)},
    }


def save(path: Path, said: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")
    draft.replace(path)


def _row(figure: Figure, result: Result) -> tuple[str, ...]:
    target = str(figure.target) if figure.target else ""
    if isinstance(result, Missing):
        return (figure.name, "-", "-", "-", figure.unit, target, "NOT MEASURED")
    verdict = "" if figure.target is None else ("pass" if figure.target.met(result.median) else "MISS")
    numbers = (_number(result.median), _number(result.min), _number(result.max))
    return (figure.name, *numbers, figure.unit, target, verdict)


def _number(value: float) -> str:
    size = abs(value)
    return f"{value:.0f}" if size >= 1000 else f"{value:.1f}" if size >= 20 else f"{value:.3f}"


def _short(value: float) -> float:
    return round(value, 4)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if 1 <= i <= 3 else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
