"""Kept pictures are read while nothing else is done, and only then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.chat.history import History
from fanlight.core.kept_pictures import KeptPictureReader
from fanlight.core.ocr.ocr_worker import OcrWorker
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work import idle_time
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.idle_time import BETWEEN_MS, LATER_MS, QUIET_SECONDS
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Image
from fanlight.domain.reading import TextLine
from fanlight.domain.stop import StopFlag
from fanlight.domain.stored import StoredPicture
from fanlight.settings import Settings
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread
from support.reading import WholePictures
from support.timers import ManualClock
from support.windows import picture_file

LINE = TextLine("Rechnung 4711", 0, 0, 90, 10)


class Reader(WholePictures):
    """Reads a line in every picture; waits in it as long as `hold` says."""

    def __init__(self) -> None:
        self.read_pictures: list[Image] = []
        self.stopped = 0
        self.hold: Callable[[], bool] = lambda: False
        self.error: OcrError | None = None

    def read(self, image: Image, stop: StopFlag | None = None) -> tuple[TextLine, ...]:
        self.read_pictures.append(image)
        if self.error is not None:
            raise self.error
        while self.hold():
            if stop is not None and stop.is_set():
                self.stopped += 1
                return ()
        return (LINE,)

    def close(self) -> None: ...


class Desk:
    """The reader of kept pictures with a clock, and a computer that is free where `free` says so."""

    def __init__(self, home: Path, parent: QObject, count: int) -> None:
        self.home, self.clock, self.reader = home, ManualClock(), Reader()
        self.free = True
        self.busy = False
        self._fill(count)
        self.history, self.files = History(parent), FileWorker(parent)
        self.texts = OcrWorker(lambda: self.reader, parent)
        self.settings_store = SettingsStore(Settings(), home / "settings.json")
        self.kept = KeptPictureReader(
            self.history, self.files, self.texts, self.settings_store, lambda: self.busy, parent,
            computer_is_free=lambda: self.free, clock=lambda: self.clock.now / 1_000, make_timer=self.clock.timer,
        )  # fmt: skip
        self.history.open(lambda on_error, on_recovered: StoreThread(home, on_error, on_recovered))
        self.kept.start()

    def _fill(self, count: int) -> None:
        database = Database(self.home)
        for number in range(count):
            data = picture_file(self.home, f"{number}.png", (60 + number, 40)).read_bytes()
            picture = StoredPicture(name_of(data), "png", f"{number}.png", 60, 40, "id")
            message = ArchivedMessage("user", (picture,), created=1)
            database.importing.add(ArchivedConversation(str(number), 1, 2, (message,), False, {name_of(data): data}))
        database.close()

    def known(self) -> int:
        """How many pictures are in the index."""
        found: list[int] = []

        def ask(database: Database) -> int:
            index = database.searching._opened()
            return len(index.pictures()) if index is not None else 0

        assert self.history._store is not None
        found.append(self.history._store.submit(ask).result())
        return found[0]

    def close(self) -> None:
        self.kept.stop()
        for worker in (self.texts, self.files):
            worker.close()
            worker.join()
        self.history.close()


@pytest.fixture
def sit(qtbot: Any, home: Path) -> Iterator[Callable[[int], Desk]]:
    parent = QObject()
    desks: list[Desk] = []

    def make(count: int) -> Desk:
        desks.append(Desk(home, parent, count))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


def rest(desk: Desk) -> None:
    """So long that it would be looked for something to read."""
    desk.clock.advance(int(1_000 * QUIET_SECONDS) + LATER_MS)


def test_pictures_are_read_one_after_the_other_and_found(qtbot: Any, sit: Callable[[int], Desk]) -> None:
    desk = sit(3)
    assert not desk.reader.read_pictures
    rest(desk)
    for number in (1, 2, 3):
        qtbot.waitUntil(lambda number=number: desk.known() == number)
        qtbot.waitUntil(lambda: desk.kept._reading is None)
        assert len(desk.reader.read_pictures) == number
        desk.clock.advance(BETWEEN_MS)
    found: list[Any] = []
    desk.history.read(lambda database: database.searching.search("rechnung 4711"), found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert [hit.kind for hit in found[0].hits] == ["picture"] * 3


@pytest.mark.parametrize("what", ["battery or a busy computer", "an answer", "the setting", "the user"])
def test_it_waits_for_its_time(qtbot: Any, sit: Callable[[int], Desk], what: str) -> None:
    desk = sit(1)
    match what:
        case "battery or a busy computer":
            desk.free = False
        case "an answer":
            desk.busy = True
        case "the setting":
            desk.settings_store.choose(read_kept_pictures=False)
    for _unused in range(4):
        if what == "the user":
            desk.clock.advance(LATER_MS // 2)
            desk.kept.note_use()
        else:
            rest(desk)
        assert desk.kept._reading is None
    desk.free, desk.busy = True, False
    desk.settings_store.choose(read_kept_pictures=True)
    rest(desk)
    qtbot.waitUntil(lambda: desk.known() == 1)


def test_the_user_stops_it_and_it_goes_on_later(qtbot: Any, sit: Callable[[int], Desk]) -> None:
    desk = sit(1)
    desk.reader.hold = lambda: True
    rest(desk)
    qtbot.waitUntil(lambda: len(desk.reader.read_pictures) == 1 and desk.kept._job is not None)
    desk.kept.note_use()
    qtbot.waitUntil(lambda: desk.reader.stopped == 1)
    assert desk.known() == 0
    desk.reader.hold = lambda: False
    rest(desk)
    qtbot.waitUntil(lambda: desk.known() == 1)


def test_a_picture_that_cannot_be_read_costs_itself_alone(qtbot: Any, sit: Callable[[int], Desk]) -> None:
    desk = sit(3)
    files = sorted((desk.home / "pictures").glob("*/*"))
    files[0].unlink()
    files[1].write_bytes(b"no picture")
    rest(desk)
    for number in (1, 2, 3):
        qtbot.waitUntil(lambda number=number: desk.known() == number)
        qtbot.waitUntil(lambda: desk.kept._reading is None)
        desk.clock.advance(BETWEEN_MS)
    assert len(desk.reader.read_pictures) == 1


def test_without_text_recognition_nothing_is_tried_again(qtbot: Any, sit: Callable[[int], Desk]) -> None:
    desk = sit(2)
    desk.reader.error = OcrError("It is not installed.")
    rest(desk)
    qtbot.waitUntil(lambda: len(desk.reader.read_pictures) == 1 and desk.kept._reading is None)
    rest(desk)
    rest(desk)
    assert len(desk.reader.read_pictures) == 1
    assert desk.known() == 0


@pytest.mark.parametrize(
    ("plugged", "percent", "free"), [(False, 0, False), (True, 10, True), (True, 90, False), (None, 10, True)]
)
def test_battery_and_processors_are_asked(
    monkeypatch: pytest.MonkeyPatch, plugged: bool | None, percent: float, free: bool
) -> None:
    import psutil

    class Battery:
        power_plugged = plugged

    monkeypatch.setattr(psutil, "sensors_battery", lambda: None if plugged is None else Battery(), raising=False)
    monkeypatch.setattr(psutil, "cpu_percent", lambda interval=None: percent)
    assert idle_time.is_free() is free


def test_a_system_that_says_nothing_of_batteries_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    def fail() -> None:
        raise FileNotFoundError("/sys/class/power_supply")

    monkeypatch.setattr(psutil, "sensors_battery", fail, raising=False)
    monkeypatch.setattr(psutil, "cpu_percent", lambda interval=None: 10)
    assert idle_time.is_free() is True
