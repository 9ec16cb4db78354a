"""The search for pictures with a clock, for tests: conversations with a picture of each color."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.ocr.ocr_worker import OcrWorker
from fanlight.core.picture_search.finder import EmbedderSource, PictureFinder
from fanlight.core.picture_search.indexer import SYNC_MS, PictureIndexer
from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.idle_time import LATER_MS, QUIET_SECONDS
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Image
from fanlight.domain.picture_finding import IndexProgress, PictureResult
from fanlight.domain.reading import TextLine
from fanlight.domain.stop import StopFlag
from fanlight.domain.stored import StoredPicture
from fanlight.settings import Settings
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.picture_index import PictureIndex
from fanlight.store.picture_tables import FILE
from fanlight.store.thread import StoreThread
from support.colour_embedder import ColourEmbedder
from support.reading import WholePictures
from support.timers import ManualClock

COLOURS = {"red": (230, 10, 10), "green": (10, 200, 20), "blue": (20, 20, 220)}


class LineReader(WholePictures):
    """Reads one line in every picture."""

    def __init__(self) -> None:
        self.count = 0
        self.error: OcrError | None = None

    def read(self, image: Image, stop: StopFlag | None = None) -> tuple[TextLine, ...]:
        self.count += 1
        if self.error is not None:
            raise self.error
        return (TextLine("Rechnung 4711", 0, 0, 90, 10),)

    def close(self) -> None: ...


def drawn(path: Path, colour: str, width: int = 40) -> Path:
    Pillow.new("RGB", (width, 40), COLOURS[colour]).save(path)
    return path


class Desk:
    """Conversations with a picture of each color, and the search for pictures, with a clock."""

    def __init__(
        self,
        home: Path,
        parent: QObject,
        colours: tuple[str, ...] = ("red", "green"),
        settings: Settings = Settings(),  # noqa: B008
    ) -> None:
        self.home, self.clock, self.embedder, self.reader = home, ManualClock(), ColourEmbedder(), LineReader()
        self.free, self.busy = True, False
        self.settings_store = SettingsStore(settings, home / "settings.json")
        self._fill(colours)
        self.history, self.files = History(parent), FileWorker(parent)
        self.texts = OcrWorker(lambda: self.reader, parent)
        self.source: EmbedderSource | None = EmbedderSource("colours", lambda _stop: self.embedder)
        self.search = PictureSearch(
            lambda _settings: PictureFinder(PictureIndex(home), self.source),
            self.history, self.files, lambda: self.settings_store.now, parent, (home / FILE).exists,
        )  # fmt: skip
        self.indexer = PictureIndexer(
            self.search, self.history, self.files, self.texts, self.settings_store, lambda: self.busy, parent,
            computer_is_free=lambda: self.free, clock=lambda: self.clock.now / 1_000, make_timer=self.clock.timer,
        )  # fmt: skip
        self.told: list[IndexProgress] = []
        self.found: list[PictureResult] = []
        self.indexer.progress_changed.connect(self.told.append)
        self.search.found.connect(lambda _wanted, result: self.found.append(result))
        self.history.open(lambda on_error, on_recovered: StoreThread(home, on_error, on_recovered))
        self.indexer.start()

    def _fill(self, colours: tuple[str, ...]) -> None:
        database = Database(self.home)
        for number, colour in enumerate(colours):
            data = drawn(self.home / f"{colour}.png", colour).read_bytes()
            picture = StoredPicture(name_of(data), "png", f"{colour}-file.png", 40, 40, "id")
            message = ArchivedMessage("user", (picture,), created=1_000 + number)
            title, files = ("Alpha", "Beta")[number], {name_of(data): data}
            database.importing.add(ArchivedConversation(title, 1, 2, (message,), False, files))
        database.close()

    def rest(self) -> None:
        """So long that a picture would be read."""
        self.clock.advance(int(1_000 * QUIET_SECONDS) + LATER_MS)

    def close(self) -> None:
        self.indexer.stop()
        for worker in (self.search.worker, self.texts, self.files):
            worker.close()
            worker.join()
        self.history.close()


def wait_for(qtbot: Any, condition: Callable[[], bool]) -> None:
    """An IndexError of `condition` means that nothing was told yet."""

    def holds() -> bool:
        with suppress(IndexError):
            return condition()
        return False

    qtbot.waitUntil(holds, timeout=60_000)


def list_pictures(qtbot: Any, desk: Desk) -> None:
    """Until the index knows which there are, and no other list is on its way, which would interrupt the next step."""
    wait_for(qtbot, lambda: bool(desk.history.rows))
    desk.clock.advance(SYNC_MS)
    wait_for(qtbot, lambda: bool(desk.told))


def work_off(qtbot: Any, desk: Desk, total: int, began: Callable[[], bool] = lambda: True) -> None:
    """Until all is in the index. `began`: what is told before is about the work before."""
    desk.clock.advance(SYNC_MS)

    def is_done() -> bool:
        if began() and desk.told and desk.told[-1] == IndexProgress(total, 0):
            return True
        desk.clock.advance(1_000 * 40)
        return False

    wait_for(qtbot, is_done)


def look(qtbot: Any, desk: Desk, wanted: Any) -> list[str]:
    desk.found.clear()
    desk.search.look_for(wanted)
    wait_for(qtbot, lambda: bool(desk.found))
    desk.search.stop()
    return [hit.title.split("\n")[0] for hit in desk.found[-1].hits]
