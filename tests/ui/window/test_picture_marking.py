"""A picture that is found by what is written in it opens with the words marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.store.database import Database
from fanlight.ui.transcript.thumbs import Thumbnails
from support.reading import FakeReader
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read
from support.windows import picture_file

pytestmark = pytest.mark.gui


def marks(window: WholeWindow) -> list[int]:
    """How many in each picture that is shown."""
    shown = window.transcript.findChildren(Thumbnails)
    return [len(picture._marks) for one in shown if one.isVisible() for picture, _caption in one._cells]


def test_the_words_are_marked_in_the_picture(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    reader = FakeReader(["Total 42", "and more"])
    window: WholeWindow = open_window(load_reader=lambda: reader)
    drop(window, mime_of(picture_file(tmp_path, "bill.png", colour="#123456")))
    read(qtbot, window, 1)
    ask(qtbot, window, "What is this?")
    answered(qtbot, window)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    (name,) = [path.name for path in (window.core.home / "pictures").glob("*/*")]
    kept: list[str] = []

    def keep(database: Database) -> str:
        database.searching.keep_picture_text(name, "Total 42")
        return name

    window.history.submit(keep, kept.append)
    qtbot.waitUntil(lambda: kept == [name])
    window.session_manager.new()
    palette = window.searching.palette
    palette.open()
    qtbot.keyClicks(palette.field, "total")
    qtbot.waitUntil(lambda: [hit.kind for hit in palette.model.hits] == ["picture"])
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: marks(window) == [1])
    window.session_manager.new()
    window.session_manager.open(window.history.rows[0].id)
    qtbot.waitUntil(lambda: marks(window) == [0])
