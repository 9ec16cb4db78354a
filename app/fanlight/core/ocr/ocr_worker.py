"""The worker that reads the text in pictures."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject

from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.worker import Worker
from fanlight.domain.errors import FanlightError, OcrError
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import FaceBox, TextLine
from fanlight.i18n import _

LoadReader = Callable[[], TextReader]
"""Slow, on the worker's thread. Raises OcrError."""
OcrResult = tuple[TextLine, ...] | FanlightError


@dataclass(frozen=True, slots=True)
class PartRead:
    """What was read of a screen since the last one."""

    lines: tuple[TextLine, ...] = ()
    codes: tuple[TextLine, ...] = ()


class ReadingJob(Protocol):
    def stop(self) -> None: ...


class PartReaderPort(Protocol):
    """What those need of `OcrWorker` who want the text of a picture part by part, or the faces in it."""

    def read_from(
        self,
        near: tuple[float, float],
        load_image: Callable[[], Image],
        on_part: Callable[[PartRead], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> ReadingJob: ...

    def find_faces(
        self,
        load_image: Callable[[], Image],
        on_found: Callable[[Sequence[FaceBox]], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> ReadingJob: ...


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

        def on_done(error: FanlightError | None) -> None:
            if error is not None:
                then(error)

        return self._submit(Job(work, priority), then, on_done)

    def read_from(
        self,
        near: tuple[float, float],
        load_image: Callable[[], Image],
        on_part: Callable[[PartRead], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> Job[TextReader]:
        """What is near that point of the picture first. Both are called on the GUI thread, `on_done` once and last, but
        never after the job's `stop`, or `close`. `load_image` is called on the worker's."""

        def work(reader: TextReader, control: JobControl) -> Generator[object, None, None]:
            image, codes_read = load_image(), False
            for lines in reader.read_from(near, image, control.flag):
                yield PartRead(lines)
                if not codes_read:
                    codes_read = True
                    yield PartRead(codes=reader.read_codes(image))
            if not codes_read:
                yield PartRead(codes=reader.read_codes(image))

        return self._submit(Job(work, Priority.WINDOW), on_part, on_done)

    def find_faces(
        self,
        load_image: Callable[[], Image],
        on_found: Callable[[Sequence[FaceBox]], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> Job[TextReader]:
        """Called as those of `read_from` are, `on_found` once where there is no error."""

        def work(reader: TextReader, control: JobControl) -> Generator[object, None, None]:
            yield reader.find_faces(load_image(), control.flag)

        return self._submit(Job(work, Priority.WINDOW), on_found, on_done)

    def _submit(
        self,
        job: Job[TextReader],
        on_event: Callable[[Any], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> Job[TextReader]:
        flag = job.flag  # a connected function that holds the job itself would keep it for ever

        def heard(event: object) -> None:
            if not flag.is_set():
                on_event(event)

        def ended(error: Exception | None) -> None:
            if not flag.is_set():
                on_done(error if error is None or isinstance(error, FanlightError) else _bug())

        job.event_arrived.connect(heard)
        job.done.connect(ended)
        self.submit(job)
        return job


def _bug() -> OcrError:
    return OcrError(_("The text in the picture cannot be read."), _("The log has the details."))
