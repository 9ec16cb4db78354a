"""The text in kept pictures is read while nothing else is done, one picture after the other, so that it can be
searched. What was read is kept with the search index: it goes on after a restart where it ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.ocr.ocr_worker import OcrResult, OcrWorker
from fanlight.core.picture_search.pixels import pixels_of
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.idle_time import BETWEEN_MS, LATER_MS, IdleTime
from fanlight.core.work.job import Job, Priority
from fanlight.core.work.throttle import MakeTimer, Timeout
from fanlight.domain.errors import FanlightError, OcrError, StoreError
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from fanlight.domain.reading import layout_text
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.store.database import Database

log = logging.getLogger(__name__)

SIDE = 2048
Found = tuple[str, bytes] | None


class KeptPictureReader(QObject):
    """`busy` says whether the model, or another reader, has work to do."""

    def __init__(
        self,
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
        self._history, self._file_worker, self._texts = history, file_worker, texts
        self._settings_store = settings_store
        self._idle = IdleTime(busy, computer_is_free, clock)
        self._reading: str | None = None
        self._job: Job[TextReader] | None = None
        self._next = Timeout(self, self._step, LATER_MS, make_timer)
        settings_store.changed.connect(self._on_settings_changed)

    def start(self) -> None:
        self._wait(LATER_MS)

    def note_use(self) -> None:
        """The user does something: what is being read is read another time."""
        self._idle.note_use()
        if self._job is not None:
            self._job.stop()
            self._end(LATER_MS)

    def stop(self) -> None:
        self._next.cancel()
        if self._job is not None:
            self._job.stop()
        self._job = self._reading = None

    def _wait(self, milliseconds: int) -> None:
        self._next.start(milliseconds)

    def _step(self) -> None:
        if not self._settings_store.now.read_kept_pictures:
            return
        if self._reading is not None or not self._idle.is_now():
            self._wait(LATER_MS)
            return
        self._reading = "?"

        self._history.submit(_next_picture, self._on_found, self._on_failed, reads=True)

    def _on_found(self, found: Found) -> None:
        if found is None:
            self._end(LATER_MS)
        elif not found[1]:
            self._keep(found[0], "")
        else:
            name, data = found
            self._reading = name
            self._file_worker.call(lambda: pixels_of(data, SIDE), lambda image: self._on_pixels(name, image))

    def _on_failed(self) -> None:
        self._end(LATER_MS)

    def _on_pixels(self, name: str, image: Image | FanlightError) -> None:
        if self._reading != name:
            return
        if isinstance(image, FanlightError):
            self._keep(name, "")
        else:
            self._job = self._texts.read(image, lambda lines: self._on_lines(name, lines), Priority.BACKGROUND)

    def _on_lines(self, name: str, lines: OcrResult) -> None:
        self._job = None
        if isinstance(lines, OcrError):  # not installed, or damaged: said where somebody asks for it
            log.info("kept pictures are not read: %s", lines)
            self._reading = None
            return
        self._keep(name, "" if isinstance(lines, FanlightError) else layout_text(lines))

    def _keep(self, name: str, text: str) -> None:
        def work(database: Database) -> None:
            database.searching.keep_picture_text(name, text)

        self._history.submit(work, reads=True)  # nothing of the user's is lost where it fails
        self._end(BETWEEN_MS)

    def _end(self, milliseconds: int) -> None:
        self._reading = self._job = None
        self._wait(milliseconds)

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if now.read_kept_pictures and not before.read_kept_pictures:
            self.start()


def _next_picture(database: Database) -> Found:
    """Without data where the file is lost."""
    name = database.searching.unread_picture()
    if name is None:
        return None
    try:
        return name, database.picture(name)
    except StoreError:
        return name, b""
