"""The index of pictures is brought up to date while nothing else is done, one picture after the other. What is left to
do stands in the index: it goes on after a restart, and after `kill -9`, where it ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.ocr.ocr_worker import OcrResult, OcrWorker
from fanlight.core.picture_search.finder import PictureFinder
from fanlight.core.picture_search.folders import pictures_in
from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.core.picture_search.pixels import pixels_of
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.idle_time import BETWEEN_MS, LATER_MS, IdleTime
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.core.work.throttle import Debounce, MakeTimer, Timeout
from fanlight.domain.errors import FanlightError, OcrError
from fanlight.domain.messages import Image
from fanlight.domain.picture_finding import IndexProgress, KnownPicture, UnreadPicture
from fanlight.domain.reading import layout_text
from fanlight.domain.stop import StopFlag
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.store.database import Database

log = logging.getLogger(__name__)

SIDE = 1536
"""Pixels that the embedder and the text reader see."""
SYNC_MS = 1_500
"""After conversations have changed."""
LOOK_AGAIN_SECONDS = 600.0
"""From one look into the folders to the next one that nobody asked for."""
KEPT = ""


class PictureIndexer(QObject):
    progress_changed = Signal(object)
    """The IndexProgress."""

    def __init__(
        self,
        search: PictureSearch,
        history: History,
        file_worker: FileWorker,
        texts: OcrWorker,
        settings_store: SettingsStore,
        busy: Callable[[], bool],
        parent: QObject | None = None,
        *,
        computer_is_free: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
        make_timer: MakeTimer | None = None,
    ) -> None:
        super().__init__(parent)
        self._search, self._history, self._file_worker, self._texts = search, history, file_worker, texts
        self._settings_store, self._clock = settings_store, clock
        self._idle = IdleTime(busy, computer_is_free, clock)
        self._reads_text = True
        self._looked = -LOOK_AGAIN_SECONDS
        self._jobs: list[Job[Any]] = []
        self._turn = self._emptied = 0
        self._started = self._working = False
        self._next = Timeout(self, self._step, LATER_MS, make_timer)
        self._sync_soon = Debounce(self, self._sync_kept, SYNC_MS, make_timer)
        history.listed.connect(self._on_listed)
        settings_store.changed.connect(self._on_settings_changed)

    def start(self) -> None:
        self._started = True
        if self._search.is_on:
            self._sync_soon.request()
            self._next.start(LATER_MS)
        else:  # a picture that is deleted for good while it is off would stay in the index
            self._search.keep_folders(self._settings_store.now.folders_of_pictures())

    def note_use(self) -> None:
        """The user does something: what is being read is read another time."""
        self._idle.note_use()
        if self._working:
            self._end(LATER_MS)

    def stop(self) -> None:
        self._started = False
        self._end(None)
        self._sync_soon.cancel()

    def empty(self) -> None:
        """Forget all pictures. They are put into the index again, from the beginning."""
        self._end(LATER_MS)
        self._emptied += 1
        self._search.empty()
        self._looked = -LOOK_AGAIN_SECONDS
        self._on_listed()

    def look_again(self) -> None:
        """Into the folders, for what is new, changed or gone in them."""
        if not self._search.is_on:
            return
        self._looked = self._clock()
        folders = self._settings_store.now.folders_of_pictures()
        self._search.run(
            lambda finder, _control: finder.keep_origins((KEPT, *folders)), lambda _none: self._on_synced()
        )
        for folder in folders:
            self._look_into(folder)

    def _look_into(self, folder: str) -> None:
        def on_looked(found: list[KnownPicture] | FanlightError | None) -> None:
            """A folder that is not there now keeps its place in the index."""
            if isinstance(found, list) and folder in self._settings_store.now.folders_of_pictures():
                self._sync(folder, found)

        self._file_worker.call(lambda: pictures_in(folder), on_looked)

    def _on_listed(self) -> None:
        if self._started and self._search.is_on:
            self._sync_soon.request()

    def _sync_kept(self) -> None:
        emptied = self._emptied

        def on_all(found: list[KnownPicture] | None) -> None:
            if found is not None and emptied == self._emptied:
                self._sync(KEPT, found)

        self._history.read(lambda database: database.searching.pictures.all(), on_all)

    def _sync(self, origin: str, found: Sequence[KnownPicture]) -> None:
        if self._search.is_on:
            self._search.run(lambda finder, _control: finder.sync(origin, found), lambda _none: self._on_synced())

    def _on_synced(self) -> None:
        self._tell()
        if self._started and not self._working:
            self._next.start(LATER_MS)

    def _tell(self) -> None:
        self._search.run(self._progress_of(), self.progress_changed.emit)

    def _progress_of(self) -> Callable[[PictureFinder, JobControl], IndexProgress]:
        """For the thread of the search."""
        reads_text, reads_kept = self._reads_text, self._settings_store.now.read_kept_pictures
        return lambda finder, _control: finder.progress(reads_text=reads_text, reads_kept=reads_kept)

    # one picture

    def _step(self) -> None:
        if not self._search.is_on or not self._started:
            return
        if not self._idle.is_now():
            self._next.start(LATER_MS)
            return
        if self._clock() - self._looked >= LOOK_AGAIN_SECONDS and self._settings_store.now.picture_folders:
            self.look_again()
        self._working = True
        reads_text, reads_kept = self._reads_text, self._settings_store.now.read_kept_pictures
        self._run(
            lambda finder, _control: finder.next_unread(reads_text=reads_text, reads_kept=reads_kept), self._on_unread
        )

    def _on_unread(self, unread: UnreadPicture | None) -> None:
        if unread is None:  # the index and the embedder leave the memory until something new is known
            self._end(int(1_000 * LOOK_AGAIN_SECONDS) if self._settings_store.now.picture_folders else None)
        elif unread.place.kept:
            self._read_kept(unread)
        else:
            self._decode(unread, Path(unread.place.where), None)

    def _read_kept(self, unread: UnreadPicture) -> None:
        turn, name = self._turn, unread.place.where

        def work(database: Database) -> tuple[bytes, str | None]:
            text = database.searching.known_picture_text(name) if unread.wants_text else None
            return database.picture(name), text

        def on_read(found: tuple[bytes, str | None]) -> None:
            if turn == self._turn:
                self._decode(unread, *found)

        def on_lost() -> None:
            """Its file is gone, or the store cannot be read now: it is found again when conversations are listed."""
            if turn == self._turn:
                self._change(lambda finder, _flag: finder.forget(unread.place))

        self._history.submit(work, on_read, on_lost, reads=True)

    def _decode(self, unread: UnreadPicture, source: bytes | Path, text: str | None) -> None:
        """`text`: what was read in it before, if it was."""
        self._watch(
            self._file_worker.call(lambda: pixels_of(source, SIDE), lambda image: self._on_pixels(unread, image, text))
        )

    def _on_pixels(self, unread: UnreadPicture, image: Image | FanlightError, text: str | None) -> None:
        if isinstance(image, FanlightError):
            self._keep(unread, None, "")
        elif unread.wants_text and text is None:
            then = partial(self._on_lines, unread, image)
            self._watch(self._texts.read(image, then, Priority.BACKGROUND))
        else:
            self._keep(unread, image, text)

    def _on_lines(self, unread: UnreadPicture, image: Image, lines: OcrResult) -> None:
        if isinstance(lines, OcrError):  # not installed, or damaged: said where somebody asks for it
            log.info("the text in pictures is not read: %s", lines)
            self._reads_text = False
            self._keep(unread, image, None)
            return
        text = "" if isinstance(lines, FanlightError) else layout_text(lines)
        name = unread.place.where
        if unread.place.kept:
            self._history.submit(lambda database: database.searching.keep_picture_text(name, text), reads=True)
        self._keep(unread, image, text)

    def _keep(self, unread: UnreadPicture, image: Image | None, text: str | None) -> None:
        self._change(lambda finder, flag: finder.read(unread, image, text, flag))

    def _change(self, change: Callable[[PictureFinder, StopFlag], object]) -> None:
        """The last step for a picture."""
        progress_of = self._progress_of()

        def work(finder: PictureFinder, control: JobControl) -> IndexProgress:
            change(finder, control.flag)
            return progress_of(finder, control)

        def on_changed(progress: IndexProgress) -> None:
            self._end(BETWEEN_MS)
            self.progress_changed.emit(progress)

        self._run(work, on_changed)

    def _run(self, read: Callable[[PictureFinder, JobControl], object], then: Callable[..., object]) -> None:
        turn = self._turn

        def otherwise(error: Exception | None) -> None:
            log.info("the index of pictures waits: %s", error)
            if turn == self._turn:
                self._end(LATER_MS)

        def on_result(result: object) -> None:
            if turn == self._turn:
                then(result)

        self._watch(self._search.run(read, on_result, otherwise, Priority.BACKGROUND))

    def _watch(self, job: Job[Any]) -> None:
        """One that another job interrupts says nothing: its picture is read another time."""
        turn, flag = self._turn, job.flag

        def on_done(_error: Exception | None) -> None:
            if flag.is_set() and turn == self._turn:
                self._end(LATER_MS)

        job.done.connect(on_done)
        self._jobs.append(job)

    def _end(self, milliseconds: int | None) -> None:
        """What belongs to this picture ends, and comes too late; the next one so many milliseconds later."""
        jobs, self._jobs, self._working = self._jobs, [], False
        self._turn += 1
        for job in jobs:
            job.stop()
        if milliseconds is None:
            self._next.cancel()
        else:
            self._next.start(milliseconds)

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if _what_to_read(before) != _what_to_read(now):
            self._end(None)
            self._sync_soon.cancel()
            if self._started:
                self.start()
        if before.picture_folders != now.picture_folders:
            if now.find_pictures:
                self.look_again()
            elif self._started:
                self.start()


def _what_to_read(settings: Settings) -> tuple[bool, str, bool]:
    return settings.find_pictures, settings.picture_model, settings.read_kept_pictures
