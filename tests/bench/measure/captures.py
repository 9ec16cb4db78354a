"""What 200 captures with their panels leave behind in one process, after 48 that fill what is kept: most of them
forgotten, some given up for the next one, which keeps the last few in memory."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil

from bench.child import CanNotMeasure
from bench.display import xvfb
from bench.readings import Notebook

_WARM_UP, _CAPTURES = 48, 200
_KEPT_EVERY = 4
_MEBIBYTE = 2**20


def measure(notebook: Notebook, quick: bool) -> None:
    """Each value is a process of its own."""
    with xvfb(1920, 1080) as screen:
        environment = os.environ | {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        for _ in range(2 if quick else 5):
            command = [sys.executable, "-c", "from bench.measure.captures import growth; print(growth())"]
            ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=environment)
            if ran.returncode != 0:
                raise CanNotMeasure(f"the process that takes the captures ended with {ran.returncode}")
            notebook.write("capture_growth_200_mb", float(ran.stdout.split()[-1]))


def growth() -> float:
    """Megabytes (2**20 bytes) of resident memory."""
    from bench.panels import Panels
    from fanlight.engine.scripted import ScriptedEngine

    process = psutil.Process(os.getpid())
    with Panels(ScriptedEngine(["There ", "is ", "nothing ", "to ", "see."])) as panels:
        for number in range(_WARM_UP):
            panels.capture(forgotten=number % _KEPT_EVERY > 0)
        before = process.memory_info().rss
        for number in range(_CAPTURES):
            panels.capture(forgotten=number % _KEPT_EVERY > 0)
        return float(process.memory_info().rss - before) / _MEBIBYTE
