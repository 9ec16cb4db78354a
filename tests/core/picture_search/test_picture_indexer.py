"""Pictures are put into the index while nothing else is done, found by what they show and by their words, and forgotten
with what they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.ocr.ocr_worker import OcrWorker
from fanlight.core.picture_search.finder import EmbedderSource, PictureFinder, shown_words
from fanlight.core.picture_search.indexer import SYNC_MS, PictureIndexer
from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.idle_time import BETWEEN_MS, LATER_MS, QUIET_SECONDS
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import ModelError, OcrError
from fanlight.domain.messages import Image
from fanlight.domain.picture_finding import IndexProgress, PictureResult
from fanlight.domain.reading import TextLine
from fanlight.domain.stop import StopFlag
from fanlight.domain.stored import StoredPicture
from fanlight.settings import Settings
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.picture_index import PictureIndex
from fanlight.store.thread import StoreThread
from support.colour_embedder import ColourEmbedder
from support.timers import ManualClock

COLOURS = {"red": (230, 10, 10), "green": (10, 200, 20), "blue": (20, 20, 220)}


class LineReader:
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

    def __init__(self, home: Path, parent: QObject, colours: tuple[str, ...] = ("red", "green")) -> None:
        self.home, self.clock, self.embedder, self.reader = home, ManualClock(), ColourEmbedder(), LineReader()
        self.free, self.busy = True, False
        self.settings_store = SettingsStore(Settings(), home / "settings.json")
        self._fill(colours)
        self.history, self.files = History(parent), FileWorker(parent)
        self.texts = OcrWorker(lambda: self.reader, parent)
        self.source: EmbedderSource | None = EmbedderSource("colours", lambda _stop: self.embedder)
        self.search = PictureSearch(
            lambda _settings: PictureFinder(PictureIndex(home), self.source),
            self.history, self.files, lambda: self.settings_store.now, parent,
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


@pytest.fixture
def desk(qtbot: Any, home: Path) -> Iterator[Desk]:
    parent = QObject()
    made = Desk(home, parent)
    yield made
    made.close()


def wait_for(qtbot: Any, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=60_000)


def work_off(qtbot: Any, desk: Desk, total: int) -> None:
    """Until all is in the index."""
    desk.clock.advance(SYNC_MS)

    def is_done() -> bool:
        if desk.told and desk.told[-1] == IndexProgress(total, 0):
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


def test_kept_pictures_are_found_by_what_they_show_and_by_their_words(qtbot: Any, desk: Desk) -> None:
    assert desk.embedder.seen == []
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]
    assert desk.found[-1].by_sight
    hit = desk.found[-1].hits[0]
    assert hit.place.kept
    assert hit.conversation_id > 0
    assert hit.message_id > 0
    assert look(qtbot, desk, "rechnung") == ["green-file.png", "red-file.png"]
    assert look(qtbot, desk, "beta") == ["green-file.png"]
    assert look(qtbot, desk, "rechnung red")[0] == "red-file.png"
    assert look(qtbot, desk, hit.place) == ["green-file.png"]
    assert len(desk.embedder.seen) == 2
    assert desk.reader.count == 2


def test_what_was_read_is_kept_for_the_other_search(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    known: list[Any] = []
    desk.history.read(lambda database: database.searching.unread_picture(), known.append)
    wait_for(qtbot, lambda: bool(known))
    assert known == [None]


@pytest.mark.parametrize("what", ["battery or a busy computer", "an answer", "the user", "the setting"])
def test_it_waits_for_its_time(qtbot: Any, desk: Desk, what: str) -> None:
    desk.free, desk.busy = what != "battery or a busy computer", what == "an answer"
    if what == "the setting":
        desk.settings_store.choose(find_pictures=False)
    desk.clock.advance(SYNC_MS)
    for _unused in range(4):
        if what == "the user":
            desk.clock.advance(LATER_MS // 2)
            desk.indexer.note_use()
        else:
            desk.rest()
        qtbot.wait(1)
        assert desk.embedder.seen == []
    desk.free, desk.busy = True, False
    desk.settings_store.choose(find_pictures=True)
    work_off(qtbot, desk, 2)


def test_the_user_stops_it_and_it_goes_on_later(qtbot: Any, desk: Desk) -> None:
    desk.embedder.hold = lambda: True
    desk.clock.advance(SYNC_MS)
    wait_for(qtbot, lambda: bool(desk.told))
    desk.rest()
    wait_for(qtbot, lambda: bool(desk.embedder.seen))
    desk.indexer.note_use()
    wait_for(qtbot, lambda: desk.embedder.stopped == 1)
    assert desk.told[-1].unread == 2
    desk.embedder.hold = lambda: False
    work_off(qtbot, desk, 2)


def test_a_search_interrupts_it_and_it_goes_on_by_itself(qtbot: Any, desk: Desk) -> None:
    desk.embedder.hold = lambda: True
    desk.clock.advance(SYNC_MS)
    wait_for(qtbot, lambda: bool(desk.told))
    desk.rest()
    wait_for(qtbot, lambda: bool(desk.embedder.seen))
    assert look(qtbot, desk, "beta") == ["green-file.png"]
    assert desk.embedder.stopped == 1
    desk.embedder.hold = lambda: False
    work_off(qtbot, desk, 2)


def test_a_deleted_conversation_leaves_the_index_at_once_and_comes_back_with_it(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    wait_for(qtbot, lambda: len(desk.history.rows) == 2)
    red = next(row.id for row in desk.history.rows if row.title == "Alpha")
    desk.history.delete(red)
    wait_for(qtbot, lambda: len(desk.history.rows) == 1)
    assert look(qtbot, desk, "red") == [], "before the index was told"
    work_off(qtbot, desk, 1)
    assert not any(b"red-file" in path.read_bytes() for path in desk.home.glob("pictures.db*"))
    desk.history.restore(red)
    wait_for(qtbot, lambda: len(desk.history.rows) == 2)
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]


def test_conversations_in_memory_are_never_in_it_and_cost_the_others_nothing(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    desk.history.open(lambda _on_error, _on_recovered: MemoryStore())
    desk.clock.advance(SYNC_MS)
    desk.rest()
    desk.search.progress(desk.told.append)
    wait_for(qtbot, lambda: desk.told[-1].total == 2)
    assert look(qtbot, desk, "red") == [], "what is on the disk is not shown in a window that keeps nothing"


def test_folders_are_used_in_their_place(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "holiday"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    blue = drawn(folder / "deep" / "sea.png", "blue")
    drawn(folder / ".hidden" / "secret.png", "blue")
    (folder / "notes.txt").write_text("blue")
    before = sorted(folder.rglob("*"))
    desk.settings_store.choose(picture_folders=str(folder))
    work_off(qtbot, desk, 3)
    assert look(qtbot, desk, "blue") == ["deep/sea.png"]
    hit = desk.found[-1].hits[0]
    assert (hit.place.where, hit.place.kept, hit.conversation_id) == (str(blue), False, 0)
    assert sorted(folder.rglob("*")) == before
    drawn(blue, "red", 50)
    drawn(folder / "new.png", "blue")
    desk.indexer.look_again()
    wait_for(qtbot, lambda: desk.told[-1] == IndexProgress(4, 2))
    work_off(qtbot, desk, 4)
    assert look(qtbot, desk, "blue") == ["new.png"]
    desk.settings_store.choose(picture_folders="")
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "blue") == []


def test_a_folder_that_is_not_there_now_keeps_its_pictures(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    drawn(folder / "sea.png", "blue")
    desk.settings_store.choose(picture_folders=str(folder))
    work_off(qtbot, desk, 3)
    folder.rename(tmp_path / "unplugged")
    desk.told.clear()
    desk.indexer.look_again()
    wait_for(qtbot, lambda: bool(desk.told))
    assert look(qtbot, desk, "blue") == ["sea.png"]


def test_a_picture_that_cannot_be_read_costs_itself_alone(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    drawn(tmp_path / "sea.png", "blue")
    next((desk.home / "pictures").glob("*/*")).unlink()
    desk.settings_store.choose(picture_folders=str(tmp_path))
    count = len(list(tmp_path.rglob("*.png")))
    work_off(qtbot, desk, count + 2)
    assert "sea.png" in [Path(name).name for name in look(qtbot, desk, "blue")]
    assert [Path(name).name for name in look(qtbot, desk, "broken")] == ["broken.png"]


def test_without_text_recognition_they_are_found_by_what_they_show(qtbot: Any, desk: Desk) -> None:
    desk.reader.error = OcrError("It is not installed.")
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]
    assert desk.reader.count == 1


def test_without_an_embedder_they_are_found_by_their_words(qtbot: Any, desk: Desk) -> None:
    desk.source = None
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]
    assert not desk.found[-1].by_sight
    assert look(qtbot, desk, "rechnung 4711") == ["green-file.png", "red-file.png"]


def test_an_embedder_that_fails_leaves_the_words(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    desk.embedder.error = ModelError("It is broken.")
    assert look(qtbot, desk, "green") == ["green-file.png"]
    assert not desk.found[-1].by_sight


def test_emptied_it_is_made_again_by_the_next_look(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    desk.search.empty()
    assert look(qtbot, desk, "red") == []
    desk.history.refresh()
    wait_for(qtbot, lambda: desk.indexer._sync_soon.pending)
    desk.told.clear()
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]


def test_filters_of_conversations_find_no_pictures(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red is:pinned") == []
    assert look(qtbot, desk, "red before:1969") == []
    assert look(qtbot, desk, "red after:1969") == ["red-file.png"]
    assert look(qtbot, desk, "") == []


def test_thumbnails_and_files(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    work_off(qtbot, desk, 2)
    look(qtbot, desk, "red")
    place = desk.found[-1].hits[0].place
    got: list[Any] = []
    desk.search.thumbnail(place, got.append)
    wait_for(qtbot, lambda: bool(got))
    assert (got[0].width, got[0].height) == (40, 40)
    desk.search.read_picture(place, got.append)
    wait_for(qtbot, lambda: len(got) == 2)
    assert got[1] == (desk.home / "red.png").read_bytes()
    from fanlight.domain.picture_finding import PicturePlace

    desk.search.thumbnail(PicturePlace(str(tmp_path / "gone.png")), got.append)
    desk.search.thumbnail(PicturePlace("0" * 64, kept=True), got.append)
    wait_for(qtbot, lambda: len(got) == 4)
    assert got[2:] == [None, None]


def test_it_goes_on_after_a_restart(qtbot: Any, desk: Desk) -> None:
    desk.clock.advance(SYNC_MS)
    wait_for(qtbot, lambda: bool(desk.told))
    desk.rest()
    wait_for(qtbot, lambda: desk.told[-1].unread == 1)
    desk.close()
    parent = QObject()
    again = Desk(desk.home, parent, colours=())
    work_off(qtbot, again, 2)
    assert len(again.embedder.seen) == 1
    again.close()


def test_between_two_pictures_there_is_a_pause(qtbot: Any, desk: Desk) -> None:
    desk.clock.advance(SYNC_MS)
    wait_for(qtbot, lambda: bool(desk.told))
    desk.rest()
    wait_for(qtbot, lambda: desk.told[-1].unread == 1)
    assert len(desk.embedder.seen) == 1
    desk.clock.advance(BETWEEN_MS)
    wait_for(qtbot, lambda: desk.told[-1].unread == 0)


def test_when_all_is_known_the_models_may_leave_the_memory(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    """Each job would keep them there."""
    work_off(qtbot, desk, 2)
    wait_for(qtbot, lambda: not desk.indexer._working)
    desk.clock.advance(LATER_MS)
    wait_for(qtbot, lambda: not desk.indexer._working)
    assert not desk.indexer._next.pending
    desk.settings_store.choose(picture_folders=str(tmp_path / "none"))
    wait_for(qtbot, lambda: desk.indexer._next.pending)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ein „rotes Café“ -Schnee after:2026-01", "Ein rotes Café"),
        ("red-hot -  has:picture", "red-hot -"),
        ("-nothing", ""),
    ],
)
def test_what_an_embedder_reads_of_a_search(text: str, words: str) -> None:
    assert shown_words(text) == words
