"""Work on files, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from PySide6.QtCore import QObject

from fanlight.core.work.job import Job, JobControl
from fanlight.core.work.resource import NothingToLoad
from fanlight.core.work.worker import Worker
from fanlight.domain.errors import FanlightError, InputError
from fanlight.i18n import _

T = TypeVar("T")

THREADS = 3
"""A file on a slow disk delays one thread; what is dropped meanwhile is read on another."""


class FileWorker(Worker[NothingToLoad]):
    """What is asked for is started in order; a quick one may end before a slow one that was asked for earlier."""

    def __init__(self, parent: QObject | None = None, threads: int = THREADS, name: str = "files") -> None:
        super().__init__(name, parent, threads=threads)
        self.configure(lambda *_: NothingToLoad())

    def call(self, work: Callable[[], T], then: Callable[[T | FanlightError], object]) -> Job[NothingToLoad]:
        """`work` on a thread, then `then` on the GUI thread, later and once, with its result or why there is none;
        never after the job's `stop`, or `close`."""

        def run(_nothing: NothingToLoad, _control: JobControl) -> Generator[object, None, None]:
            yield work()

        job = Job(run)
        flag = job.flag  # a connected function that holds the job itself would keep it for ever

        def on_result(result: T) -> None:
            if not flag.is_set():
                then(result)

        def on_done(error: Exception | None) -> None:
            if error is not None and not flag.is_set():
                then(error if isinstance(error, FanlightError) else _bug())

        job.event_arrived.connect(on_result)
        job.done.connect(on_done)
        self.submit(job)
        return job


def _bug() -> InputError:
    return InputError(_("The file cannot be read."), _("The log has the details. Another copy of the file may work."))
