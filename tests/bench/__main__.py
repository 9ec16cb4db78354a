"""`python -m bench`: how fast Fanlight is, beside its targets, in one table.

    PYTHONPATH=app:tests python -m bench [--quick] [--only NAME...] [--list]

A whole run writes `last.json`; a partial one `.work/partial.json`. Exit code 0, also for a missed target; 1 when a
figure could not be measured; 2 for wrong arguments.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from bench import places
from bench.child import Run, run
from bench.figures import FIGURES, Figure
from bench.machine import load_average, machine
from bench.readings import FEWEST, Missing, Result
from bench.report import document, save, table

WHOLE_SECONDS = 30 * 60
"""The whole bench; a measurement that would go past it is cut and said to be."""
LONGEST_SECONDS = {
    "dictating": 420.0,
    "hearing": 420.0,
    "turns": 720.0,
    "captures": 420.0,
    "talking": 420.0,
    "transcribing": 1150.0,
    "finding": 1150.0,
    "redacting": 1150.0,
    "scanning": 1150.0,
    "stalling": 420.0,
    "naming": 900.0,
    "releasing": 900.0,
    "captioning": 420.0,
    "speaking": 900.0,
    "planning": 1700.0,
    "estimating": 600.0,
    "equality": 1700.0,
}
USUAL_SECONDS = 240.0
PREPARED = ("turns", "seats", "decode", "stopping", "streaming", "stalling", "talking")
WHOLE = tuple(figure for figure in FIGURES if not figure.by_name_only)
QUICK_FEWEST = 2
BUSY_LOAD = 0.8


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    chosen = _chosen(options.only)
    if options.list:
        print("\n".join(f"{figure.name}  {figure.target or ''}".rstrip() for figure in FIGURES))
        return 0
    start, load_before = time.monotonic(), load_average()
    results = _measured(chosen, options.quick, start)
    print("\n" + table(chosen, results))
    if load_before > BUSY_LOAD:
        print(f"Other programs were at work before the start (load average {load_before}): this is not the best here.")
    said = document(chosen, results, machine())
    said |= {
        "quick": options.quick,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - start, 1),
        "load_average": {"before": load_before, "after": load_average()},
    }
    whole = not options.quick and chosen == WHOLE
    save(places.LAST if whole else places.work("") / "partial.json", said)
    return 1 if any(isinstance(results[figure.name], Missing) for figure in chosen) else 0


def _measured(chosen: Sequence[Figure], quick: bool, start: float) -> dict[str, Result]:
    """One measurement after the other, each cut when its time or the whole bench's is over."""

    def tell(what: str) -> None:
        print(f"[{time.monotonic() - start:4.0f} s] {what}", flush=True)

    results: dict[str, Result] = {}
    fewest = QUICK_FEWEST if quick else FEWEST
    if any(figure.measurement in PREPARED for figure in chosen):
        tell("what the measurements share: a model of SmolVLM-256M's shape, llama-bench")
        run(Run("prepare", (), USUAL_SECONDS, quick, fewest))
    for measurement in dict.fromkeys(figure.measurement for figure in chosen):
        names = tuple(figure.name for figure in FIGURES if figure.measurement == measurement)
        left = WHOLE_SECONDS - (time.monotonic() - start)
        if left < 1:
            results |= {name: Missing("the bench's 30 minutes were over") for name in names}
            continue
        tell(f"{measurement}: {', '.join(names)}")
        seconds = min(left, LONGEST_SECONDS.get(measurement, USUAL_SECONDS))
        results |= run(Run(measurement, names, seconds, quick, fewest))
    return results


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description="How fast Fanlight is, beside its targets.")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="figures, or measurements, by name")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: for a look, not for a record")
    parser.add_argument("--list", action="store_true", help="the figures and their targets")
    options = parser.parse_args(arguments)
    known = {figure.name for figure in FIGURES} | {figure.measurement for figure in FIGURES}
    if unknown := [name for name in options.only if name not in known]:
        parser.error(f"no figure is called {unknown[0]!r}; --list shows them")
    return options


def _chosen(only: Sequence[str]) -> tuple[Figure, ...]:
    if not only:
        return WHOLE
    return tuple(figure for figure in FIGURES if figure.name in only or figure.measurement in only)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the measurement's process ends too
    sys.exit(main(sys.argv[1:]))
