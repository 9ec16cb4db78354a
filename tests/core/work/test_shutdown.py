"""Several workers are closed together: none waits for another, and all share one deadline."""

from __future__ import annotations

import threading
from collections.abc import Generator
from time import monotonic
from typing import Any

from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job, JobControl
from fanlight.core.work.resource import NothingToLoad
from fanlight.core.work.shutdown import shutdown


def busy(worker: FileWorker, gate: threading.Event, *, stoppable: bool) -> Job[NothingToLoad]:
    """A job that runs until the gate opens, which its stop does where it is stoppable."""
    started = threading.Event()

    def work(_: NothingToLoad, control: JobControl) -> Generator[object, None, None]:
        started.set()
        gate.wait(30)
        yield from ()

    job = Job(work, on_stop=gate.set if stoppable else None)
    worker.submit(job)
    assert started.wait(30)
    return job


def test_stuck_workers_cost_one_deadline_together(qtbot: Any) -> None:
    gate, freed = threading.Event(), threading.Event()
    stuck, willing = [FileWorker(threads=1) for _ in range(3)], FileWorker(threads=1)
    for worker in stuck:
        busy(worker, gate, stoppable=False)
    quick = busy(willing, freed, stoppable=True)
    left: list[float] = []
    began = monotonic()
    assert not shutdown([*stuck, willing], 0.5, [left.append])
    assert monotonic() - began < 0.9
    assert 0 < left[0] <= 0.5
    assert quick.over
    gate.set()
    assert all(worker.join(30) for worker in stuck)


def test_all_are_asked_to_stop_before_any_is_waited_for(qtbot: Any) -> None:
    gate = threading.Event()
    waits, frees = FileWorker(threads=1), FileWorker(threads=1)
    first = busy(waits, gate, stoppable=False)
    second = busy(frees, gate, stoppable=True)
    assert shutdown([waits, frees], 30)
    assert first.over
    assert second.over
