"""Everything is deleted from the window, and no file of Fanlight's holds any of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from fanlight import paths
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui

NEEDLE = "nadelimheuhaufen"


def answer_question(button: str, said: list[str]) -> None:
    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        next(one for one in box.buttons() if one.text() == button).click()

    QTimer.singleShot(50, press)


def holding(*folders: Path) -> list[Path]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if NEEDLE.encode() in path.read_bytes()]


def test_everything_is_deleted_and_new_conversations_are_kept_again(
    qtbot: Any, home: Path, open_window: Open, tmp_path: Path
) -> None:
    window: WholeWindow = open_window()
    drop(window, mime_of(picture_file(tmp_path, f"{NEEDLE}.png")))
    read(qtbot, window, 1)
    ask(qtbot, window, f"Where is {NEEDLE}?")
    answered(qtbot, window)
    window.composer.set_text(f"a draft about {NEEDLE}")
    transcript = paths.kept_words()[0] / "one.json"
    transcript.parent.mkdir(parents=True)
    transcript.write_text(NEEDLE)
    erase = next(one for one in window.sidebar.more_button.menu().actions() if one.text().startswith("Delete"))
    said: list[str] = []
    answer_question("Cancel", said)
    erase.trigger()
    assert said == ["Delete 1 conversation and all that belongs to it?"]
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    answer_question("Delete Everything", said)
    erase.trigger()
    qtbot.waitUntil(lambda: not window.sidebar.ids and not transcript.exists())
    assert texts(window) == []
    assert not window.composer.text
    qtbot.waitUntil(lambda: not holding(home, paths.cache()))
    ask(qtbot, window, "And now?")
    answered(qtbot, window)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    window.close_unasked()
    assert not holding(home, paths.cache())
