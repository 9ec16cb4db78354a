"""Figures of which each value is a process of its own: what a second round in the same one leaves behind would
flatter. Two at a time, so for memory and not for speed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

from bench.child import CanNotMeasure
from bench.display import xvfb

_AT_ONCE = 2


def values(function: str, count: int, screen: tuple[int, int] | None = None) -> Iterator[float]:
    """What `function` ("module.name", which is asked for nothing) returns in so many processes, each with a screen of
    its own where its size is given. Raises CanNotMeasure."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(lambda _: _value(function, screen), range(count))


def _value(function: str, screen: tuple[int, int] | None) -> float:
    module, _, name = function.rpartition(".")
    command = [sys.executable, "-c", f"from {module} import {name}; print({name}())"]
    with xvfb(*screen) if screen else nullcontext() as server:
        environment = os.environ | ({"DISPLAY": server.name, "QT_QPA_PLATFORM": "xcb"} if server else {})
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=environment)
    if ran.returncode != 0:
        raise CanNotMeasure(f"a process of {function} ended with {ran.returncode}")
    return float(ran.stdout.split()[-1])
