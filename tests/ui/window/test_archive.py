"""Archived conversations leave the list, stand in one of their own, and come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from fanlight.domain.messages import Message
from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, ready, texts

pytestmark = pytest.mark.gui

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(home: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    database = Database(home)
    for title in ("One", "Two", "Three", "Four"):
        number = database.create(title)
        database.add_message(number, Message.of("user", f"Why {title}?"))
        database.add_message(number, Message.of("assistant", "Because."))
    database.close()
    made = open_window()
    qtbot.waitUntil(lambda: made.sidebar.ids == [4, 3, 2, 1])
    return made


def show(qtbot: Any, window: WholeWindow, number: int) -> None:
    window.session_manager.open(number)
    qtbot.waitUntil(lambda: window.session_manager.current_number == number)


def choose(window: WholeWindow, *numbers: int) -> None:
    selection = window.sidebar.list.selectionModel()
    selection.clear()
    for number in numbers:
        selection.select(window.sidebar.model.index_of(number), QItemSelectionModel.SelectionFlag.Select)


def archive(qtbot: Any, window: WholeWindow, *numbers: int) -> None:
    choose(window, *numbers)
    line(window.sidebar.menu(numbers[0], list(numbers)), "Archive").trigger()
    qtbot.waitUntil(lambda: not set(numbers) & set(window.sidebar.ids))


def line(menu: QMenu, text: str) -> QAction:
    return next(one for one in menu.actions() if one.text() == text)


def test_the_one_on_the_screen_is_archived_by_its_key_and_undone(qtbot: Any, window: WholeWindow) -> None:
    sidebar = window.sidebar
    assert not sidebar.archive_button.isVisible()
    show(qtbot, window, 3)
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL_SHIFT)
    qtbot.waitUntil(lambda: sidebar.ids == [4, 2, 1])
    assert window.offers.lines == ("“Three” was archived.",)
    assert sidebar.archive_button.text() == "Archived (1)"
    assert texts(window) == []
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sidebar.ids == [4, 3, 2, 1] and window.session_manager.current_number == 3)
    assert not sidebar.archive_button.isVisible()


def test_several_are_archived_found_in_their_list_and_brought_back_by_keys_alone(
    qtbot: Any, window: WholeWindow
) -> None:
    sidebar = window.sidebar
    archive(qtbot, window, 1, 3)
    assert window.offers.lines == ("2 conversations were archived.",)
    sidebar.archive_button.setFocus()
    qtbot.keyClick(sidebar.archive_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: sidebar.ids == [3, 1])
    assert sidebar.archive_head.isVisible()
    assert not sidebar.new_button.isVisible()
    assert sidebar.list.hasFocus()
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Home)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Down)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session_manager.current_number == 1)
    assert window.header.archived_label.isVisible()
    assert line(window.header.menu, "Unarchive").isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.session_manager.current_number == 3)
    assert sidebar.selected == [3]
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL_SHIFT)
    qtbot.waitUntil(lambda: sidebar.ids == [1])
    assert not window.header.archived_label.isVisible()
    assert texts(window) == ["Why Three?", "Because."]
    line(sidebar.menu(1, [1]), "Unarchive").trigger()
    qtbot.waitUntil(lambda: sidebar.ids == [])
    assert sidebar.empty.isVisible()
    assert sidebar.empty.text() == "Nothing is archived."
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: sidebar.ids == [4, 3, 2, 1])
    assert sidebar.new_button.isVisible()


def test_a_question_brings_it_back_into_the_list(qtbot: Any, window: WholeWindow) -> None:
    ready(qtbot, window)
    archive(qtbot, window, 2)
    window.sidebar.archive_button.click()
    show(qtbot, window, 2)
    ask(qtbot, window, "And now?")
    answered(qtbot, window, 4)
    qtbot.waitUntil(lambda: window.sidebar.ids == [2, 4, 3, 1])
    assert not window.header.archived_label.isVisible()
    assert not window.sidebar.archive_head.isVisible()


def test_a_new_conversation_leaves_the_archive(qtbot: Any, window: WholeWindow) -> None:
    archive(qtbot, window, 2)
    window.sidebar.archive_button.click()
    qtbot.waitUntil(lambda: window.sidebar.ids == [2])
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.sidebar.ids == [4, 3, 1])


def test_one_is_deleted_in_the_archive_and_comes_back_into_it(qtbot: Any, window: WholeWindow) -> None:
    archive(qtbot, window, 2, 3)
    window.sidebar.archive_button.click()
    qtbot.waitUntil(lambda: window.sidebar.ids == [3, 2])
    choose(window, 3)
    qtbot.keyClick(window.sidebar.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: window.sidebar.ids == [2])
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.sidebar.ids == [3, 2])


def test_a_search_says_what_is_archived_and_opens_it(qtbot: Any, window: WholeWindow) -> None:
    archive(qtbot, window, 2)
    palette = window.searching.palette
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(palette.field, "two")
    qtbot.waitUntil(lambda: [hit.kind for hit in palette.model.hits] == ["title", "text"])
    first = palette.model.index(0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "Two, archived. Title: Two"
    qtbot.mouseClick(palette.filters.archived_button, Qt.MouseButton.LeftButton)
    assert palette.field.text() == "two is:archived"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(window) == ["Why Two?", "Because."])
    assert window.header.archived_label.isVisible()
    assert window.sidebar.selected == []


def test_an_answer_that_is_under_way_ends_in_the_archive(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["word "] * 100, 0.005))
    ask(qtbot, window, "Long?")
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1 and window.session_manager.answering == {1: True})
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL_SHIFT)
    qtbot.waitUntil(lambda: window.sidebar.ids == [])
    assert window.session_manager.busy
    assert texts(window) == []
    qtbot.waitUntil(lambda: not window.session_manager.busy)
    show(qtbot, window, 1)
    assert texts(window) == ["Long?", "word " * 100]
    qtbot.waitUntil(lambda: [row.archived for row in window.history.rows] == [True])


def test_what_is_on_the_screen_is_renamed_wherever_it_is_listed(qtbot: Any, window: WholeWindow) -> None:
    archive(qtbot, window, 2)
    show(qtbot, window, 2)
    line(window.header.menu, "Rename").trigger()
    editor = QApplication.focusWidget()
    qtbot.keyClicks(editor, "Renamed")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Renamed" in [row.title for row in window.history.rows])
    assert window.sidebar.archive_head.isVisible()
