"""Each measurement runs in a process of its own: a crash or a leak in one costs no other its figures.

`python -m bench.child NAME NOTEBOOK [--quick]` is such a process.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench import places
from bench.readings import Notebook, Result, read
from fanlight.openmp import TURNS


class CanNotMeasure(Exception):
    """Why a measurement cannot be made here: a sentence that says what is missing and how to get it."""


class Measurement(Protocol):
    """A module of `bench.measure`. `quick` asks for fewer rounds; raises CanNotMeasure."""

    def measure(self, notebook: Notebook, quick: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Run:
    """One child: its measurement, the figures it owes, and how long it may take."""

    measurement: str
    names: tuple[str, ...]
    seconds: float
    quick: bool
    fewest: int


def run(job: Run) -> dict[str, Result]:
    """The results of a measurement in a fresh process with a fresh home; its own words go to `.work/logs`."""
    with tempfile.TemporaryDirectory(prefix="fanlight-bench-") as folder:
        notebook = Path(folder) / "notebook"
        log = places.work("logs") / f"{job.measurement}.log"
        command = [sys.executable, "-m", "bench.child", job.measurement, str(notebook)]
        with log.open("w", encoding="utf-8") as said:
            code = _call(command + ["--quick"] * job.quick, _environment(Path(folder)), said.fileno(), job.seconds)
        return read(notebook, job.names, _why(code, job, log), job.fewest)


def _call(command: Sequence[str], environment: dict[str, str], output: int, seconds: float) -> int | None:
    """Exit code, or None when the time was up; nothing of the child's group is left behind."""
    process = subprocess.Popen(
        command, env=environment, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        start_new_session=True, cwd=places.ROOT,
    )  # fmt: skip
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _environment(home: Path) -> dict[str, str]:
    """The user's own, without what would change the numbers; OpenMP waits as Fanlight itself has it wait. Compiled
    modules are kept, as in any installed program, but not in the checkout."""
    dropped = (
        "OMP_NUM_THREADS", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "WAYLAND_DISPLAY", "PYTHONDEVMODE",
        "PYTHONDONTWRITEBYTECODE",
    )  # fmt: skip
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return kept | {
        "FANLIGHT_HOME": str(home / "home"),
        "GGML_NO_BACKTRACE": "1",
        "GOMP_SPINCOUNT": str(TURNS),
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONPYCACHEPREFIX": str(places.work("pycache")),
        "PYTHONPATH": places.PYTHONPATH,
    }


def _why(code: int | None, job: Run, log: Path) -> str:
    if code is None:
        return f"not ready after {job.seconds:.0f} s"
    if code == 0:
        return ""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    end = f"ended by signal {-code}" if code < 0 else f"exit code {code}"
    return f"{end}: {lines[-1][:300] if lines else 'no words'}"


def main(arguments: Sequence[str]) -> int:
    name, notebook, *rest = arguments
    module: Measurement = importlib.import_module(f"bench.measure.{name}")
    try:
        module.measure(Notebook(Path(notebook)), "--quick" in rest)
    except CanNotMeasure as reason:
        print(reason, flush=True)
        return 3
    return 0


if __name__ == "__main__":
    from bench import child  # the module the measurements know, so that its exceptions are the same

    sys.exit(child.main(sys.argv[1:]))
