"""Work on files, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
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
        return self.call_reporting(lambda _report: work(), then, lambda _share: None)

    def call_reporting(
        self,
        work: Callable[[Callable[[float], None]], T],
        then: Callable[[T | FanlightError], object],
        on_share: Callable[[float], object],
    ) -> Job[NothingToLoad]:
        """As `call`, for work that reports how much of it is done, 0 to 1; `on_share` has it on the GUI thread."""

        def run(_nothing: NothingToLoad, control: JobControl) -> Generator[object, None, None]:
            yield work(lambda share: control.post(_ShareDone(share)))

        job = Job(run)
        flag = job.flag  # a connected function that holds the job itself would keep it for ever

        def on_result(result: T | _ShareDone) -> None:
            if flag.is_set():
                return
            if isinstance(result, _ShareDone):
                on_share(result.share)
            else:
                then(result)

        def on_done(error: Exception | None) -> None:
            if error is not None and not flag.is_set():
                then(error if isinstance(error, FanlightError) else _bug())

        job.event_arrived.connect(on_result)
        job.done.connect(on_done)
        self.submit(job)
        return job


@dataclass(frozen=True, slots=True)
class _ShareDone:
    share: float


def _bug() -> InputError:
    return InputError(_("The file cannot be read."), _("The log has the details. Another copy of the file may work."))
