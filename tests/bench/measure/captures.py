"""What 200 captures with their panels leave behind in one process, after 48 that fill what is kept: most of them
forgotten, some given up for the next one, which keeps the last few in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil

from bench.fresh import values
from bench.readings import Notebook

if TYPE_CHECKING:
    from bench.panels import Panels

_WARM_UP, _CAPTURES = 48, 200
_KEPT_EVERY, _LAST = 4, 12
_MEBIBYTE = 2**20


def measure(notebook: Notebook, quick: bool) -> None:
    for grown in values("bench.measure.captures.growth", 2 if quick else 5, (1920, 1080)):
        notebook.write("capture_growth_200_mb", grown)


def growth() -> float:
    """Megabytes (2**20 bytes) of resident memory."""
    from bench.panels import Panels
    from fanlight.engine.scripted import ScriptedEngine

    with Panels(ScriptedEngine(["There ", "is ", "nothing ", "to ", "see."])) as panels:
        before = _least(panels, _WARM_UP)
        return _least(panels, _CAPTURES) - before


def _least(panels: Panels, captures: int) -> float:
    """Resident memory after so many captures: the least of the last ones, for pictures on their way come and go."""
    process, seen = psutil.Process(os.getpid()), []
    for number in range(captures):
        panels.capture(forgotten=number % _KEPT_EVERY > 0)
        seen.append(process.memory_info().rss / _MEBIBYTE)
    return float(min(seen[-_LAST:]))
