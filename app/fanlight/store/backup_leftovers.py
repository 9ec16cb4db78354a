"""Files that a backup, a restore or an export makes beside the database while it works. A store that opens looks for
them."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

UNPACKED, COPY, DRAFT = "unpacking-", "copying-", "exporting-"
"""How their names begin."""


def own_draft() -> str:
    """How the name of a folder begins in which this process writes what it exports."""
    return f"{DRAFT}{os.getpid()}-"


def remove_leftovers(home: Path) -> None:
    """Of a process that was killed while it worked: an export of this one opens the store. Never raises."""
    drafts = (left for left in home.glob(f"{DRAFT}*") if not left.name.startswith(own_draft()))
    for left in (*home.glob(f"{UNPACKED}*"), *drafts):
        shutil.rmtree(left, ignore_errors=True)
    for left in home.glob(f"{COPY}*"):
        with suppress(OSError):
            left.unlink()
