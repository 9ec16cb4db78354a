"""`python -m cards`: graphics cards without memory, with less than they say, listed twice, and robbed by other programs
between two questions. Each trial is a process that stands for the window; in each, what is asked must end in an answer
or a sentence, and the next start must work.

    PYTHONPATH=app:tests python -m cards [--trials 300] [--seed 1] [--driver FILE] [--killer FILE] [--folder FOLDER]

It takes a llama.cpp built for Vulkan, a C compiler, and Vulkan's headers. The driver's description (JSON) is that of
VK_DRIVER_FILES; `--killer` is one of a driver that llama.cpp cannot use, which is put beside it. What was found is kept
in the folder: a run that was cut goes on there. Exit status 1: a window has died more often than once, a start has
failed, or something ended in neither an answer nor a sentence.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cards.card import Card, built_limit
from cards.journal import Journal
from cards.trial import MODES, Trial, TrialResult, run_trial

GB = 10**9
HEAPS = (int(2.1 * GB), GB, GB // 2, GB // 10)
TAKEN = ("never", "after the load", "after a question", "for one question")
LAYERS = (-1, 1000, 2)


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    driver = options.driver or os.environ.get("VK_DRIVER_FILES", "").split(os.pathsep)[0]
    if not driver:
        print("Which driver? Set VK_DRIVER_FILES, or give --driver.", file=sys.stderr)
        return 2
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="cards-") as place:
        home = (options.folder or Path(place)).absolute()
        home.mkdir(parents=True, exist_ok=True)
        limit = built_limit(home)
        cards = [Card(home, limit, Path(driver), "once"), Card(home, limit, Path(driver), "twice")]
        if options.killer:
            cards.append(Card(home, limit, Path(driver), "beside a killer", Path(options.killer)))
        journal = Journal(home / f"seed {options.seed}.jsonl")
        results = _run(_trials(chance, cards, options), home, journal, options.minutes)
    print(_table(results))
    return 1 if any(result.is_wrong for result in results) else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("cards", description="Trials of graphics cards that are short of memory.")
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=24 * 60.0, help="none is started after that")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--driver", default="", help="a Vulkan driver's description")
    parser.add_argument(
        "--mode",
        choices=(*MODES, "in-process"),
        help="where the model is; in-process: in the window, also after a death",
    )
    parser.add_argument("--killer", default="", help="that of one that llama.cpp cannot use")
    parser.add_argument("--folder", type=Path, help="where results are kept")
    return parser.parse_args(arguments)


def _trials(chance: random.Random, cards: Sequence[Card], options: argparse.Namespace) -> list[Trial]:
    """Each combination about equally often, in any order."""
    every = [
        (card, heap, lying, taken, mode)
        for card in cards
        for heap in HEAPS
        for lying in (False, True)
        for taken in TAKEN
        for mode in ([options.mode] if options.mode else MODES)
    ]
    chance.shuffle(every)
    picked = (every[number % len(every)] for number in range(options.trials))
    return [Trial(*one, chance.choice(LAYERS)) for one in picked]


def _run(trials: Sequence[Trial], home: Path, journal: Journal, minutes: float) -> list[TrialResult]:
    results: list[TrialResult] = []
    until = time.monotonic() + 60 * minutes
    for number, trial in enumerate(trials, 1):
        result, began = journal.find(number, trial), time.monotonic()
        if result is None:
            if began > until:
                break
            folder = home / f"engine-{number}"
            shutil.rmtree(folder, ignore_errors=True)
            result = run_trial(trial, folder)
            shutil.rmtree(folder, ignore_errors=True)
            journal.keep(number, result)
            seconds = time.monotonic() - began
            print(f"{number}/{len(trials)}  {seconds:.0f} s  {trial}  {result}", flush=True)
        results.append(result)
    return results


def _table(results: Sequence[TrialResult]) -> str:
    rows: list[tuple[str, ...]] = [
        (
            "",
            "trials",
            "window died",
            "twice",
            "answers",
            "sentences",
            "after a new load",
            "neither",
            "second start failed",
        )
    ]
    groups: dict[str, list[TrialResult]] = {"all": list(results)}
    for result in results:
        trial = result.trial
        for name in (trial.mode, f"card {trial.card.kind}", f"{trial.heap / GB:.1f} GB", trial.truth, trial.taken):
            groups.setdefault(name, []).append(result)
    for name, ones in groups.items():
        sums: Counter[str] = Counter()
        for one in ones:
            sums.update(one.counts)
        counted = ("died", "died twice", "answers", "sentences", "began anew", "neither", "no second start")
        rows.append((name, str(len(ones)), *(str(sums[key]) for key in counted)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n" + "\n".join(lines)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
