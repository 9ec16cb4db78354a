"""Where the bench keeps what it builds, and what it measures."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORK = HERE / ".work"
"""Models and peers, built once; not in git."""
LAST = HERE / "last.json"

PYTHONPATH = os.pathsep.join((str(ROOT / "app"), str(ROOT / "tests")))
"""For processes that the bench starts."""


def work(name: str) -> Path:
    folder = WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
