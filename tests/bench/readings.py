"""What was measured: values a figure, or the reason why there are none."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

FEWEST = 5
"""Fewer values than this are not a figure."""


@dataclass(frozen=True, slots=True)
class Summary:
    median: float
    min: float
    max: float
    count: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A figure that could not be measured, and why, in one sentence."""

    why: str


Result = Summary | Missing


def summarise(values: Iterable[float], fewest: int = FEWEST) -> Result:
    known = sorted(values)
    if any(not math.isfinite(value) for value in known):
        return Missing("a value is not a number")
    if len(known) < fewest:
        return Missing(f"{len(known)} of {fewest} values came")
    return Summary(statistics.median(known), known[0], known[-1], len(known))


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that at least `percent` of all are not above (nearest rank). Raises ValueError for none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


class Notebook:
    """Where a measurement, in its own process, writes each value at once: what it had is kept when it is killed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, name: str, value: float) -> None:
        self._line({"name": name, "value": value})

    def give_up(self, name: str, why: str) -> None:
        self._line({"name": name, "missing": " ".join(why.split())})

    def _line(self, said: Mapping[str, object]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")


def read(path: Path, names: Iterable[str], why_short: str = "", fewest: int = FEWEST) -> dict[str, Result]:
    """The results of `names` in a notebook; `why_short` explains a figure with too few values."""
    values: dict[str, list[float]] = {name: [] for name in names}
    missing: dict[str, str] = {}
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    for line in lines:
        said = json.loads(line)
        if said["name"] not in values:
            raise ValueError(f"no figure is called {said['name']!r}")
        if "missing" in said:
            missing[said["name"]] = said["missing"]
        else:
            values[said["name"]].append(float(said["value"]))
    results: dict[str, Result] = {}
    for name, known in values.items():
        result = summarise(known, fewest)
        if isinstance(result, Missing):
            reasons = [reason for reason in (missing.get(name, ""), why_short) if reason]
            result = Missing(reasons[0] if reasons else result.why)
        results[name] = result
    return results
