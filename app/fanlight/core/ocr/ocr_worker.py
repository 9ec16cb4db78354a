"""The worker that reads the text in pictures."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtCore import QObject

from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.worker import Worker
from fanlight.domain.errors import FanlightError, OcrError
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import TextLine
from fanlight.i18n import _

LoadReader = Callable[[], TextReader]
"""Slow, on the worker's thread. Raises OcrError."""
OcrResult = tuple[TextLine, ...] | FanlightError

IDLE_SECONDS = 120.0
"""How long the networks stay in memory (some 150 MB) after a picture."""


class OcrWorker(Worker[TextReader]):
    """Reads pictures one after the other. A reader that cannot be loaded is tried again at the next one: the user may
    have installed it."""

    def __init__(self, load: LoadReader, parent: QObject | None = None, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__("ocr", parent, idle_seconds=idle_seconds)
        self.configure(lambda *_unused: load())

    def read(
        self, image: Image, then: Callable[[OcrResult], object], priority: Priority = Priority.WINDOW
    ) -> Job[TextReader]:
        """`then` is called on the GUI thread, later and once, with the lines in reading order or why there are none;
        never after the job's `stop`, or `close`."""

        def work(reader: TextReader, control: JobControl) -> Generator[object, None, None]:
            yield reader.read(image, control.flag)

        job = Job(work, priority)
        flag = job.flag  # a connected function that holds the job itself would keep it for ever

        def on_lines(lines: tuple[TextLine, ...]) -> None:
            if not flag.is_set():
                then(lines)

        def on_done(error: Exception | None) -> None:
            if error is not None and not flag.is_set():
                then(error if isinstance(error, FanlightError) else _bug())

        job.event_arrived.connect(on_lines)
        job.done.connect(on_done)
        self.submit(job)
        return job


def _bug() -> OcrError:
    return OcrError(_("The text in the picture cannot be read."), _("The log has the details."))
