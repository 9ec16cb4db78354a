"""Pictures are put into the index while nothing else is done, found by what they show and by their words, and forgotten
with what they belong to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.picture_search.indexer import SYNC_MS
from fanlight.core.work.idle_time import BETWEEN_MS, LATER_MS
from fanlight.domain.errors import OcrError, StoreError
from fanlight.domain.picture_finding import IndexProgress
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from fanlight.store.thread import StoreThread
from support.picture_desk import Desk, drawn, list_pictures, look, wait_for, work_off


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
    list_pictures(qtbot, desk)
    desk.rest()
    wait_for(qtbot, lambda: bool(desk.embedder.seen))
    desk.indexer.note_use()
    wait_for(qtbot, lambda: desk.embedder.stopped == 1)
    assert desk.told[-1].unread == 2
    desk.embedder.hold = lambda: False
    work_off(qtbot, desk, 2)


def test_a_search_interrupts_it_and_it_goes_on_by_itself(qtbot: Any, desk: Desk) -> None:
    desk.embedder.hold = lambda: True
    list_pictures(qtbot, desk)
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
    work_off(qtbot, desk, count + 1)
    assert "sea.png" in [Path(name).name for name in look(qtbot, desk, "blue")]
    assert [Path(name).name for name in look(qtbot, desk, "broken")] == ["broken.png"]


@pytest.mark.parametrize("why", ["locked", "in memory"])
def test_kept_pictures_that_cannot_be_reached_now_are_read_later(
    qtbot: Any, desk: Desk, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_database: Database, _name: str) -> bytes:
        raise StoreError("It is locked.")

    list_pictures(qtbot, desk)
    if why == "locked":
        monkeypatch.setattr(Database, "picture", locked)
    else:
        desk.history.open(lambda _on_error, _on_recovered: MemoryStore())

    def is_over() -> bool:
        desk.rest()
        return desk.told[-1].unread == 0

    wait_for(qtbot, is_over)
    assert desk.embedder.seen == []
    monkeypatch.undo()
    if why != "locked":
        desk.history.open(lambda on_error, on_recovered: StoreThread(desk.home, on_error, on_recovered))
    desk.history.refresh()
    wait_for(qtbot, lambda: desk.indexer._sync_soon.pending)
    desk.told.clear()
    work_off(qtbot, desk, 2, began=lambda: bool(desk.embedder.seen))
    assert len(desk.embedder.seen) == 2
    assert look(qtbot, desk, "rechnung") == ["green-file.png", "red-file.png"]


def test_a_disk_that_goes_away_meanwhile_is_read_when_it_is_back(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    drawn(folder / "sea.png", "blue")
    desk.settings_store.choose(picture_folders=str(folder))
    desk.clock.advance(SYNC_MS)
    wait_for(qtbot, lambda: bool(desk.told) and desk.told[-1].total == 3)
    folder.rename(tmp_path / "unplugged")
    work_off(qtbot, desk, 2)
    (tmp_path / "unplugged").rename(folder)
    desk.indexer.look_again()
    work_off(qtbot, desk, 3)
    assert look(qtbot, desk, "blue") == ["sea.png"]


def test_without_text_recognition_they_are_found_by_what_they_show(qtbot: Any, desk: Desk) -> None:
    desk.reader.error = OcrError("It is not installed.")
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]
    assert desk.reader.count == 1


def test_emptied_it_is_made_again_by_the_next_look(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    desk.search.empty()
    assert look(qtbot, desk, "red") == []
    desk.history.refresh()
    wait_for(qtbot, lambda: desk.indexer._sync_soon.pending)
    desk.told.clear()
    work_off(qtbot, desk, 2)
    assert look(qtbot, desk, "red") == ["red-file.png"]


def test_it_goes_on_after_a_restart(qtbot: Any, desk: Desk) -> None:
    list_pictures(qtbot, desk)
    desk.rest()
    wait_for(qtbot, lambda: desk.told[-1].unread == 1)
    desk.close()
    parent = QObject()
    again = Desk(desk.home, parent, colours=())
    work_off(qtbot, again, 2)
    assert len(again.embedder.seen) == 1
    again.close()


def test_between_two_pictures_there_is_a_pause(qtbot: Any, desk: Desk) -> None:
    list_pictures(qtbot, desk)
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
