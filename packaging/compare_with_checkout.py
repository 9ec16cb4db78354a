"""How fast a package is beside the checkout, whose llama.cpp is built for this processor alone.

    PYTHONPATH=tests .venv/bin/python packaging/compare_with_checkout.py FOLDER [--only speed|start] [--rounds N]

FOLDER is an unpacked archive, or a package's tree: the one with bin/fanlight in it. Tokens a second (SmolLM2, two
threads), and the time from the start to the painted window. Each round measures both, in turns first, so that a busy
moment meets both; the middle of the rounds' ratios counts, with those between which half of them lie. On a quiet
computer; about four minutes. Ends with 1 where the package is slower than it may be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep

from bench.display import Screen, xvfb
from bench.measure import starting
from support.language_model import smollm2

SPEED = Path(__file__).parent / "package" / "speed.py"
PLAIN = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
CHECKOUT, PACKAGE = "checkout", "package"
MAY_BE_SLOWER = {"prompt, tokens/s": 0.02, "answer, tokens/s": 0.02, "start to window, ms": 0.10}
"""By which part, at most."""

Measured = dict[str, float]
"""By what was measured, as MAY_BE_SLOWER has it."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=("speed", "start"))
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    home = (options.folder / "bin" / "fanlight").resolve().parent
    is_slower = False
    with ExitStack() as closing:
        if options.only != "start":
            pythons = {CHECKOUT: [sys.executable], PACKAGE: [str(home / "python3"), "-I"]}
            model = str(smollm2().files.model)
            is_slower |= _compare(lambda who: _speeds(pythons[who], model), options.rounds)
        if options.only != "speed":
            programs = {CHECKOUT: Path(sys.executable).with_name("fanlight"), PACKAGE: home / "fanlight"}
            homes = {who: closing.enter_context(tempfile.TemporaryDirectory()) for who in programs}
            screen = closing.enter_context(xvfb())
            is_slower |= _compare(lambda who: _start(programs[who], homes[who], screen), options.rounds)
    return 1 if is_slower else 0


def _compare(measure: Callable[[str], Measured], rounds: int) -> bool:
    """Whether the package is slower than it may be. The first round reads the files into the system's cache."""
    found = defaultdict[str, list[Measured]](list)
    for turn in range(rounds + 1):
        order = (CHECKOUT, PACKAGE) if turn % 2 else (PACKAGE, CHECKOUT)
        both = {who: measure(who) for who in order}
        for who in both if turn else ():
            found[who].append(both[who])
    slower = [_tell(what, found) for what in found[CHECKOUT][0]]
    return any(slower)


def _speeds(python: list[str], model: str) -> Measured:
    said = subprocess.run([*python, str(SPEED), model], env=PLAIN, check=True, capture_output=True, text=True)
    return {f"{kind}, tokens/s": value for kind, value in json.loads(said.stdout.splitlines()[-1]).items()}


def _start(program: Path, home: str, screen: Screen) -> Measured:
    while screen.colours(screen.rows()) > 2:
        sleep(0.05)
    env = PLAIN | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb", "FANLIGHT_HOME": home}
    start = perf_counter()
    process = subprocess.Popen([str(program)], env=env)
    try:
        took = 1000 * starting._painted(screen, process, start)
    finally:
        process.terminate()
        process.wait(20)
    return {"start to window, ms": took}


def _tell(what: str, found: dict[str, list[Measured]]) -> bool:
    """Whether the package is slower than it may be."""
    values = {who: [each[what] for each in found[who]] for who in found}
    of_time = what.endswith("ms")
    pairs = zip(values[PACKAGE], values[CHECKOUT], strict=True)
    slower = [(ours / theirs if of_time else theirs / ours) - 1 for ours, theirs in pairs]
    low, middle, high = quantiles(slower, n=4)
    best = {who: (min if of_time else max)(each) for who, each in values.items()}
    middles = {who: median(each) for who, each in values.items()}
    print(f"{what}: checkout {middles[CHECKOUT]:.1f}, package {middles[PACKAGE]:.1f}", end="; ")
    print(f"the best: {best[CHECKOUT]:.1f}, {best[PACKAGE]:.1f}", end="; ")
    print(f"slower by {100 * middle:+.1f} % ({100 * low:+.1f} to {100 * high:+.1f})", end=", ")
    print(f"may be by {100 * MAY_BE_SLOWER[what]:.0f} %", flush=True)
    return middle > MAY_BE_SLOWER[what]


if __name__ == "__main__":
    sys.exit(main())
