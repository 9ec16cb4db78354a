"""A private conversation: nothing of it reaches a file, it is marked, and it stays until it is deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication

from fanlight import paths
from fanlight.core.chat.session_manager import MOST_IN_MEMORY
from fanlight.ui.window import chat_controller, conversations
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui

NEEDLE = "nadelimheuhaufen"
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: Any, open_window: Open, tmp_path: Path) -> WholeWindow:
    """A private conversation with a picture, an answer, and a draft."""
    made: WholeWindow = open_window()
    ask(qtbot, made, "kept")
    answered(qtbot, made)
    qtbot.waitUntil(lambda: len(made.sidebar.ids) == 1)
    qtbot.keyClick(made, Qt.Key.Key_N, KEYS)
    drop(made, mime_of(picture_file(tmp_path, f"{NEEDLE}.png", colour="#123456")))
    read(qtbot, made, 1)
    ask(qtbot, made, f"Where is {NEEDLE}?")
    answered(qtbot, made)
    made.composer.set_text(f"a draft about {NEEDLE}")
    made._chat.keep_draft()
    return made


def holding(*folders: Path) -> list[Path]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if NEEDLE.encode() in path.read_bytes()]


def test_nothing_of_it_reaches_a_file(qtbot: Any, window: WholeWindow, home: Path) -> None:
    pictures = list((home / "pictures").glob("*/*"))
    window.session_manager.open(window.history.rows[0].id)
    qtbot.waitUntil(lambda: texts(window)[:1] == ["kept"])
    window.close_unasked()
    assert not holding(home, paths.cache())
    assert list((home / "pictures").glob("*/*")) == pictures == []


def test_it_is_marked_and_stays_in_the_list_with_its_draft(qtbot: Any, window: WholeWindow) -> None:
    assert window.header.private_label.isVisible()
    assert QApplication.focusWidget() is window.composer.input
    assert not window.header.has_saved
    headings = [line for line in window.sidebar.model._lines if isinstance(line, str)]
    assert headings == ["Private, not kept", "Today"]
    private = window.sidebar.ids[0]
    assert private < 0
    window.session_manager.open(window.sidebar.ids[1])
    qtbot.waitUntil(lambda: texts(window)[:1] == ["kept"])
    assert not window.header.private_label.isVisible()
    for _unused in range(MOST_IN_MEMORY + 2):
        window.session_manager.new()
        ask(qtbot, window, "another one")
        answered(qtbot, window)
    window.session_manager.open(private)
    qtbot.waitUntil(lambda: texts(window)[0] == f"Where is {NEEDLE}?")
    assert window.composer.text == f"a draft about {NEEDLE}"


def test_ctrl_n_leaves_it_and_a_new_private_one_is_another(qtbot: Any, window: WholeWindow) -> None:
    first = window.session_manager.current
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert not window.session_manager.current.private
    qtbot.keyClick(window, Qt.Key.Key_N, KEYS)
    second = window.session_manager.current
    assert second.private
    assert second is not first
    qtbot.keyClick(window, Qt.Key.Key_N, KEYS)
    assert window.session_manager.current is second


def test_it_is_deleted_for_good_after_a_question(
    qtbot: Any, window: WholeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = iter([False, True])

    def confirmed(_parent: object, question: str, *_more: str) -> bool:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(conversations, "confirmed", confirmed)
    private = window.sidebar.ids[0]
    window.sidebar.deleted.emit([private])
    assert private in window.sidebar.ids
    window.sidebar.deleted.emit([private])
    qtbot.waitUntil(lambda: private not in window.sidebar.ids)
    assert asked == ["Delete 1 private conversation?"] * 2
    assert not window.session_manager.current.private
    assert texts(window) == []
    assert all(not one.private for one in window.session_manager.conversations)


def test_what_is_deleted_while_it_is_answered_ends(
    qtbot: Any, window: WholeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(qtbot, window, "go on")
    number = window.sidebar.ids[0]
    window.session_manager.discard(number)
    qtbot.waitUntil(lambda: number not in window.sidebar.ids)
    ask(qtbot, window, "still there?")
    answered(qtbot, window)


def test_its_picture_is_dragged_out_of_memory(
    window: WholeWindow, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(memory))
    dragged: list[QMimeData] = []
    monkeypatch.setattr(chat_controller, "drag_out", lambda _source, mime: dragged.append(mime))
    window.transcript.picture_dragged.emit(0, 0)
    (file,) = [Path(url.toLocalFile()) for url in dragged[0].urls()]
    assert file.name == f"{NEEDLE}.png"
    assert file.is_relative_to(memory)
    assert not holding(home)
    assert list(home.rglob(f"*{NEEDLE}*")) == []
    window.core.dragged_files.remove_all()
    assert list(memory.iterdir()) == []
