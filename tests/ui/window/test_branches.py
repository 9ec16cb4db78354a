"""An edited question and another answer in the window: by the mouse, by the keyboard, by a search, after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from fanlight.ui.transcript.button import TranscriptButton
from fanlight.ui.transcript.versions import VersionSwitch
from support.branches import LINKS, SHOWN, add_tree, links, shown
from support.whole_window import WholeWindow
from support.window_hands import SLOW, Open, answered, ask, idle, open_saved, ready, texts

pytestmark = pytest.mark.gui

ALT = Qt.KeyboardModifier.AltModifier


def count(window: WholeWindow, entry: int) -> str:
    view = window.transcript.view(entry)
    found = view.findChildren(VersionSwitch) if view is not None else []
    return found[0].count.text() if found else ""


def press(qtbot: Any, window: WholeWindow, entry: int, which: int) -> None:
    view = window.transcript.view(entry)
    assert view is not None
    qtbot.mouseClick(view.findChildren(VersionSwitch)[0].arrows[which], Qt.MouseButton.LeftButton)


@pytest.fixture
def saved(home: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    database = Database(home)
    add_tree(database)
    database.close()
    window = open_window()
    open_saved(qtbot, window, 4)
    assert texts(window) == SHOWN
    return window


def test_an_edited_question_keeps_the_old_one_beside_it(qtbot: Any, open_window: Open) -> None:
    window = open_window(engine := ScriptedEngine(["first"]))
    ready(qtbot, window)
    ask(qtbot, window, "wrong")
    answered(qtbot, window)
    engine.pieces = ("second",)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Up)
    window.composer.set_text("right")
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(window) and texts(window) == ["right", "second"] and count(window, 0) == "2 / 2")
    press(qtbot, window, 0, 0)
    qtbot.waitUntil(lambda: texts(window) == ["wrong", "first"] and count(window, 0) == "1 / 2")
    view = window.transcript.view(1)
    assert view is not None
    (again,) = [one for one in view.findChildren(TranscriptButton) if one.text() == "Ask again"]
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: idle(window) and texts(window) == ["wrong", "second"] and count(window, 1) == "2 / 2")


def test_the_keys_switch_without_the_mouse(qtbot: Any, saved: WholeWindow) -> None:
    saved.composer.input.setFocus()
    qtbot.keyClick(saved.composer.input, Qt.Key.Key_PageUp, ALT)
    assert texts(saved) == ["one", "first", "two", "2nd"]
    view = saved.transcript.view(1)
    assert view is not None
    view.controls()[0].setFocus()
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_PageDown, ALT)
    assert texts(saved) == ["one", "second"]


def test_a_search_opens_the_branch_that_has_the_words(qtbot: Any, saved: WholeWindow) -> None:
    palette = saved.searching.palette
    qtbot.keyClick(saved, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(palette.field, "primo")
    qtbot.waitUntil(lambda: palette.field.text() == "primo" and len(palette.model.hits) == 1)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    bar = saved.searching.find_bar
    qtbot.waitUntil(lambda: texts(saved) == ["uno", "primo"] and bar.count.text() == "1 of 1")


def test_a_search_says_why_it_cannot_show_a_branch_now(qtbot: Any, home: Path, open_window: Open) -> None:
    database = Database(home)
    add_tree(database)
    database.close()
    window = open_window(ScriptedEngine(SLOW, 0.005))
    open_saved(qtbot, window, 4)
    ready(qtbot, window)
    ask(qtbot, window, "more")
    qtbot.waitUntil(lambda: texts(window)[-1].startswith("word"))
    press_is_refused = count(window, 0)
    palette = window.searching.palette
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(palette.field, "primo")
    qtbot.waitUntil(lambda: palette.field.text() == "primo" and len(palette.model.hits) == 1)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.errors.isVisible() and "another version" in window.errors.text.text())
    assert texts(window)[:4] == SHOWN
    assert (press_is_refused, count(window, 0)) == ("1 / 2", "1 / 2")


def test_what_is_shown_is_shown_by_the_next_window(
    qtbot: Any, home: Path, open_window: Open, saved: WholeWindow
) -> None:
    press(qtbot, saved, 0, 1)
    assert texts(saved) == ["uno", "primo"]
    saved.close()
    window = open_window()
    open_saved(qtbot, window, 2)
    assert texts(window) == ["uno", "primo"]
    window.close()
    database = Database(home)
    chat = database.conversations()[0].id
    assert (links(database, chat), shown(database, chat)) == (LINKS, ["uno", "primo"])
    database.close()


def test_an_earlier_question_is_edited_by_its_menu(qtbot: Any, saved: WholeWindow) -> None:
    ready(qtbot, saved)
    view = saved.transcript.view(0)
    assert view is not None
    menu = view.menu(view.rect().center())
    (edit,) = [action for action in menu.actions() if action.text() == "Edit"]
    edit.trigger()
    menu.close()
    assert saved.composer.text == "one"
    saved.composer.set_text("eins")
    qtbot.keyClick(saved.composer.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: idle(saved) and len(texts(saved)) == 2 and count(saved, 0) == "3 / 3")
    assert texts(saved)[0] == "eins"


def test_an_earlier_question_is_asked_again_by_the_menu_of_its_answer(qtbot: Any, saved: WholeWindow) -> None:
    ready(qtbot, saved)
    before = texts(saved)
    view = saved.transcript.view(1)
    assert view is not None
    assert len(before) > 2
    menu = view.menu(view.rect().center())
    (again,) = [action for action in menu.actions() if action.text() == "Ask again"]
    again.trigger()
    menu.close()
    qtbot.waitUntil(lambda: idle(saved) and len(texts(saved)) == 2 and count(saved, 1) != "")
    number, versions = count(saved, 1).split(" / ")
    assert number == versions
    assert texts(saved)[0] == before[0]
    saved.session_manager.current.show_version(1, -1)
    qtbot.waitUntil(lambda: texts(saved)[:1] == before[:1] and count(saved, 1).startswith(str(int(versions) - 1)))
