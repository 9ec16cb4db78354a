"""From the start of `fanlight shot` to a screen that is dark from top to bottom, with a Fanlight that runs hidden: the
program's own start, the socket, the grab and the paint."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter, sleep

from bench.child import CanNotMeasure
from bench.display import Screen, xvfb
from bench.hand import Hand
from bench.readings import Notebook
from fanlight.ipc import client

_WIDTH, _HEIGHT = 1920, 1080
_DESKTOP = 0x6688AA
_DEADLINE_SECONDS, _LOOK_SECONDS, _REST_SECONDS = 60.0, 0.001, 0.25
_SETTLE_SECONDS = 5.0
"""Until the model is loaded, and what the first press would wait for is there."""


def measure(notebook: Notebook, quick: bool) -> None:
    program = Path(sys.executable).with_name("fanlight")
    if not program.is_file():
        raise CanNotMeasure("the program fanlight is not installed beside Python: pip install --editable .")
    with xvfb(_WIDTH, _HEIGHT) as screen, closing(Hand(screen.name)) as hand:
        environment = os.environ | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        hand.colour_desktop(_DESKTOP)
        with _hidden(program, environment):
            _once(program, screen, hand, environment)
            for _ in range(3 if quick else 15):
                notebook.write("command_to_overlay_ms", 1000 * _once(program, screen, hand, environment))


def _once(program: Path, screen: Screen, hand: Hand, environment: dict[str, str]) -> float:
    """Seconds; the overlay is gone again afterwards."""
    before = _edge(screen)
    start = perf_counter()
    command = subprocess.Popen([program, "shot"], env=environment)
    took = _until(lambda: not set(_edge(screen)) & set(before), start, "overlay does not come")
    if command.wait(_DEADLINE_SECONDS) != 0:
        raise CanNotMeasure("fanlight shot did not succeed")
    hand.strike("Escape")
    _until(lambda: _edge(screen) == before, perf_counter(), "overlay does not go")
    sleep(_REST_SECONDS)
    return took


def _edge(screen: Screen) -> list[bytes]:
    """The colour of each row near its left end, where neither magnifier nor text nor pointer is."""
    rows = screen.rows()
    return [rows[at : at + 3] for at in range(40, len(rows), 4 * _WIDTH)]


def _until(is_so: Callable[[], bool], start: float, what: str) -> float:
    while perf_counter() < start + _DEADLINE_SECONDS:
        if is_so():
            return perf_counter() - start
        sleep(_LOOK_SECONDS)
    raise CanNotMeasure(f"the {what} in {_DEADLINE_SECONDS:.0f} s")


@contextmanager
def _hidden(program: Path, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen([program, "--hidden"], env=environment)
    try:
        _until(_answers, perf_counter(), "window does not answer")
        sleep(_SETTLE_SECONDS)
        yield
    finally:
        process.kill()
        process.wait()


def _answers() -> bool:
    connection = client.connect()
    return connection is not None and client.send_command(connection, {"do": "hello"}) == 0
