"""A child that works until it is killed. Forked, so that nothing is imported again: a start costs milliseconds.

`python -m crash.child CASE FOLDER SEED`: the same as a program of its own, its promises on stdout, for `strace`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from crash.case import Case


def run_until_killed(case: Case, folder: Path, seed: int, seconds: float, before: Callable[[], None]) -> list[str]:
    """What the child has promised. `before` is called in it."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        _work(case, folder, seed, writer, before)
    os.close(writer)
    try:
        time.sleep(seconds)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    with os.fdopen(reader) as lines:
        return [line.rstrip("\n") for line in lines if line.endswith("\n")]


def _work(case: Case, folder: Path, seed: int, writer: int, before: Callable[[], None]) -> None:
    """Never returns: the parent's stack is none of the child's business."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        before()
        case.work(folder, seed, lambda line: _write(writer, line))
        while True:  # done: wait for the end
            time.sleep(1)
    finally:
        os._exit(1)


def _write(writer: int, line: str) -> None:
    os.write(writer, f"{line}\n".encode())


if __name__ == "__main__":
    from crash.cases import CASES

    CASES[sys.argv[1]].work(Path(sys.argv[2]), int(sys.argv[3]), lambda line: _write(1, line))
