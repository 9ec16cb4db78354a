"""From the start of the program to its first painted window, seen on the screen from outside; and what it takes of
memory before any model is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

import psutil

from bench.child import CanNotMeasure
from bench.display import Screen, xvfb
from bench.readings import Notebook

_PAINTED_COLOURS = 24
"""Letters have smooth edges: text brings this many, a bare window does not."""
_DEADLINE_SECONDS, _LOOK_SECONDS, _SETTLE_SECONDS = 20.0, 0.004, 3.0
_MEBIBYTE = 2**20


def measure(notebook: Notebook, quick: bool) -> None:
    with xvfb() as screen:
        with _fanlight(screen) as (process, start):  # reads the files into the system's cache
            _painted(screen, process, start)
        for _ in range(2 if quick else 7):
            with _fanlight(screen) as (process, start):
                notebook.write("start_to_window_ms", 1000 * _painted(screen, process, start))
                spent = psutil.Process(process.pid).cpu_times()
                notebook.write("start_cpu_ms", 1000 * (spent.user + spent.system))
        for _ in range(2 if quick else 5):
            with _fanlight(screen, without_model=True) as (process, start):
                _painted(screen, process, start)
                sleep(_SETTLE_SECONDS)
                notebook.write("idle_mb", psutil.Process(process.pid).memory_info().rss / _MEBIBYTE)


@contextmanager
def _fanlight(screen: Screen, without_model: bool = False) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    program = Path(sys.executable).with_name("fanlight")
    if not program.is_file():
        raise CanNotMeasure("the program fanlight is not installed beside Python: pip install --editable .")
    while screen.colours(screen.rows()) > 2:  # the window before is still there
        sleep(0.05)
    environment = os.environ | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-m", "bench.without_model"] if without_model else [str(program)]
    start = perf_counter()
    process = subprocess.Popen(command, env=environment)
    try:
        yield process, start
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _painted(screen: Screen, process: subprocess.Popen[bytes], start: float) -> float:
    """Seconds from `start` to the first look that finds a painted window."""
    before = screen.rows()
    while perf_counter() < start + _DEADLINE_SECONDS:
        rows = screen.rows()
        if rows != before:
            seen, before = perf_counter(), rows
            if screen.colours(rows) >= _PAINTED_COLOURS:
                return seen - start
        if process.poll() is not None:
            raise CanNotMeasure(f"fanlight ended with {process.returncode} instead of showing a window")
        sleep(_LOOK_SECONDS)
    raise CanNotMeasure(f"no window was painted in {_DEADLINE_SECONDS:.0f} s")
