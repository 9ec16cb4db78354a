"""No figure: builds what the measurements share, once, so that no measurement's time goes into it. What cannot be
built is said by the measurement that needs it."""

from __future__ import annotations

import sys

from bench import models
from bench.child import CanNotMeasure
from bench.llama_bench import llama_bench
from bench.readings import Notebook


def measure(notebook: Notebook, quick: bool) -> None:
    models.smolvlm()
    try:
        llama_bench()
    except CanNotMeasure as reason:
        print(reason, file=sys.stderr)
