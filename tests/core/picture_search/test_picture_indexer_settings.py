"""What the settings forbid is not read, and what they no longer allow does not stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from fanlight.settings import Settings
from fanlight.store.blobs import name_of
from support.picture_desk import Desk, drawn, list_pictures, look, wait_for, work_off


def _holds(home: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in home.glob("pictures.db*"))


def _folder(tmp_path: Path) -> str:
    folder = tmp_path / "holiday"
    folder.mkdir()
    drawn(folder / "sea.png", "blue")
    return str(folder)


def test_the_text_in_kept_pictures_is_left_alone_where_the_settings_say_so(
    qtbot: Any, desk: Desk, tmp_path: Path
) -> None:
    red = name_of((desk.home / "red.png").read_bytes())
    desk.history.submit(lambda database: database.searching.keep_picture_text(red, "Geheim 99"))
    desk.settings_store.choose(read_kept_pictures=False, picture_folders=_folder(tmp_path))
    work_off(qtbot, desk, 3)
    assert desk.reader.count == 1
    assert len(desk.embedder.seen) == 3
    assert look(qtbot, desk, "rechnung") == ["sea.png"]
    assert look(qtbot, desk, "geheim") == []
    unread: list[Any] = []
    desk.history.read(lambda database: database.searching.unread_picture(), unread.append)
    wait_for(qtbot, lambda: bool(unread))
    assert unread[0] not in (None, red)
    desk.told.clear()
    before = desk.reader.count
    desk.settings_store.choose(read_kept_pictures=True)
    work_off(qtbot, desk, 3, began=lambda: desk.reader.count > before)
    assert look(qtbot, desk, "rechnung") == ["sea.png", "green-file.png"]
    assert look(qtbot, desk, "geheim") == ["red-file.png"]
    assert len(desk.embedder.seen) == 3, "what they show was known"


def test_switched_off_it_keeps_nothing_of_conversations(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    desk.settings_store.choose(picture_folders=_folder(tmp_path))
    work_off(qtbot, desk, 3)
    assert _holds(desk.home, b"red-file")
    desk.settings_store.choose(find_pictures=False)
    wait_for(qtbot, lambda: not _holds(desk.home, b"red-file") and not _holds(desk.home, b"green-file"))
    assert _holds(desk.home, b"sea.png")
    desk.told.clear()
    desk.settings_store.choose(find_pictures=True)
    work_off(qtbot, desk, 3)
    assert look(qtbot, desk, "red") == ["red-file.png"]
    assert len(desk.embedder.seen) == 5, "that of the folder was known"


def test_a_folder_that_is_taken_away_while_it_is_off_is_forgotten(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    desk.settings_store.choose(picture_folders=_folder(tmp_path))
    work_off(qtbot, desk, 3)
    desk.settings_store.choose(find_pictures=False)
    desk.settings_store.choose(picture_folders="")
    wait_for(qtbot, lambda: not _holds(desk.home, b"sea.png"))


def test_switched_off_while_a_picture_is_looked_at(qtbot: Any, desk: Desk) -> None:
    desk.embedder.hold = lambda: True
    list_pictures(qtbot, desk)
    desk.rest()
    wait_for(qtbot, lambda: bool(desk.embedder.seen))
    desk.settings_store.choose(find_pictures=False)
    wait_for(qtbot, lambda: desk.embedder.stopped == 1 and not _holds(desk.home, b"red-file"))


def test_started_with_it_off_what_it_kept_is_forgotten(qtbot: Any, desk: Desk) -> None:
    work_off(qtbot, desk, 2)
    desk.close()
    assert _holds(desk.home, b"red-file")
    parent = QObject()
    again = Desk(desk.home, parent, colours=(), settings=Settings(find_pictures=False))
    wait_for(qtbot, lambda: not _holds(desk.home, b"red-file") and not _holds(desk.home, b"rechnung"))
    again.close()


def test_started_with_it_off_no_index_is_made(qtbot: Any, home: Path) -> None:
    parent = QObject()
    desk = Desk(home, parent, settings=Settings(find_pictures=False))
    desk.settings_store.choose(picture_folders=str(home))
    asked: list[Any] = []
    desk.history.read(lambda database: database.searching.pictures.all(), asked.append)
    wait_for(qtbot, lambda: bool(asked))
    desk.close()
    assert list(home.glob("pictures.db*")) == []
