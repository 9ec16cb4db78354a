"""From the hotkey's event in the X server to a screen that is dark from top to bottom, seen on the root window."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import perf_counter, sleep

from bench import places
from bench.child import CanNotMeasure
from bench.display import Screen, xvfb
from bench.hand import Hand
from bench.readings import Notebook

_SIZES = {"hotkey_to_overlay_ms_1080p": (1920, 1080), "hotkey_to_overlay_ms_2160p": (3840, 2160)}
_KEYS = ("Control_L", "Alt_L", "x")
_COMBINATION = "Ctrl+Alt+X"
_DESKTOP = 0x6688AA
_DEADLINE_SECONDS, _LOOK_SECONDS, _REST_SECONDS = 10.0, 0.001, 0.25


def measure(notebook: Notebook, quick: bool) -> None:
    for name, (width, height) in _SIZES.items():
        with xvfb(width, height) as screen, closing(Hand(screen.name)) as hand, _fanlight(screen) as process:
            hand.colour_desktop(_DESKTOP)
            _once(screen, hand, process, width)  # the memory that is kept from one capture to the next
            for _ in range(3 if quick else 15):
                notebook.write(name, 1000 * _once(screen, hand, process, width))


def _once(screen: Screen, hand: Hand, process: subprocess.Popen[str], width: int) -> float:
    """Seconds; the overlay is gone again afterwards."""
    before = _edge(screen.rows(), width)
    start = perf_counter()
    hand.press(*_KEYS)
    hand.release(*_KEYS)  # at once: a key that is held repeats
    took = _until(lambda: not set(_edge(screen.rows(), width)) & set(before), start, process, "come")
    hand.strike("Escape")
    _until(lambda: _edge(screen.rows(), width) == before, perf_counter(), process, "go")
    sleep(_REST_SECONDS)
    return took


def _edge(rows: bytes, width: int) -> list[bytes]:
    """The colour of each row near its left end, where neither magnifier nor text nor pointer is."""
    return [rows[at : at + 3] for at in range(40, len(rows), 4 * width)]


def _until(is_so: Callable[[], bool], start: float, process: subprocess.Popen[str], what: str) -> float:
    while perf_counter() < start + _DEADLINE_SECONDS:
        if is_so():
            return perf_counter() - start
        if process.poll() is not None:
            raise CanNotMeasure(f"the overlay's process ended with {process.returncode}")
        sleep(_LOOK_SECONDS)
    raise CanNotMeasure(f"the overlay did not {what} in {_DEADLINE_SECONDS:.0f} s")


@contextmanager
def _fanlight(screen: Screen) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": places.PYTHONPATH}
    command = [sys.executable, "-m", "bench.freezing", _COMBINATION]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        if process.stdout.readline().strip() != "ready":
            raise CanNotMeasure("the overlay's process did not start")
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
