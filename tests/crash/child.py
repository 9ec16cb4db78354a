"""A child that works until it is killed. Forked, so that nothing is imported again: a start costs milliseconds.

`python -m crash.child CASE FOLDER SEED`: the same as a program of its own, its promises on stdout, for `strace`.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crash.case import Case

FIRST_LINE_SECONDS = 10.0
"""How long the first line is waited for: on a full disk there may be none."""


@dataclass(frozen=True, slots=True)
class Moment:
    """So long after the child has said something, however slow the computer is; or `from_start`."""

    seconds: float
    from_start: bool = False


def run_until_killed(case: Case, folder: Path, seed: int, moment: Moment, before: Callable[[], None]) -> list[str]:
    """What the child has promised. `before` is called in it."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        _work(case, folder, seed, writer, before)
    os.close(writer)
    try:
        if not moment.from_start:
            select.select([reader], [], [], FIRST_LINE_SECONDS)
        time.sleep(moment.seconds)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    with os.fdopen(reader) as lines:
        whole = [line.rstrip("\n") for line in lines if line.endswith("\n")]
    return [line for line in whole if line.startswith(case.promises)]


def _work(case: Case, folder: Path, seed: int, writer: int, before: Callable[[], None]) -> None:
    """Never returns: the parent's stack is none of the child's business."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        before()
        case.work(folder, seed, lambda line: _write(writer, line))
        _write(writer, "done")
        while True:  # wait for the end
            time.sleep(1)
    finally:
        os._exit(1)


def _write(writer: int, line: str) -> None:
    os.write(writer, f"{line}\n".encode())


if __name__ == "__main__":
    from crash.cases import CASES

    CASES[sys.argv[1]].work(Path(sys.argv[2]), int(sys.argv[3]), lambda line: _write(1, line))
