"""Finding pictures by words, for the GUI thread: one search at a time, the last one wins."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.picture_search.finder import PictureFinder
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.worker import Worker
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image
from fanlight.domain.picture_finding import IndexProgress, PicturePlace, PictureResult
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.store.database import Database

IDLE_SECONDS = 120.0
"""How long the index and the embedder stay in memory after the last use."""
THUMBNAIL_SIDE = 256

OpenFinder = Callable[[Settings], PictureFinder]
"""Slow, on the thread of the search. Raises StoreError."""
Read = Callable[[PictureFinder, JobControl], object]


class PictureSearch(QObject):
    """`worker` owns the index."""

    found = Signal(object, object)
    """What was looked for (words, or a PicturePlace), and the PictureResult."""
    failed = Signal(object)

    def __init__(
        self,
        open_finder: OpenFinder | None,
        history: History,
        file_worker: FileWorker,
        settings: Callable[[], Settings],
        parent: QObject | None = None,
        has_index: Callable[[], bool] = lambda: False,
    ) -> None:
        """Without `open_finder` nothing is ever found. `has_index`: whether there is one on the disk."""
        super().__init__(parent)
        self._open_finder, self._history, self._file_worker, self._settings = (
            open_finder,
            history,
            file_worker,
            settings,
        )
        self.worker: Worker[PictureFinder] = Worker("pictures", self, idle_seconds=IDLE_SECONDS)
        self._has_index, self._was_asked = has_index, False
        self._wanted: str | PicturePlace | None = None
        self._running = False

    @property
    def is_on(self) -> bool:
        return self._open_finder is not None and self._settings().find_pictures

    # searching

    def look_for(self, wanted: str | PicturePlace) -> None:
        """Words, or a picture of which others like it are wanted. `found` follows for the last that was asked."""
        self._wanted = wanted
        if not self._running and self.is_on:
            self._ask()

    def stop(self) -> None:
        self._wanted = None

    def _ask(self) -> None:
        if (wanted := self._wanted) is None:
            return
        self._running = True

        def work(finder: PictureFinder, control: JobControl) -> object:
            return (
                finder.find_similar(wanted) if isinstance(wanted, PicturePlace) else finder.find(wanted, control.flag)
            )

        self.run(work, lambda result: self._place_hits(wanted, result), self._on_failed)

    def _place_hits(self, wanted: str | PicturePlace, result: PictureResult) -> None:
        """Where kept ones are shown; those that no conversation shows any more are left out."""
        names = [hit.place.where for hit in result.hits if hit.place.kept]
        self._history.submit(
            lambda database: database.searching.pictures.places(names),
            lambda places: self._show(wanted, result, places),
            self._on_failed,
            reads=True,
        )

    def _show(self, wanted: str | PicturePlace, result: PictureResult, places: dict[str, tuple[int, int]]) -> None:
        self._running = False
        if self._wanted is None:
            return
        if wanted != self._wanted:
            self._ask()
            return
        hits = [
            replace(hit, conversation_id=place[0], message_id=place[1])
            for hit in result.hits
            if (place := places.get(hit.place.where) if hit.place.kept else (0, 0)) is not None
        ]
        self.found.emit(wanted, replace(result, hits=tuple(hits)))

    def _on_failed(self, error: Exception | None = None) -> None:
        self._running = False
        if isinstance(error, FanlightError):
            self.failed.emit(error)

    # the index

    def progress(self, then: Callable[[IndexProgress], object]) -> None:
        if self.is_on:
            self.run(lambda finder, _control: finder.progress(), then)
        else:
            then(IndexProgress())

    def empty(self) -> None:
        """Forget all pictures; nothing else is deleted."""
        if self._open_finder is not None:
            self.run(lambda finder, _control: finder.clear(), priority=Priority.QUICK)

    def keep_folders(self, folders: Sequence[str]) -> None:
        """Forget what belongs to conversations and to other folders, behind all that was asked before. No index is
        made for that where there is none."""
        if self._open_finder is not None and (self._was_asked or self._has_index()):
            self.run(lambda finder, _control: finder.keep_origins(folders))

    def run(
        self,
        read: Read,
        then: Callable[..., object] | None = None,
        otherwise: Callable[[Exception | None], object] | None = None,
        priority: Priority = Priority.WINDOW,
    ) -> Job[PictureFinder]:
        """`read` on the search's thread; then one of `then` (with its result) and `otherwise` (with why) here, once,
        but neither after the job was stopped."""
        assert self._open_finder is not None
        self._was_asked = True
        open_finder, settings = self._open_finder, self._settings()
        self.worker.configure(lambda *_unused: open_finder(settings), settings.picture_model)

        def work(finder: PictureFinder, control: JobControl) -> Generator[object, None, None]:
            yield (read(finder, control),)

        job = Job(work, priority)
        flag = job.flag  # a connected function that holds the job itself would keep it for ever
        results: list[object] = []

        def on_done(error: Exception | None) -> None:
            if flag.is_set():
                return
            if results and then is not None:
                then(*results)
            elif not results and otherwise is not None:
                otherwise(error)

        job.event_arrived.connect(results.extend)
        job.done.connect(on_done)
        self.worker.submit(job)
        return job

    # what a hit shows

    def read_picture(self, place: PicturePlace, then: Callable[[bytes | Path | None], object]) -> None:
        """`then` gets what the attachment loader takes; None for one that is gone."""
        if not place.kept:
            then(Path(place.where))
            return

        def work(database: Database) -> bytes:
            return database.picture(place.where)

        self._history.submit(work, then, lambda: then(None), reads=True)

    def thumbnail(self, place: PicturePlace, then: Callable[[Image | None], object]) -> None:
        """`then` gets a small copy; None for one that cannot be read."""

        def on_picture(source: bytes | Path | None) -> None:
            if source is None:
                then(None)
            else:
                self._file_worker.call(
                    lambda: _small(source), lambda image: then(image if isinstance(image, Image) else None)
                )

        self.read_picture(place, on_picture)


def _small(source: bytes | Path) -> Image:
    """Slow; any thread. Raises PictureError."""
    from fanlight.pictures.files import read_bytes, read_file

    whole = read_file(source, THUMBNAIL_SIDE) if isinstance(source, Path) else read_bytes(source, "", THUMBNAIL_SIDE)
    return whole.image
