"""How fast a package is beside the checkout, whose llama.cpp is built for this processor alone.

    PYTHONPATH=tests .venv/bin/python packaging/compare_with_checkout.py FOLDER [--rounds N]

FOLDER is an unpacked archive, or a package's tree: the one with bin/fanlight in it. Measured in turns, so that a busy
moment meets both: tokens a second (SmolLM2, two threads), and the time from the start to the painted window. On a quiet
computer; about two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from bench.display import xvfb
from bench.measure import starting
from support.language_model import smollm2

SPEED = Path(__file__).parent / "package" / "speed.py"
PLAIN = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    home = (options.folder / "bin" / "fanlight").resolve().parent
    pythons = {"checkout": [sys.executable], "package": [str(home / "python3"), "-I"]}
    speeds = _speeds(pythons, str(smollm2().files.model), options.rounds)
    for kind in ("prompt", "answer"):
        _tell(f"{kind}, tokens/s", {who: speeds[who, kind] for who in pythons})
    programs = {"checkout": Path(sys.executable).with_name("fanlight"), "package": home / "fanlight"}
    _tell("start to window, ms", _starts(programs, options.rounds))
    return 0


def _speeds(pythons: dict[str, list[str]], model: str, rounds: int) -> dict[tuple[str, str], list[float]]:
    found = defaultdict[tuple[str, str], list[float]](list)
    for turn in range(rounds + 1):
        for who, python in pythons.items():
            said = subprocess.run([*python, str(SPEED), model], env=PLAIN, check=True, capture_output=True, text=True)
            for kind, value in json.loads(said.stdout.splitlines()[-1]).items() if turn else ():
                found[who, kind].append(value)
    return found


def _starts(programs: dict[str, Path], rounds: int) -> dict[str, list[float]]:
    homes = {who: tempfile.mkdtemp() for who in programs}
    found = defaultdict[str, list[float]](list)
    with xvfb() as screen:
        for turn in range(rounds + 1):  # the first reads the files into the system's cache
            for who, program in programs.items():
                while screen.colours(screen.rows()) > 2:
                    sleep(0.05)
                env = PLAIN | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb", "FANLIGHT_HOME": homes[who]}
                start = perf_counter()
                process = subprocess.Popen([str(program)], env=env)
                try:
                    took = 1000 * starting._painted(screen, process, start)
                finally:
                    process.terminate()
                    process.wait(20)
                if turn:
                    found[who].append(took)
    return found


def _tell(name: str, values: dict[str, list[float]]) -> None:
    middle = {who: median(each) for who, each in values.items()}
    best = {who: (min if "ms" in name else max)(each) for who, each in values.items()}
    print(f"{name}: checkout {middle['checkout']:.1f}, package {middle['package']:.1f}", end="")
    print(f" ({_more(middle)}; the best: {best['checkout']:.1f}, {best['package']:.1f}, {_more(best)})")


def _more(values: dict[str, float]) -> str:
    return f"{100 * values['package'] / values['checkout'] - 100:+.1f} %"


if __name__ == "__main__":
    sys.exit(main())
