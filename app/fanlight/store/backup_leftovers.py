"""Files that a backup or a restore makes beside the database while it works. A store that opens looks for them."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

UNPACKED, COPY = "unpacking-", "copying-"
"""How their names begin."""


def remove_leftovers(home: Path) -> None:
    """Of a process that was killed while it made or restored a backup. Never raises."""
    for left in home.glob(f"{UNPACKED}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in home.glob(f"{COPY}*"):
        with suppress(OSError):
            left.unlink()
