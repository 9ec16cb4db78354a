"""`make crash`: what writes the user's data (`crash/cases.py`) is killed, runs out of disk, and loses its power;
nothing that was promised is lost, and everything opens.

python -m crash [--kills 1000] [--full 200] [--cuts 200] [--only CASE] [--seed 0]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from crash import kills, power_cut
from crash.case import Case
from crash.cases import CASES
from crash.tally import HEAD, Tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m crash", description="Crash Fanlight, and look what is left.")
    parser.add_argument("--kills", type=int, default=1000, help="how often it is killed (1000), over all that is tried")
    parser.add_argument("--full", type=int, default=200, help="how often its disk is full (200)")
    parser.add_argument("--cuts", type=int, default=200, help="how often its power is cut (200)")
    parser.add_argument("--only", choices=sorted(CASES), help="only this")
    parser.add_argument("--seed", type=int, default=0, help="other moments for another number (0)")
    options = parser.parse_args()
    chosen = {name: case for name, case in CASES.items() if options.only in (None, name)}
    print(f"{HEAD}{'seconds':>9}", flush=True)
    tallies = []
    for place, (name, case) in enumerate(chosen.items()):
        for run, total in _ways(name, case, options.seed):
            count = vars(options)[total] * (place + 1) // len(chosen) - vars(options)[total] * place // len(chosen)
            if count:
                started = time.monotonic()
                try:
                    tallies.append(run(count))
                except FileNotFoundError as error:
                    print(f"{case.name}: not tried without `{error}`", flush=True)
                    continue
                print(f"{tallies[-1].row()}{time.monotonic() - started:>9.0f}", flush=True)
    for tally in tallies:
        if not tally.promised:
            print(f"{tally.case}, {tally.way}: nothing was promised in {tally.runs} runs", file=sys.stderr)
        for line in tally.lost[:20]:
            print(f"{tally.case}, {tally.way}: {line}", file=sys.stderr)
    return 0 if all(tally.good for tally in tallies) else 1


def _ways(name: str, case: Case, seed: int) -> list[tuple[Callable[[int], Tally], str]]:
    return [
        (lambda runs: kills.killed(case, runs, seed), "kills"),
        (lambda runs: kills.full(case, runs, seed), "full"),
        (lambda runs: power_cut.cut(name, case, runs, seed), "cuts"),
    ]


if __name__ == "__main__":
    sys.exit(main())
